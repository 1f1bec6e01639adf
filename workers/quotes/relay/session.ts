/**
 * What a stream says to each message of its client. Pure: given a session and a message, the new session, the frames to
 * send and what the relay must do before it sends them. The session is all there is to know about a socket, so it is
 * what survives hibernation; it holds no secret.
 */
import { hashText } from "../../../domain/ids.ts";
import { networkOf } from "../../../protocol/http/origin.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { actionsOf, forbiddenChannel, isPermittedOnStream } from "../../../protocol/stream/permissions.ts";
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
import { TOKEN_KEY } from "../../../protocol/stream/authMessage.ts";
import {
  type ListenMessage,
  type TradingMessage,
  authorizationFrame,
  notListeningFrame,
  TRADE_UPDATES,
  tradingErrorFrame,
  tradingMessage,
} from "../../../protocol/stream/trading.ts";
import { MALFORMED_FRAMES_MAX, SYMBOLS_MAX } from "./limits.ts";
import type { Handshake } from "./handshake.ts";
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

/** What must happen, in order, before the replies go out. Closing comes after them. */
export type Effect =
  | { readonly kind: "authenticate"; readonly keyId: string; readonly secret: string }
  /** Take care that the pushes of all books this session wants arrive here, and that it gets what it lacks of them. */
  | { readonly kind: "subscribe_books"; readonly join: BackfillRequest }
  /** What waits to be sent goes out before the reply: after it there is nothing of what was unsubscribed. */
  | { readonly kind: "flush" }
  /** Turn trade updates on: after this cursor, or from now on. The replies depend on the account. */
  | ({ readonly kind: "listen" } & Listen)
  /** Trade updates are off: nothing is sent any more, and the lease is given up. */
  | { readonly kind: "unlisten" }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

/** How trade updates are to be turned on. */
export interface Listen {
  readonly cursor: number | null;
  readonly cancelOnDisconnect: boolean;
}

export interface Step {
  readonly session: StreamSession;
  readonly replies: readonly unknown[];
  readonly effects: readonly Effect[];
}

/** Whether a key opened the stream. `connection_limit`: its account has too many; `unavailable`: nobody could say. */
export type AuthenticationResult =
  | { readonly principal: Principal; readonly credential: Credential }
  | "wrong"
  | "connection_limit"
  | "unavailable";

/** A socket that has just been accepted. The data stream greets; the trading stream must not. */
export function openSession({ stream, codec, origin, token }: Handshake, now: number): Step {
  const session: StreamSession = {
    stream,
    codec,
    openedAt: now,
    accountId: null,
    // Only to count by: a socket need not keep its address.
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
    token === undefined ? [] : [{ kind: "authenticate", keyId: TOKEN_KEY, secret: token }],
  );
}

/** A message of the client, decoded; MALFORMED when that failed. */
export function onMessage(session: StreamSession, message: unknown): Step {
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
      return step(session, [], [{ kind: "authenticate", keyId: known.keyId, secret: known.secret }]);
    case "listen":
    case "unlisten":
      return session.accountId === null
        ? step(session, [authorizationFrame("unauthorized", "listen")])
        : onListen(session, known);
    case "subscribe":
    case "unsubscribe":
      return session.accountId === null ? step(session, [errorFrame(session, 401)]) : onSubscription(session, known);
  }
}

/** The answer to a `verify` effect. A stream that is not opened is closed: some clients would try for ever on it. */
export function onAuthenticationResult(session: StreamSession, verdict: AuthenticationResult): Step {
  const data = session.stream === "data";
  if (verdict === "unavailable") return onInternalError(session);
  if (verdict === "connection_limit")
    return closingStep(session, errorFrame(session, 406), CLOSE_POLICY, STREAM_ERRORS[406]);
  if (verdict === "wrong" || !isPermittedOnStream(verdict.principal, session.stream, "open")) {
    const refusal = data ? errorFrame(session, 402) : authorizationFrame("unauthorized", "authenticate");
    return closingStep(session, refusal, CLOSE_POLICY, "auth failed");
  }
  const { principal, credential } = verdict;
  const { accountId } = principal;
  const opened = { ...session, accountId, principal, credential, origin: data ? null : session.origin };
  return step(opened, [data ? successFrame("authenticated") : authorizationFrame("authorized", "authenticate")]);
}

/** The time to authenticate is over. */
export function onAuthenticationTimeout(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 404), CLOSE_POLICY, STREAM_ERRORS[404]);
}

/** More is asked than may be: the frame was not handled. */
export function onRateLimited(session: StreamSession): Step {
  return step(session, [errorFrame(session, 429)]);
}

/** More is asked, although it was refused again and again. */
export function onRateLimitIgnored(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 429), CLOSE_RATE_LIMITED, STREAM_ERRORS[429]);
}

/** What opened the socket is over. */
export function onRevoked(session: StreamSession): Step {
  const frame = session.stream === "data" ? dataErrorFrame(401, REVOKED) : tradingErrorFrame(401, REVOKED);
  return closingStep(session, frame, CLOSE_REVOKED, REVOKED);
}

const REVOKED = "credentials revoked";

/** A frame longer than any message of a client. */
export function onFrameTooLong(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 400), CLOSE_TOO_BIG, "frame too long");
}

/** Something of ours does not work: the client is told and may come back. */
export function onInternalError(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 500), CLOSE_INTERNAL, STREAM_ERRORS[500]);
}

/** The subscriber does not read. */
export function onSlowClient(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 407), CLOSE_SLOW, STREAM_ERRORS[407]);
}

function onMalformed(before: StreamSession): Step {
  const session = { ...before, malformed: before.malformed + 1 };
  const frame = errorFrame(session, 400);
  if (session.malformed < MALFORMED_FRAMES_MAX) return step(session, [frame]);
  return closingStep(session, frame, CLOSE_POLICY, "too many malformed frames");
}

/** The cursor is of an update that has not been. */
export function cursorAheadFrame(cursor: number, through: number): unknown {
  return tradingErrorFrame(CURSOR_REFUSED, `cursor ${cursor} is ahead: the last update is ${through}`);
}

/** The socket's orders are not cancelled any more when it is cut off: it must go. */
export function onLeaseLost(session: StreamSession, reason: string): Step {
  return closingStep(session, tradingErrorFrame(500, reason), CLOSE_DISCONNECTED, reason);
}

/** The account has as many leases as it may have. */
export function leaseRefusedFrame(): unknown {
  return tradingErrorFrame(405, "too many sessions with cancel_on_disconnect");
}

function onListen(session: StreamSession, { kind, streams, cursor, cancelOnDisconnect }: ListenMessage): Step {
  const named = streams.includes(TRADE_UPDATES);
  if (kind === "listen" && named) {
    if (cursor === "malformed") return step(session, [tradingErrorFrame(CURSOR_REFUSED, MALFORMED_CURSOR)]);
    return step(session, [], [{ kind: "listen", cursor, cancelOnDisconnect }]);
  }
  if (kind === "unlisten" && !named && session.listening) {
    return step(
      session,
      [],
      [
        {
          kind: "listen",
          cursor: null,
          cancelOnDisconnect: session.lease !== null && isPermitted(session, "cancel_on_disconnect"),
        },
      ],
    );
  }
  return step({ ...session, listening: false }, [notListeningFrame()], [{ kind: "unlisten" }]);
}

const MALFORMED_CURSOR = "cursor must be the number of an update, as text";

function onSubscription(session: StreamSession, message: SubscriptionMessage): Step {
  const { channels: named } = message;
  if (message.kind === "unsubscribe") {
    const channels = eachChannel((channel) => withoutNames(session.channels[channel], named[channel]));
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
  const channels = eachChannel((channel) => union(session.channels[channel], named[channel]));
  const resumes = session.resumes || Object.keys(message.cursors).length > 0;
  const after = { ...session, channels, resumes };
  // The acknowledgement first and always: it says what there is, the errors after it say what is missing.
  const replies: unknown[] = [subscriptionFrame(channels)];
  if (message.unserved.length > 0) replies.push(errorFrame(session, 410));
  const unknown = [...new Set(Object.values(named).flat())].filter((name) => listed(name) === null);
  if (unknown.length > 0) replies.push(dataErrorFrame(SYMBOL_NOT_FOUND, `symbol not found: ${listOf(unknown)}`));
  return step(after, replies, [
    { kind: "subscribe_books", join: backfillRequestOf(session.channels, channels, message) },
  ]);
}

/** The credential may not do this: nothing has changed. */
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
