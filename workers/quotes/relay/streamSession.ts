/** What a relay knows of one stream: it survives hibernation in the socket's attachment, and holds no secret. */
import type { AccountId, LoginRoute } from "../../../domain/ids.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { isPermittedOnStream, type StreamAction, type StreamName } from "../../../protocol/stream/permissions.ts";
import type { Codec } from "../../../protocol/stream/codec.ts";
import { type Channels, eachChannel } from "../../../protocol/stream/channels.ts";

export interface StreamSession {
  readonly stream: StreamName;
  readonly codec: Codec;
  readonly openedAt: number;
  /** Whose stream it is; null until it has authenticated. */
  readonly accountId: AccountId | null;
  /** What opened it; left out until then, and by an earlier release. */
  readonly credential?: Credential;
  /** Who that is and what it may do with the account; left out until then, and by an earlier release. */
  readonly principal?: Principal;
  /** A digest of the network it came from, to count by; empty, or left out by an earlier release, when that is not known. */
  readonly network?: string;
  /** Subscribed symbols as acknowledged, `*` among them for all. */
  readonly channels: Channels;
  /** The client has resumed: it knows what a cursor is, and what it means that one is too old. */
  readonly resumes: boolean;
  readonly listening: boolean;
  /** Where the socket came from; null on a data stream that has authenticated: nothing asks for it there. */
  readonly origin: Origin | null;
  /** The lease at the account by which orders are cancelled when the socket is cut off; null without one. */
  readonly lease: string | null;
  readonly malformed: number;
}

/** What opened a stream: the id of a key or session, and the login that it is of. */
export interface Credential {
  readonly route: LoginRoute;
  readonly id: string;
}

/** Who acts on a stream; null for nobody. Of a socket that an earlier release has opened it is only known that it reads. */
export function principalOf({ accountId, principal }: StreamSession): Principal | null {
  if (principal !== undefined || accountId === null) return principal ?? null;
  return { userId: "", accountId, roles: ["viewer"], scopes: ["read"] };
}

/**
 * Whose sockets and whose traffic a stream counts among: its account's; of somebody whom the account is shared with its
 * own, so that a guest uses up nothing of what the owner may have. Null until it has authenticated.
 */
export function limitOwnerOf({ accountId, principal }: StreamSession): string | null {
  return principal?.guest === true ? principal.userId : accountId;
}

/** Whether the table lets this session do that. */
export function isPermitted(session: StreamSession, action: StreamAction): boolean {
  return isPermittedOnStream(principalOf(session), session.stream, action);
}

/** A session of an earlier release, which did not know every channel. */
export function withEveryChannel(session: StreamSession): StreamSession {
  const kept: Partial<Channels> = session.channels;
  return { ...session, channels: eachChannel((channel) => kept[channel] ?? []) };
}
