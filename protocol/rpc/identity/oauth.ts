/** Apps of other people that a user lets into its account: what objects and the gateway say to each other about them. */
import type { LoginRoute } from "../../../domain/ids.ts";
import type { IdentityOutcome } from "./outcome.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { SessionGrant } from "./sessions.ts";
import type { AppScope } from "../../auth/appScopes.ts";

/** An authorization request that the app's object has found in order. */
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

/** What is to be done about an authorization request. */
export type AppQuestion =
  /** Ask the user; `denied` is where its refusal goes, `loginRequired` and `consentRequired` what may not ask. */
  | {
      readonly kind: "ask";
      readonly request: AppRequest;
      readonly appName: string;
      readonly scopes: readonly AppScope[];
      readonly nonce: string | null;
      /** How old the user's last proof may be, in seconds; null: as old as it is. */
      readonly maxAge: number | null;
      /** The app does not want the user to be asked anything. */
      readonly silent: boolean;
      readonly refusals: Readonly<Record<"access_denied" | "login_required" | "consent_required", string>>;
    }
  /** The app is told by a redirection. */
  | { readonly kind: "redirect"; readonly to: string }
  /** Nobody can be told but the user: the app or its address is not known. */
  | { readonly kind: "refused"; readonly description: string };

/** An app as who registered it sees it. */
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
  /** Who calls, as it says; checked by the provider. */
  readonly clientId: string;
  /** The session of an access token that is to be revoked; null: the token in the body is none of those. */
  readonly session: string | null;
}

/** What goes into an ID token (OpenID Connect Core, 2). */
export interface IdClaims {
  readonly subject: string;
  readonly clientId: string;
  readonly nonce: string | null;
  /** When the user last proved who it is, epoch milliseconds. */
  readonly authTime: number | null;
  readonly email: string | null;
}

/** The provider's answer; with a session, the gateway signs the tokens of it. */
export interface TokenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly session: SessionGrant | null;
  readonly idClaims: IdClaims | null;
  /** By which apps know the login; left out by logins of an earlier release. */
  readonly handle?: string;
}

/** What a user has said yes to. */
export interface Consent {
  readonly issuer: string;
  readonly request: AppRequest;
  readonly appName: string;
  readonly scopes: readonly AppScope[];
  readonly nonce: string | null;
  readonly authTime: number | null;
  /** The session of the user who decided: with it a code ends that nobody has exchanged. A gateway of an earlier release does not say it. */
  readonly session?: string;
}

/** The apps that a login has registered. */
export interface RegisteredAppRpc {
  /** Registers an app of this login; the only time its secret is seen (null: it has none). */
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
  /** Authorizes an app; gives the address to redirect the browser to, with the authorization code. */
  authorize(consent: Consent): Promise<IdentityOutcome<string>>;
  /** The token endpoint and the revocation endpoint, for codes and tokens of this login. */
  token(call: TokenCall, origin: Origin): Promise<TokenAnswer>;
  /** The user behind an app's session; null when the app was not granted `openid`. */
  userinfo(sessionId: string): Promise<{ readonly subject: string; readonly email: string | null } | null>;
  list(): Promise<readonly AuthorizedApp[]>;
  /** Ends an app's access to this login; false when it had none. */
  revoke(clientId: string): Promise<boolean>;
}

/** What the object of one app answers; it is named by the client id. */
export interface OAuthAppRpc {
  /** Keeps a new app's record as the provider wrote it; false when there is one. */
  create(owner: string, record: string): Promise<boolean>;
  record(): Promise<string | null>;
  /** Notes that this login has authorized the app; false when there is no such app. */
  admit(route: LoginRoute): Promise<boolean>;
  /** Ends the app, when it is this owner's. */
  remove(owner: string): Promise<boolean>;
  /** Reads an authorization request: the query of the address that the app sent the browser to. */
  question(issuer: string, query: string): Promise<AppQuestion>;
}
