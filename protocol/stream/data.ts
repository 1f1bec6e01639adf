/** The data stream, `/v2/{feed}`: messages of clients, and control frames. Its elements are in channels.ts. */
import * as z from "zod";
import { authMessage, type AuthMessage } from "./authMessage.ts";
import { type Channels, eachChannel, everyChannelName, UNSERVED_CHANNELS, type UnservedChannel } from "./channels.ts";
import { type Cursor, cursorText } from "./cursor.ts";
import type { OwnOrders } from "./depth.ts";

/** The feeds of the Alpaca API; all of them show this venue's books. */
export const FEEDS: readonly string[] = ["iex", "sip", "delayed_sip", "otc", "boats", "overnight"];

/** Error codes of the stream. 410 and below are Alpaca's; some clients treat 401, 402 and 404 as final. */
export const STREAM_ERRORS = {
  400: "invalid syntax",
  401: "not authenticated",
  402: "auth failed",
  403: "already authenticated",
  404: "auth timeout",
  405: "symbol limit exceeded",
  406: "connection limit exceeded",
  407: "slow client",
  409: "insufficient permission",
  410: "invalid subscribe action for this feed",
  429: "too many requests",
  500: "internal error",
} as const;

export type StreamErrorCode = keyof typeof STREAM_ERRORS;

/** A code of this exchange, for unlisted symbols of a subscription. Clients do not know it, and report its text. */
export const SYMBOL_NOT_FOUND = 411;
/** A code of this exchange: the cursor is malformed, or greater than that of the last event. */
export const CURSOR_REFUSED = 412;

/** A code of this exchange, for indicators that there are not. */
export const INDICATOR_REFUSED = 414;

/** A code of this exchange: the mark of a credit is none of this connection. */
export const CREDIT_REFUSED = 413;

/** Frames that a client may grant at once. */
const CREDIT_MAX = 1_000;
const MARK_LENGTH_MAX = 64;
const creditFrames = z.number().int().min(1).max(CREDIT_MAX);

const SYMBOL_LENGTH_MAX = 32;
const symbols = z.array(z.string().min(1).max(SYMBOL_LENGTH_MAX)).nullish();
const INDICATOR_LENGTH_MAX = 96;
const INDICATORS_NAMED_MAX = 100;

const subscriptionShape = z
  .object({
    action: z.enum(["subscribe", "unsubscribe"]),
    ...everyChannelName(symbols),
    cursors: z.record(z.string().max(SYMBOL_LENGTH_MAX), cursorText).nullish(),
    heartbeats: z.boolean().nullish().meta({
      description: "with `subscribe`: whether the stream sends a heartbeat a second; unchanged when left out",
    }),
    indicators: z
      .array(z.string().min(1).max(INDICATOR_LENGTH_MAX))
      .max(INDICATORS_NAMED_MAX)
      .nullish()
      .meta({
        description:
          "indicators with each bar of a minute: symbol, name, parameters in the order of the catalogue, `1Min`; `*` removes all",
        examples: [["AAPL:rsi:14:1Min"]],
      }),
    credit: creditFrames.nullish().meta({
      description: "with `subscribe`: the first grant of frames (see `credit`), before any data of this subscription",
    }),
  })
  .meta({
    description:
      "Adds symbols to channels, or removes them; the symbol `*` means all. Symbols with a cursor continue after it.",
  });

const creditShape = z
  .object({
    action: z.literal("credit"),
    frames: creditFrames.meta({ description: "how many more frames of data you take; at most 1,000 are kept" }),
    mark: z.string().max(MARK_LENGTH_MAX).nullish().meta({
      description: "the `mark` of the last answer to a grant that you have read; only your first grant has none",
    }),
  })
  .meta({
    description:
      "Offers credit: from the first grant on the stream sends no more frames of data than you have granted. What waits is merged.",
  });

/** The client takes more frames of data. */
export interface CreditMessage {
  readonly kind: "credit";
  readonly frames: number;
  readonly mark: string | null;
}

export interface SubscriptionMessage {
  readonly kind: "subscribe" | "unsubscribe";
  /** Symbols as the client wrote them; `*` means all. */
  readonly channels: Channels;
  /** Channels that are not served, and for which the client named a symbol. */
  readonly unserved: readonly UnservedChannel[];
  /** By symbol, the last `seq` that the client has. */
  readonly cursors: Readonly<Record<string, Cursor>>;
  /** Left out: as before. */
  readonly heartbeats?: boolean;
  /** Indicators as the client wrote them; left out: none. */
  readonly indicators?: readonly string[];
  /** The first grant of frames; left out: none. */
  readonly credit?: number;
}

/** A message of a client of the data stream. */
export const dataMessage = z.union([
  authMessage,
  subscriptionShape.transform((shape): SubscriptionMessage => ({
    kind: shape.action,
    channels: eachChannel((channel) => shape[channel] ?? []),
    unserved: UNSERVED_CHANNELS.filter((channel) => (shape[channel] ?? []).length > 0),
    cursors: shape.cursors ?? {},
    ...(typeof shape.heartbeats === "boolean" ? { heartbeats: shape.heartbeats } : {}),
    ...(shape.indicators?.length ? { indicators: shape.indicators } : {}),
    ...(typeof shape.credit === "number" && shape.action === "subscribe" ? { credit: shape.credit } : {}),
  })),
  creditShape.transform(({ frames, mark }): CreditMessage => ({ kind: "credit", frames, mark: mark ?? null })),
]);
export type DataMessage = AuthMessage | SubscriptionMessage | CreditMessage;

/** A control message is alone in its array: some clients read the first element only. */
export type DataControl = readonly [Readonly<Record<string, unknown>>];

export function successFrame(msg: "connected" | "authenticated"): DataControl {
  return [{ T: "success", msg }];
}

/** `cursors`: by symbol, from where a client that is closed can resume. */
export function dataErrorFrame(code: number, msg: string, cursors?: Readonly<Record<string, number>>): DataControl {
  return [cursors === undefined ? { T: "error", code, msg } : { T: "error", code, msg, cursors }];
}

/** The credit of a client after its grant, and the mark that its next grant must have. */
export function creditFrame(frames: number, mark: string): DataControl {
  return [{ T: "credit", frames, mark }];
}

/**
 * The acknowledgement lists every channel, empty ones too, because clients replace their state by it. Corrections and
 * cancels are subscribed with the trades of a symbol.
 */
export function subscriptionFrame(channels: Channels, indicators?: readonly string[]): DataControl {
  const withTrades = (own: readonly string[]) => [...new Set([...channels.trades, ...own])];
  const empty: readonly string[] = [];
  return [
    {
      T: "subscription",
      ...everyChannelName(empty),
      ...eachChannel((name) => channels[name]),
      corrections: withTrades(channels.corrections),
      cancelErrors: withTrades(channels.cancelErrors),
      ...(indicators === undefined ? {} : { indicators }),
    },
  ];
}

/** The values of an indicator with the bar that begins at a time, epoch milliseconds. */
export function indicatorFrame(
  symbol: string,
  id: string,
  at: number,
  outputs: Readonly<Record<string, number | string | null>>,
): DataControl {
  return [{ T: "indicator", S: symbol, indicator: id, t: new Date(at), ...outputs }];
}

/** Tells an account which orders of the channel `orders` are its own. */
export function ownOrdersFrame(symbol: string, own: OwnOrders): DataControl {
  return [{ T: "own_orders", S: symbol, own }];
}

/** Tells the last sequence of each book that a client subscribes to. */
export function heartbeatFrame(at: number, seqs: Readonly<Record<string, number>>): DataControl {
  return [{ T: "heartbeat", t: new Date(at), seqs }];
}

/** Notice that elements after a symbol's cursor are no longer stored: the next elements follow `seq`. */
export function snapshotElement(symbol: string, seq: number): DataControl {
  return [{ T: "snapshot", S: symbol, reason: "cursor_too_old", seq }];
}
