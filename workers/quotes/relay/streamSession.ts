/** The state of one stream. It survives hibernation in the socket's attachment and contains no secret. */
import type { AccountId, LoginRoute } from "../../../domain/ids.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import {
  type DataFeed,
  isPermittedOnStream,
  type RelayStream,
  type StreamAction,
  type StreamName,
} from "../../../protocol/stream/permissions.ts";
import type { OpeningMessage } from "./handshake.ts";
import type { NoticeStream } from "../../../protocol/stream/trading.ts";
import type { Codec } from "../../../protocol/stream/codec.ts";
import { type Channels, eachChannel } from "../../../protocol/stream/channels.ts";

export interface StreamSession {
  readonly stream: RelayStream;
  readonly codec: Codec;
  readonly openedAt: number;
  /** The account of the stream; null until it has authenticated. */
  readonly accountId: AccountId | null;
  /** The account that the upgrade named; left out when it named none. */
  readonly namedAccount?: AccountId;
  /** The session or key that opened it; left out until then, and by an earlier release. */
  readonly credential?: Credential;
  /** The caller and its permissions; left out until then, and by an earlier release. */
  readonly principal?: Principal;
  /**
   * A digest of the client's network, for the connection limits; empty, or left out by an earlier release, when it is
   * unknown.
   */
  readonly network?: string;
  /** The feed of a data stream; left out: the whole exchange. */
  readonly feed?: DataFeed;
  /** Subscribed symbols as acknowledged, `*` among them for all. */
  readonly channels: Channels;
  /** The client has resumed by a cursor, so it understands a `snapshot` notice. */
  readonly resumes: boolean;
  readonly listening: boolean;
  /** The subscription with which the stream of a book begins, until it has authenticated. */
  readonly begins?: OpeningMessage;
  /** The client asked for a heartbeat a second; left out, also by an earlier release: it did not. */
  readonly heartbeats?: boolean;
  /** The ids of indicators that it subscribes to, as `AAPL:rsi:14:1Min`; left out: none. */
  readonly indicators?: readonly string[];
  /** The streams of notices that it listens to; left out: none. */
  readonly notices?: readonly NoticeStream[];
  /** Address and user agent of the client; null on a data stream that has authenticated, which does not need them. */
  readonly origin: Origin | null;
  /** The lease of cancel-on-disconnect at the account; null without one. */
  readonly lease: string | null;
  readonly malformed: number;
}

/** The id of the key or session that opened a stream, and the route of its login. */
export interface Credential {
  readonly route: LoginRoute;
  readonly id: string;
}

/** What decides who the caller of a stream is, and what it may do. */
export interface StreamCaller {
  readonly stream: StreamName;
  readonly accountId: AccountId | null;
  readonly principal?: Principal;
}

/** The caller of a stream; null before authentication. A socket that an earlier release opened counts as a reader. */
export function principalOf({ accountId, principal }: StreamCaller): Principal | null {
  if (principal !== undefined || accountId === null) return principal ?? null;
  return { userId: "", accountId, roles: ["viewer"], scopes: ["read"] };
}

/**
 * The id that connection and request limits are counted by: the account, or a guest's own user id, so that a guest does
 * not use up the owner's limits. Null before authentication.
 */
export function limitOwnerOf({ accountId, principal }: StreamCaller): string | null {
  return principal?.guest === true ? principal.userId : accountId;
}

/** Whether the table of permissions allows an action to this session. */
export function isPermitted(session: StreamCaller, action: StreamAction): boolean {
  return isPermittedOnStream(principalOf(session), session.stream, action);
}

/** A session of an earlier release, which did not know every channel. */
export function withEveryChannel(session: StreamSession): StreamSession {
  const kept: Partial<Channels> = session.channels;
  return { ...session, channels: eachChannel((channel) => kept[channel] ?? []) };
}
