/** The state of one order entry connection. It survives hibernation in the socket's attachment and has no credential. */
import type { Origin } from "../../../domain/account/state/events.ts";
import type { AccountId } from "../../../domain/ids.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import type { Codec } from "../../../protocol/stream/codec.ts";
import type { Credential } from "../relay/streamSession.ts";

export interface OrderSession {
  readonly stream: "orders";
  readonly codec: Codec;
  readonly openedAt: number;
  /** A digest of the client's network, for the connection limits; empty when it is unknown. */
  readonly network: string;
  /** Address and user agent of the client. */
  readonly origin: Origin;
  /** The account; null until the connection has authenticated. */
  readonly accountId: AccountId | null;
  /** The account that the upgrade named; left out when it named none. */
  readonly namedAccount?: AccountId;
  /** Its one attempt to authenticate has begun; left out until then. */
  readonly authenticating?: boolean;
  /** The caller and its permissions, and the session or key that proved it; left out until then. */
  readonly principal?: Principal;
  readonly credential?: Credential;
  /** The lease of cancel-on-disconnect at the account; null without one. */
  readonly lease: string | null;
  readonly malformed: number;
  /** Frames since the last one that the account carried out: refused ones, and those that carry no command out. */
  readonly idle: number;
  /** Frames that were refused since the client has last confirmed an answer. */
  readonly refused: number;
  /** Commands admitted so far, those among them that are answered, and those whose answer the client has confirmed. */
  readonly admitted: number;
  readonly answered: number;
  readonly received: number;
  /** Makes the marks of this connection's answers. */
  readonly markKey: string;
  /** Until then the account has no token for this connection's caller, epoch milliseconds. */
  readonly blockedUntil: number;
}

/** Commands in flight: admitted, and their answer not confirmed. */
export function inFlight({ admitted, received }: OrderSession): number {
  return admitted - received;
}
