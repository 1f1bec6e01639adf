/**
 * What a stream says to each message of its client. Pure: given a session and a message, the new session, the frames to
 * send and what the relay must do before it sends them. The session is all there is to know about a socket, so it is
 * what survives hibernation; it holds no secret.
 */
import { findAsset } from "../../../protocol/assets.ts";
import type { Codec } from "../../../protocol/streamCodec.ts";
import { MALFORMED } from "../../../protocol/streamCodec.ts";
import type { DataMessage, StreamErrorCode, SubscriptionMessage } from "../../../protocol/streamData.ts";
import {
  dataErrorFrame,
  dataMessage,
  STREAM_ERRORS,
  subscriptionFrame,
  successFrame,
  SYMBOL_NOT_FOUND,
} from "../../../protocol/streamData.ts";
import type { ListenMessage, TradingMessage } from "../../../protocol/streamTrading.ts";
import {
  authorizationFrame,
  listeningFrame,
  TRADE_UPDATES,
  tradingErrorFrame,
  tradingMessage,
} from "../../../protocol/streamTrading.ts";
import { MALFORMED_FRAMES_MAX, SYMBOLS_MAX } from "./limits.ts";
import type { Opening } from "./opening.ts";

export interface Session {
  readonly stream: "trading" | "data";
  readonly codec: Codec;
  readonly openedAt: number;
  /** Whose stream it is; null until it has authenticated. */
  readonly accountId: string | null;
  /** Subscribed symbols as acknowledged, `*` among them for all. */
  readonly trades: readonly string[];
  readonly quotes: readonly string[];
  readonly listening: boolean;
  readonly malformed: number;
}

/** What must happen, in order, before the replies go out. Closing comes after them. */
export type Effect =
  | { readonly kind: "verify"; readonly keyId: string; readonly secret: string }
  /** Take care that the pushes of all books and the account this session wants arrive here. */
  | { readonly kind: "follow" }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

export interface Step {
  readonly session: Session;
  readonly replies: readonly unknown[];
  readonly effects: readonly Effect[];
}

/** Whether a key opened the stream. `unavailable`: nobody could say. */
export type Verdict = { readonly accountId: string } | "wrong" | "unavailable";

/** Close codes (RFC 6455): against the rules, too big, our fault, and Alpaca's 407 in the range for applications. */
export const CLOSE_POLICY = 1008;
export const CLOSE_TOO_BIG = 1009;
export const CLOSE_INTERNAL = 1011;
export const CLOSE_SLOW = 4407;

/** A socket that has just been accepted. The data stream greets; the trading stream must not. */
export function openSession({ stream, codec }: Opening, now: number): Step {
  const session: Session = {
    stream,
    codec,
    openedAt: now,
    accountId: null,
    trades: [],
    quotes: [],
    listening: false,
    malformed: 0,
  };
  return step(session, stream === "data" ? [successFrame("connected")] : []);
}

/** A message of the client, decoded; MALFORMED when that failed. */
export function onMessage(session: Session, message: unknown): Step {
  const read =
    message === MALFORMED
      ? null
      : session.stream === "data"
        ? dataMessage.safeParse(message)
        : tradingMessage.safeParse(message);
  if (read === null || !read.success) return onMalformed(session);
  const known: DataMessage | TradingMessage = read.data;
  switch (known.kind) {
    case "auth":
      if (session.accountId !== null) return step(session, [errorFrame(session, 403)]);
      return step(session, [], [{ kind: "verify", keyId: known.keyId, secret: known.secret }]);
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
export function onVerdict(session: Session, verdict: Verdict): Step {
  const data = session.stream === "data";
  if (verdict === "unavailable") return onFailure(session);
  if (verdict === "wrong") {
    const refusal = data ? errorFrame(session, 402) : authorizationFrame("unauthorized", "authenticate");
    return closing(session, refusal, CLOSE_POLICY, "auth failed");
  }
  const opened = { ...session, accountId: verdict.accountId };
  return step(opened, [data ? successFrame("authenticated") : authorizationFrame("authorized", "authenticate")]);
}

/** The time to authenticate is over. */
export function onLate(session: Session): Step {
  return closing(session, errorFrame(session, 404), CLOSE_POLICY, STREAM_ERRORS[404]);
}

/** A frame longer than any message of a client. */
export function onOversize(session: Session): Step {
  return closing(session, errorFrame(session, 400), CLOSE_TOO_BIG, "frame too long");
}

/** Something of ours does not work: the client is told and may come back. */
export function onFailure(session: Session): Step {
  return closing(session, errorFrame(session, 500), CLOSE_INTERNAL, STREAM_ERRORS[500]);
}

/** The viewer does not read. */
export function onTooSlow(session: Session): Step {
  return closing(session, errorFrame(session, 407), CLOSE_SLOW, STREAM_ERRORS[407]);
}

function onMalformed(before: Session): Step {
  const session = { ...before, malformed: before.malformed + 1 };
  const frame = errorFrame(session, 400);
  if (session.malformed < MALFORMED_FRAMES_MAX) return step(session, [frame]);
  return closing(session, frame, CLOSE_POLICY, "too many malformed frames");
}

function onListen(session: Session, { kind, streams }: ListenMessage): Step {
  const named = streams.includes(TRADE_UPDATES);
  const listening = kind === "listen" ? named : session.listening && !named;
  const reply = listeningFrame(listening ? [TRADE_UPDATES] : []);
  return step({ ...session, listening }, [reply], listening ? [{ kind: "follow" }] : []);
}

function onSubscription(session: Session, message: SubscriptionMessage): Step {
  if (message.kind === "unsubscribe") {
    const trades = without(session.trades, message.trades);
    const quotes = without(session.quotes, message.quotes);
    return step({ ...session, trades, quotes }, [subscriptionFrame(trades, quotes)]);
  }
  const named =
    new Set([...session.trades, ...message.trades]).size + new Set([...session.quotes, ...message.quotes]).size;
  if (named > SYMBOLS_MAX) return step(session, [errorFrame(session, 405)]);
  const trades = union(session.trades, message.trades);
  const quotes = union(session.quotes, message.quotes);
  // The acknowledgement first and always: it says what there is, the errors after it say what is missing.
  const replies: unknown[] = [subscriptionFrame(trades, quotes)];
  if (message.unserved.length > 0) replies.push(errorFrame(session, 410));
  const unknown = [...new Set([...message.trades, ...message.quotes])].filter((name) => listed(name) === null);
  if (unknown.length > 0) replies.push(dataErrorFrame(SYMBOL_NOT_FOUND, `symbol not found: ${unknown.join(", ")}`));
  return step({ ...session, trades, quotes }, replies, [{ kind: "follow" }]);
}

/** The listed symbol of a name, `*` as it is, null for what is not listed. */
function listed(name: string): string | null {
  return name === "*" ? name : (findAsset(name)?.symbol ?? null);
}

function union(symbols: readonly string[], names: readonly string[]): string[] {
  return [...new Set([...symbols, ...names.map(listed).filter((symbol) => symbol !== null)])];
}

function without(symbols: readonly string[], names: readonly string[]): string[] {
  const gone = new Set(names.map((name) => listed(name) ?? name));
  return symbols.filter((symbol) => !gone.has(symbol));
}

function errorFrame(session: Session, code: StreamErrorCode): unknown {
  const text = STREAM_ERRORS[code];
  return session.stream === "data" ? dataErrorFrame(code, text) : tradingErrorFrame(code, text);
}

function step(session: Session, replies: readonly unknown[], effects: readonly Effect[] = []): Step {
  return { session, replies, effects };
}

function closing(session: Session, frame: unknown, code: number, reason: string): Step {
  return step(session, [frame], [{ kind: "close", code, reason }]);
}
