/** RPC of a login: sign-in by other identity providers. */
import type { AccountId, LoginRoute } from "../../../domain/ids.ts";
import type { IdentityOutcome } from "./outcome.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Client } from "./devices.ts";
import type { SignedIn } from "./sessions.ts";

/** An identity that a provider has authenticated. */
export interface AuthenticatedIdentity {
  /** The provider's name in our configuration. */
  readonly provider: string;
  /** An address that the provider has verified; null: none. */
  readonly email: string | null;
  /** The user has just authenticated at the provider. */
  readonly fresh: boolean;
}

/** A linked provider. */
export interface ExternalLink {
  readonly provider: string;
  readonly createdAt: number;
}

/** A session or a challenge, with the account to create; or the login that this external identity is linked to. */
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
   * At the object of an external identity: signs in to its own login, which the first sign-in creates, or returns the
   * login that it is linked to.
   */
  signIn(identity: AuthenticatedIdentity, origin: Origin, client?: Client): Promise<IdentityOutcome<ExternalSignIn>>;
  /** At the object of an external identity: links it to that login. */
  pointTo(to: string): Promise<IdentityOutcome<null>>;
  /** At the object of an external identity: removes the link to that login. */
  release(from: string): Promise<void>;
  /** At a login: signs in by a linked identity; null when it is not linked. */
  signInLinked(
    externalRoute: string,
    identity: AuthenticatedIdentity,
    origin: Origin,
    client?: Client,
  ): Promise<IdentityOutcome<ExternalSignIn> | null>;
  /** At a login: whether this session may link an identity now: it is live and freshly verified. */
  mayLink(sessionId: string): Promise<IdentityOutcome<null>>;
  /** At a login: links an identity, while the session that requested it may do so. */
  link(externalRoute: string, provider: string, sessionId: string, origin: Origin): Promise<IdentityOutcome<null>>;
  /** At a login: removes the links to a provider; returns the identities. */
  unlink(provider: string, origin: Origin): Promise<IdentityOutcome<readonly string[]>>;
  list(): Promise<readonly ExternalLink[]>;
}
