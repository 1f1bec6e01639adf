/** Signing in with another provider: what objects and the gateway say to each other about it. */
import type { AccountId, LoginRoute } from "../../../domain/ids.ts";
import type { IdentityOutcome } from "./outcome.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Client } from "./devices.ts";
import type { SignedIn } from "./sessions.ts";

/** Whom a provider has vouched for. */
export interface ExternalPerson {
  /** The provider's name in our configuration. */
  readonly provider: string;
  /** An address that the provider says is the user's own; null: it says so of none. */
  readonly email: string | null;
  /** The user has proved at the provider just now who it is. */
  readonly fresh: boolean;
}

/** A provider that opens a login. */
export interface ExternalLink {
  readonly provider: string;
  readonly createdAt: number;
}

/** The session or challenge, with the account that must be open; or the login that this external identity is linked to. */
export type ExternalSignIn =
  | {
      readonly kind: "signed_in";
      readonly signedIn: SignedIn;
      readonly accountId: AccountId;
      readonly created: boolean;
    }
  | { readonly kind: "linked"; readonly route: LoginRoute };

export interface ExternalIdentityRpc {
  /**
   * For the object of an external identity: signs its own login in, which the first time makes it, or names the login
   * that it is linked to.
   */
  signIn(person: ExternalPerson, origin: Origin, client?: Client): Promise<IdentityOutcome<ExternalSignIn>>;
  /** For the object of an external identity: from now on it opens that login. */
  pointTo(to: string): Promise<IdentityOutcome<null>>;
  /** For the object of an external identity: it does not open that login any more. */
  release(from: string): Promise<void>;
  /** For a login: signs in by an identity that was linked to it; null when it was not. */
  signInLinked(
    externalRoute: string,
    person: ExternalPerson,
    origin: Origin,
    client?: Client,
  ): Promise<IdentityOutcome<ExternalSignIn> | null>;
  /** For a login: whether this session may link an identity now: it lasts, and its user has just proved who it is. */
  mayLink(sessionId: string): Promise<IdentityOutcome<null>>;
  /** For a login: links an identity, while the session that asked for it may do so. */
  link(externalRoute: string, provider: string, sessionId: string, origin: Origin): Promise<IdentityOutcome<null>>;
  /** For a login: ends the links to a provider; the identities that they were to. */
  unlink(provider: string, origin: Origin): Promise<IdentityOutcome<readonly string[]>>;
  list(): Promise<readonly ExternalLink[]>;
}
