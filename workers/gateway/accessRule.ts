/** What a route asks of who calls it. */
import type { Role, Scope } from "../../protocol/auth/principal.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Open to everybody; a route that knows its callers by something else than a login (a secret, a code) checks that itself. */
export interface PublicRule {
  readonly who: "anyone";
  /** Tries to prove who somebody is, or sends mail: few of these a minute from one address. */
  readonly limit?: "sign_in";
}

/** For logins that have one of these roles. */
export type LoginRule = {
  readonly who: readonly Role[];
  /**
   * What the caller must be allowed to do with its trading account. `null`: the route is about the login itself, so it
   * is for signed-in persons and not for keys or apps. "any": any proof of the login will do.
   */
  readonly scope: Scope | "any" | null;
} & (
  | { readonly freshlyVerified?: undefined; readonly stepUp?: undefined }
  | {
      /**
       * The login is asked at every request, past every memory of the gateway: what moves money, changes persons, roles
       * or markets, or opens what is sealed must not be done by a session, key or role that ended a second ago.
       */
      readonly freshlyVerified: true;
      /** The person must have proved who it is again within the last minutes; "unless_key": a key needs no such proof. */
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

/** What every login may do about itself, when its person is signed in. */
export const signedIn: LoginRule = { who: ["trader", "viewer", "auditor", "admin"], scope: null };
/** What changes something of it: a session that ended a second ago must not end the others, or take keys and apps away. */
export const signedInFresh: LoginRule = { ...signedIn, freshlyVerified: true };
export const steppedUp: LoginRule = { ...signedIn, freshlyVerified: true, stepUp: true };
/** What is the same for every login. */
export const anyCredential: LoginRule = { ...signedIn, scope: "any" };

/** Reading and trading with the caller's account. */
export const reads: LoginRule = { who: ["trader", "viewer"], scope: "read" };
export const trades: LoginRule = { who: ["trader"], scope: "trade" };

/** What administrators read, also with a key. */
export const adminRead: LoginRule = { who: ["admin"], scope: "any" };
/** What administrators do: to persons, money and markets. A person does that, who has just shown to be that person. */
export const adminWrite: LoginRule = { who: ["admin"], scope: null, freshlyVerified: true, stepUp: true };
/** What auditors read, also with a key. */
export const auditRead: LoginRule = { who: ["auditor", "admin"], scope: "any" };
/** Looking into personal data. */
export const auditReveal: LoginRule = { ...adminWrite, who: ["auditor", "admin"] };
