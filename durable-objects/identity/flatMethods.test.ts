import { expect, test } from "vitest";
import { addFlatMethods, FLAT_METHODS } from "./flatMethods.ts";

/** What the object of a login answered in the release before it had parts. */
const EARLIER = `
  accounts addPasskey apps changeKey changePassword changePerson changeUser
  confirmTotp consent consents createKey createUser endGrant endSession
  endSessionOf endSessions endUserSessions enrolTotp erase exportLogin externalLinks
  externalSignIn finishMfa forgetHandle forgetHome forgotPassword giveGrant grantEnded
  grantOffered grantReturned grants home keys leaveHome letIn
  letInApps linkExternal linkedSignIn makeRecoveryCodes mayLinkExternal me mfaStatus
  noteFailedTries noteWithdrawal oauthToken passkeyRegistration passkeySignInRequest passwordChallenge passwordOf
  person pointExternal refreshSession registerApp releaseExternal removeApp removePasskey
  removeTotp renewPassword resetOf resetPassword revokeKey revokeUserKey securityLog
  sessions sharedScopes showOut signInByPasskey signInWithPassword signUp signUpChallenge
  standFor standingOf stepUp stepUpOptions touchVaults unlinkExternal user
  userinfo verifyKey verifySession verifySignUp
`;

test("every method of the previous release is there, and no other", () => {
  expect(Object.keys(FLAT_METHODS).toSorted()).toEqual(EARLIER.trim().split(/\s+/).toSorted());
});

test("no two of them call the same method", () => {
  expect(new Set(Object.values(FLAT_METHODS)).size).toBe(Object.keys(FLAT_METHODS).length);
});

test("an earlier name calls the method of the part, with all arguments, and gives its answer", () => {
  class Login {
    readonly asked: unknown[] = [];
    get apiKeys() {
      const { asked } = this;
      return { verify: (...args: unknown[]) => [asked.push(args), "answer"] };
    }
  }
  addFlatMethods(Login.prototype);
  const login = new Login();
  const earlier = login as unknown as { verifyKey(...args: unknown[]): unknown };
  expect(earlier.verifyKey("PK", "secret", "192.0.2.1", "relay-1")).toEqual([1, "answer"]);
  expect(login.asked).toEqual([["PK", "secret", "192.0.2.1", "relay-1"]]);
});
