/**
 * The names by which the gateway and the relays of the previous release call the parts of a login: they are deployed after
 * the objects. This file goes with the next release.
 */
import type { IdentityRpc } from "../../protocol/rpc/identity.ts";

type PartMethod = { [P in keyof IdentityRpc]: `${P}.${keyof IdentityRpc[P] & string}` }[keyof IdentityRpc];

export const FLAT_METHODS = {
  user: "administration.view",
  changeUser: "administration.change",
  endUserSessions: "administration.endSessions",
  revokeUserKey: "administration.revokeKey",
  standingOf: "devices.recognize",
  accounts: "accountGrants.accounts",
  sharedScopes: "accountGrants.sharedScopes",
  giveGrant: "accountGrants.give",
  grants: "accountGrants.given",
  endGrant: "accountGrants.end",
  grantOffered: "accountGrants.offered",
  grantEnded: "accountGrants.ended",
  grantReturned: "accountGrants.returned",
  standFor: "alias.standFor",
  forgetHandle: "alias.clear",
  noteWithdrawal: "notifications.withdrawalRequested",
  home: "region.current",
  leaveHome: "region.moveTo",
  forgetHome: "region.clear",
  createKey: "apiKeys.create",
  verifyKey: "apiKeys.verify",
  keys: "apiKeys.list",
  changeKey: "apiKeys.change",
  revokeKey: "apiKeys.revoke",
  verifySession: "loginSessions.verify",
  refreshSession: "loginSessions.refresh",
  endSessionOf: "loginSessions.endByRefreshToken",
  endSession: "loginSessions.end",
  endSessions: "loginSessions.endOthers",
  sessions: "loginSessions.list",
  securityLog: "loginSessions.securityLog",
  me: "loginSessions.me",
  registerApp: "registeredApps.register",
  apps: "registeredApps.list",
  removeApp: "registeredApps.remove",
  letIn: "authorizedApps.authorize",
  oauthToken: "authorizedApps.token",
  userinfo: "authorizedApps.userinfo",
  letInApps: "authorizedApps.list",
  showOut: "authorizedApps.revoke",
  externalSignIn: "externalIdentities.signIn",
  pointExternal: "externalIdentities.pointTo",
  releaseExternal: "externalIdentities.release",
  linkedSignIn: "externalIdentities.signInLinked",
  mayLinkExternal: "externalIdentities.mayLink",
  linkExternal: "externalIdentities.link",
  unlinkExternal: "externalIdentities.unlink",
  externalLinks: "externalIdentities.list",
  finishMfa: "factorSignIn.finish",
  passkeySignInRequest: "factorSignIn.passkeyRequest",
  signInByPasskey: "factorSignIn.byPasskey",
  mfaStatus: "factors.status",
  enrolTotp: "factors.enrolTotp",
  confirmTotp: "factors.confirmTotp",
  removeTotp: "factors.removeTotp",
  makeRecoveryCodes: "factors.makeRecoveryCodes",
  passkeyRegistration: "factors.passkeyRegistration",
  addPasskey: "factors.addPasskey",
  removePasskey: "factors.removePasskey",
  stepUpOptions: "stepUpAuth.options",
  stepUp: "stepUpAuth.prove",
  passwordChallenge: "passwords.challenge",
  signInWithPassword: "passwords.signIn",
  renewPassword: "passwords.renew",
  noteFailedTries: "passwords.recordFailedAttempts",
  passwordOf: "passwords.own",
  changePassword: "passwords.change",
  createUser: "registration.createUser",
  verifySignUp: "registration.verifySignUp",
  signUp: "signUps.signUp",
  signUpChallenge: "signUps.challenge",
  forgotPassword: "signUps.forgotPassword",
  resetOf: "signUps.resetOwner",
  resetPassword: "signUps.resetPassword",
  consents: "privacy.consents",
  consent: "privacy.consent",
  person: "privacy.details",
  changePerson: "privacy.changeDetails",
  exportLogin: "privacy.exportLogin",
  touchVaults: "privacy.rewrapKeys",
  erase: "privacy.erase",
} as const satisfies Readonly<Record<string, PartMethod>>;

type Parts = Readonly<Record<string, Readonly<Record<string, (...args: unknown[]) => unknown>>>>;

/** Gives the class of the object a method of each earlier name, which calls the part's. */
export function addFlatMethods(prototype: object): void {
  for (const [flat, path] of Object.entries(FLAT_METHODS)) {
    const [part = "", method = ""] = path.split(".");
    Object.defineProperty(prototype, flat, {
      value(this: Parts, ...args: unknown[]) {
        return this[part]?.[method]?.(...args);
      },
    });
  }
}
