/** Access rules: who may call a route. */
import type { Role, Scope } from "../../protocol/auth/principal.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A public route. One that authenticates its callers otherwise (by a secret or a code) does so in its handler. */
export interface PublicRule {
  readonly who: "anyone";
  /** For attempts to authenticate and requests that send e-mails: few per minute and address. */
  readonly limit?: "sign_in";
}

/** A route for logins with one of these roles. */
export type LoginRule = {
  readonly who: readonly Role[];
  /**
   * The scope that the caller needs on its trading account. `null`: the route is about the login itself, for signed-in
   * persons only, not for keys or apps. "any": any credential.
   */
  readonly scope: Scope | "any" | null;
} & (
  | { readonly freshlyVerified?: undefined; readonly stepUp?: undefined }
  | {
      /**
       * Bypasses the credential caches: a session, key or role that ended a second ago must not move money, change
       * users, roles or markets, or decrypt personal data.
       */
      readonly freshlyVerified: true;
      /** The session must have stepped up within the last minutes; "unless_key": keys are exempt. */
      readonly stepUp?: true | "unless_key" | undefined;
    }
);

export type AccessRule = PublicRule | LoginRule;

/** The methods of a path with their rules. */
export type MethodRules = Readonly<Partial<Record<Method, AccessRule>>>;

/** The access rules of a resource, by path. */
export type AccessRules = Readonly<Record<string, MethodRules>>;

export const anyone: PublicRule = { who: "anyone" };
export const signInAttempt: PublicRule = { who: "anyone", limit: "sign_in" };

/** For every login about itself, signed in. */
export const signedIn: LoginRule = { who: ["trader", "viewer", "auditor", "admin"], scope: null };
/** The same for changes: an ended session must not end others, or remove keys and apps. */
export const signedInFresh: LoginRule = { ...signedIn, freshlyVerified: true };
export const steppedUp: LoginRule = { ...signedIn, freshlyVerified: true, stepUp: true };
/** For data that is the same for every login. */
export const anyCredential: LoginRule = { ...signedIn, scope: "any" };

/** Reading and trading on the caller's account. */
export const reads: LoginRule = { who: ["trader", "viewer"], scope: "read" };
export const trades: LoginRule = { who: ["trader"], scope: "trade" };

/** Reads of administrators, also with a key. */
export const adminRead: LoginRule = { who: ["admin"], scope: "any" };
/** Actions of administrators on users, money and markets: in a session that has just stepped up. */
export const adminWrite: LoginRule = { who: ["admin"], scope: null, freshlyVerified: true, stepUp: true };
/** Reads of auditors, also with a key. */
export const auditRead: LoginRule = { who: ["auditor", "admin"], scope: "any" };
/** Decrypting personal data. */
export const auditReveal: LoginRule = { ...adminWrite, who: ["auditor", "admin"] };
