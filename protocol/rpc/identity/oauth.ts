/** RPC of a login and of an app: third-party apps that users authorize. */
import type { LoginRoute } from "../../../domain/ids.ts";
import type { IdentityOutcome } from "./outcome.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { SessionGrant } from "./sessions.ts";
import type { AppScope } from "../../auth/appScopes.ts";

/** An authorization request that the app's object has validated. */
export interface AppRequest {
  readonly responseType: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string[];
  readonly state: string;
  readonly codeChallenge?: string;
  readonly codeChallengeMethod?: string;
  readonly resource?: string;
  readonly issuer?: string;
}

/** The response to an authorization request. */
export type AuthorizationAnswer =
  /** Ask the user. `refusals` are the error redirects. */
  | {
      readonly kind: "ask";
      readonly request: AppRequest;
      readonly appName: string;
      readonly scopes: readonly AppScope[];
      readonly nonce: string | null;
      /** The longest age of the user's last proof, in seconds; null: any age. */
      readonly maxAge: number | null;
      /** The app requests an answer without a prompt. */
      readonly silent: boolean;
      readonly refusals: Readonly<Record<"access_denied" | "login_required" | "consent_required", string>>;
    }
  /** Redirect to the app with an error. */
  | { readonly kind: "redirect"; readonly to: string }
  /** Show the user an error: the app or its redirect URI is unknown. */
  | { readonly kind: "refused"; readonly description: string };

/** An app as its owner sees it. */
export interface AppEntry {
  readonly clientId: string;
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly public: boolean;
  readonly createdAt: number;
}

/** An app that a user has authorized. Times are epoch milliseconds. */
export interface AuthorizedApp {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly AppScope[];
  readonly createdAt: number;
  readonly usedAt: number;
}

/** One call of the token or the revocation endpoint. */
export interface TokenCall {
  readonly issuer: string;
  readonly authorization: string | null;
  readonly contentType: string | null;
  readonly body: string;
  /** The client id in the request; the provider library verifies it. */
  readonly clientId: string;
  /** The session of an access token that is to be revoked; null: the body has another kind of token. */
  readonly session: string | null;
}

/** The claims of an ID token (OpenID Connect Core, 2). */
export interface IdClaims {
  readonly subject: string;
  readonly clientId: string;
  readonly nonce: string | null;
  /** When the user last gave a proof, epoch milliseconds. */
  readonly authTime: number | null;
  readonly email: string | null;
}

/** The provider library's response; with a session, for which the gateway signs tokens. */
export interface TokenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly session: SessionGrant | null;
  readonly idClaims: IdClaims | null;
  /** The alias by which apps know the login; left out by logins of an earlier release. */
  readonly handle?: string;
}

/** A user's authorization of an app. */
export interface Consent {
  readonly issuer: string;
  readonly request: AppRequest;
  readonly appName: string;
  readonly scopes: readonly AppScope[];
  readonly nonce: string | null;
  readonly authTime: number | null;
  /**
   * The session of the user: a code that was not exchanged ends with it. Left out by a gateway of an earlier release.
   */
  readonly session?: string;
}

/** The apps that a login has registered. */
export interface RegisteredAppRpc {
  /** Registers an app of this login; the secret is returned once (null: it has none). */
  register(
    name: string,
    redirectUris: readonly string[],
    isPublic: boolean,
  ): Promise<IdentityOutcome<{ readonly app: AppEntry; readonly secret: string | null }>>;
  list(): Promise<readonly AppEntry[]>;
  /** Removes an app and every user's authorization of it; false when this login has no such app. */
  remove(clientId: string): Promise<boolean>;
}

/** The apps that a login has authorized. */
export interface AuthorizedAppRpc {
  /** Authorizes an app; returns the address to redirect the browser to, with the authorization code. */
  authorize(consent: Consent): Promise<IdentityOutcome<string>>;
  /** The token endpoint and the revocation endpoint, for codes and tokens of this login. */
  token(call: TokenCall, origin: Origin): Promise<TokenAnswer>;
  /** The user behind an app's session; null when the app was not granted `openid`. */
  userinfo(sessionId: string): Promise<{ readonly subject: string; readonly email: string | null } | null>;
  list(): Promise<readonly AuthorizedApp[]>;
  /** Ends an app's access to this login; false when it had none. */
  revoke(clientId: string): Promise<boolean>;
}

/** RPC of the object of one app, which is named by the client id. */
export interface OAuthAppRpc {
  /** Stores a new app's record, as the provider library wrote it; false when there is one. */
  create(owner: string, record: string): Promise<boolean>;
  record(): Promise<string | null>;
  /** Adds a login that has authorized the app; false when there is no such app. */
  admit(route: LoginRoute): Promise<boolean>;
  /** Removes the app, when it belongs to this owner. */
  remove(owner: string): Promise<boolean>;
  /** Validates an authorization request, given the query of its URL. */
  question(issuer: string, query: string): Promise<AuthorizationAnswer>;
}
