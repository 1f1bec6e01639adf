/**
 * Decides how a stream answers each message of its client. Pure: from a session and a message it computes the next
 * session, the replies, and the effects that the relay must perform before it sends them.
 */
import { hashText } from "../../../domain/ids.ts";
import type { Instruments } from "../../../domain/market/instruments.ts";
import { networkOf } from "../../../protocol/http/origin.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import {
  actionsOf,
  forbiddenChannel,
  isPermittedOnStream,
  type RelayStream,
} from "../../../protocol/stream/permissions.ts";
import { MALFORMED } from "../../../protocol/stream/codec.ts";
import {
  type DataMessage,
  type StreamErrorCode,
  type SubscriptionMessage,
  CURSOR_REFUSED,
  dataErrorFrame,
  dataMessage,
  STREAM_ERRORS,
  subscriptionFrame,
  successFrame,
  SYMBOL_NOT_FOUND,
} from "../../../protocol/stream/data.ts";
import { eachChannel, CHANNEL_NAMES } from "../../../protocol/stream/channels.ts";
import { type StreamCredentials, TOKEN_KEY } from "../../../protocol/stream/authMessage.ts";
import {
  type ListenMessage,
  type TradingMessage,
  authorizationFrame,
  NOTICE_STREAMS,
  type NoticeStream,
  noticesFrame,
  TRADE_UPDATES,
  tradingErrorFrame,
  tradingMessage,
} from "../../../protocol/stream/trading.ts";
import { MALFORMED_FRAMES_MAX, SYMBOLS_MAX } from "./limits.ts";
import type { Handshake, OpeningMessage } from "./handshake.ts";
import { type StreamSession, type Credential, isPermitted, principalOf } from "./streamSession.ts";
import { type BackfillRequest, listOf, backfillRequestOf, listed, union, withoutNames } from "./channelSymbols.ts";
import {
  CLOSE_POLICY,
  CLOSE_TOO_BIG,
  CLOSE_INTERNAL,
  CLOSE_SLOW,
  CLOSE_DISCONNECTED,
  CLOSE_RATE_LIMITED,
  CLOSE_REVOKED,
} from "./closeCodes.ts";

/** What the relay performs, in order, before it sends the replies. It closes the socket after them. */
export type Effect =
  | ({ readonly kind: "authenticate" } & StreamCredentials)
  /** Subscribe to the books of this session, and fetch what it lacks of them. */
  | { readonly kind: "subscribe_books"; readonly backfill: BackfillRequest }
  /** Send the unsent data before the reply: no element of an unsubscribed channel follows the acknowledgement. */
  | { readonly kind: "flush" }
  /** Turn trade updates on, after a cursor or from now on. The account decides the replies. */
  | ({ readonly kind: "listen" } & Listen)
  /** Turn trade updates off and release the lease. */
  | { readonly kind: "unlisten" }
  /** Subscribe to the account of this session, for its notices. */
  | { readonly kind: "subscribe_account" }
  /** Handle the message with which a stream begins, after the replies. */
  | { readonly kind: "begin"; readonly message: OpeningMessage }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

/** Parameters of turning trade updates on. */
export interface Listen {
  readonly cursor: number | null;
  readonly cancelOnDisconnect: boolean;
  /** The streams of notices that the client listens to beside them. */
  readonly notices: readonly NoticeStream[];
}

export interface Step {
  readonly session: StreamSession;
  readonly replies: readonly unknown[];
  readonly effects: readonly Effect[];
}

/**
 * The result of authentication. `connection_limit`: the account has too many sockets. `unavailable`: the login could
 * not be asked.
 */
export type AuthenticationResult =
  | { readonly principal: Principal; readonly credential: Credential }
  | "wrong"
  | "connection_limit"
  | "unavailable";

/** The session of a socket that was just accepted. The data stream sends a greeting; the trading stream must not. */
export function openSession(opening: Handshake<RelayStream>, now: number): Step {
  const { stream, codec, origin, token, accountId, begins } = opening;
  const session: StreamSession = {
    stream,
    codec,
    openedAt: now,
    accountId: null,
    ...(accountId === undefined ? {} : { namedAccount: accountId }),
    ...(begins === undefined ? {} : { begins }),
    // A digest suffices for counting, so the session does not keep the address.
    network: origin.ip === "" ? "" : hashText(networkOf(origin.ip)).toString(36),
    channels: eachChannel(() => []),
    resumes: false,
    listening: false,
    origin,
    lease: null,
    malformed: 0,
  };
  return step(
    session,
    stream === "data" ? [successFrame("connected")] : [],
    token === undefined ? [] : [authenticating(session, { keyId: TOKEN_KEY, secret: token })],
  );
}

/** The account of the message takes precedence over that of the upgrade. */
function authenticating({ namedAccount }: StreamSession, { keyId, secret, accountId }: StreamCredentials): Effect {
  const named = accountId ?? namedAccount;
  return { kind: "authenticate", keyId, secret, ...(named === undefined ? {} : { accountId: named }) };
}

/** Handles a decoded message; MALFORMED when decoding failed. */
export function onMessage(session: StreamSession, message: unknown, instruments: Instruments): Step {
  const read =
    message === MALFORMED
      ? null
      : session.stream === "data"
        ? dataMessage.safeParse(message)
        : tradingMessage.safeParse(message);
  if (read === null || !read.success) return onMalformed(session);
  const known: DataMessage | TradingMessage = read.data;
  const refused =
    session.accountId === null ? undefined : actionsOf(known).find((action) => !isPermitted(session, action));
  if (refused !== undefined) return step(session, [forbiddenFrame(session, refused)]);
  switch (known.kind) {
    case "auth":
      if (session.accountId !== null) return step(session, [errorFrame(session, 403)]);
      return step(session, [], [authenticating(session, known)]);
    case "listen":
    case "unlisten":
      return session.accountId === null
        ? step(session, [authorizationFrame("unauthorized", "listen")])
        : onListen(session, known);
    case "subscribe":
    case "unsubscribe":
      return session.accountId === null
        ? step(session, [errorFrame(session, 401)])
        : onSubscription(session, known, instruments);
  }
}

/**
 * Handles the result of an `authenticate` effect. A failure closes the socket, because some clients would try again on
 * it for ever.
 */
export function onAuthenticationResult(session: StreamSession, result: AuthenticationResult): Step {
  const data = session.stream === "data";
  if (result === "unavailable") return onInternalError(session);
  if (result === "connection_limit")
    return closingStep(session, errorFrame(session, 406), CLOSE_POLICY, STREAM_ERRORS[406]);
  if (result === "wrong" || !isPermittedOnStream(result.principal, session.stream, "open")) {
    const refusal = data ? errorFrame(session, 402) : authorizationFrame("unauthorized", "authenticate");
    return closingStep(session, refusal, CLOSE_POLICY, "auth failed");
  }
  const { principal, credential } = result;
  const { accountId } = principal;
  const { begins, ...rest } = session;
  const opened = { ...rest, accountId, principal, credential, origin: data ? null : session.origin };
  const reply = data ? successFrame("authenticated") : authorizationFrame("authorized", "authenticate");
  return step(opened, [reply], begins === undefined ? [] : [{ kind: "begin", message: begins }]);
}

/** The client did not authenticate in time. */
export function onAuthenticationTimeout(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 404), CLOSE_POLICY, STREAM_ERRORS[404]);
}

/** The rate limit is reached: the frame is not handled. */
export function onRateLimited(session: StreamSession): Step {
  return step(session, [errorFrame(session, 429)]);
}

/** The client kept sending after many refusals. */
export function onRateLimitIgnored(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 429), CLOSE_RATE_LIMITED, STREAM_ERRORS[429]);
}

/** The session or key that opened the socket was revoked. */
export function onRevoked(session: StreamSession): Step {
  const frame = session.stream === "data" ? dataErrorFrame(401, REVOKED) : tradingErrorFrame(401, REVOKED);
  return closingStep(session, frame, CLOSE_REVOKED, REVOKED);
}

const REVOKED = "credentials revoked";

/** The frame is longer than any valid message. */
export function onFrameTooLong(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 400), CLOSE_TOO_BIG, "frame too long");
}

/** The exchange failed: the client is told, and may reconnect. */
export function onInternalError(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 500), CLOSE_INTERNAL, STREAM_ERRORS[500]);
}

/** The client reads too slowly. */
export function onSlowClient(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 407), CLOSE_SLOW, STREAM_ERRORS[407]);
}

function onMalformed(before: StreamSession): Step {
  const session = { ...before, malformed: before.malformed + 1 };
  const frame = errorFrame(session, 400);
  if (session.malformed < MALFORMED_FRAMES_MAX) return step(session, [frame]);
  return closingStep(session, frame, CLOSE_POLICY, "too many malformed frames");
}

/** The cursor is greater than that of the last update. */
export function cursorAheadFrame(cursor: number, through: number): unknown {
  return tradingErrorFrame(CURSOR_REFUSED, `cursor ${cursor} is ahead: the last update is ${through}`);
}

/** The account no longer cancels the socket's orders on disconnect, so the socket is closed. */
export function onLeaseLost(session: StreamSession, reason: string): Step {
  return closingStep(session, tradingErrorFrame(500, reason), CLOSE_DISCONNECTED, reason);
}

/** The account has reached its number of leases. */
export function leaseRefusedFrame(): unknown {
  return tradingErrorFrame(405, "too many sessions with cancel_on_disconnect");
}

function onListen(session: StreamSession, { kind, streams, cursor, cancelOnDisconnect }: ListenMessage): Step {
  const named = streams.includes(TRADE_UPDATES);
  const notices =
    kind === "listen"
      ? NOTICE_STREAMS.filter((name) => streams.includes(name))
      : (session.notices ?? []).filter((name) => !streams.includes(name));
  if (kind === "listen" && named) {
    if (cursor === "malformed") return step(session, [tradingErrorFrame(CURSOR_REFUSED, MALFORMED_CURSOR)]);
    return step(session, [], [{ kind: "listen", cursor, cancelOnDisconnect, notices }]);
  }
  if (kind === "unlisten" && !named && session.listening) {
    const kept = session.lease !== null && isPermitted(session, "cancel_on_disconnect");
    return step(session, [], [{ kind: "listen", cursor: null, cancelOnDisconnect: kept, notices }]);
  }
  const subscribes: readonly Effect[] = notices.length > 0 ? [{ kind: "subscribe_account" }] : [];
  const after = { ...session, listening: false, notices };
  return step(after, [noticesFrame(notices)], [{ kind: "unlisten" }, ...subscribes]);
}

const MALFORMED_CURSOR = "cursor must be the number of an update, as text";

function onSubscription(session: StreamSession, message: SubscriptionMessage, instruments: Instruments): Step {
  const { channels: named } = message;
  if (message.kind === "unsubscribe") {
    const channels = eachChannel((channel) => withoutNames(session.channels[channel], named[channel], instruments));
    return step({ ...session, channels }, [subscriptionFrame(channels)], [{ kind: "flush" }]);
  }
  const forbidden = forbiddenChannel(principalOf(session), message);
  if (forbidden !== undefined) return step(session, [forbiddenFrame(session, `subscribe to ${forbidden}`)]);
  const sizes = CHANNEL_NAMES.map((channel) => new Set([...session.channels[channel], ...named[channel]]).size);
  if (sizes.reduce((sum, size) => sum + size) > SYMBOLS_MAX) return step(session, [errorFrame(session, 405)]);
  const malformed = Object.keys(message.cursors).filter((name) => message.cursors[name] === "malformed");
  if (malformed.length > 0) {
    return step(session, [dataErrorFrame(CURSOR_REFUSED, `cursor is no sequence: ${listOf(malformed)}`)]);
  }
  const channels = eachChannel((channel) => union(session.channels[channel], named[channel], instruments));
  const resumes = session.resumes || Object.keys(message.cursors).length > 0;
  const heartbeats = message.heartbeats ?? session.heartbeats;
  const after = { ...session, channels, resumes, ...(heartbeats === undefined ? {} : { heartbeats }) };
  // The acknowledgement is always sent, and first; errors about unlisted symbols follow it.
  const replies: unknown[] = [subscriptionFrame(channels)];
  if (message.unserved.length > 0) replies.push(errorFrame(session, 410));
  const unknown = [...new Set(Object.values(named).flat())].filter((name) => listed(name, instruments) === null);
  if (unknown.length > 0) replies.push(dataErrorFrame(SYMBOL_NOT_FOUND, `symbol not found: ${listOf(unknown)}`));
  return step(after, replies, [
    { kind: "subscribe_books", backfill: backfillRequestOf(session.channels, channels, message, instruments) },
  ]);
}

/** The credential may not do this. Nothing has changed. */
function forbiddenFrame(session: StreamSession, action: string): unknown {
  const text = `${STREAM_ERRORS[409]}: these credentials may not ${action}`;
  return session.stream === "data" ? dataErrorFrame(409, text) : tradingErrorFrame(409, text);
}

function errorFrame(session: StreamSession, code: StreamErrorCode): unknown {
  const text = STREAM_ERRORS[code];
  return session.stream === "data" ? dataErrorFrame(code, text) : tradingErrorFrame(code, text);
}

function step(session: StreamSession, replies: readonly unknown[], effects: readonly Effect[] = []): Step {
  return { session, replies, effects };
}

function closingStep(session: StreamSession, frame: unknown, code: number, reason: string): Step {
  return step(session, [frame], [{ kind: "close", code, reason }]);
}
