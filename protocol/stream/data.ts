/** The data stream, `/v2/{feed}`: messages of clients, and control frames. Its elements are in channels.ts. */
import * as z from "zod";
import { authMessage, type AuthMessage } from "./authMessage.ts";
import { type Channels, eachChannel, everyChannelName, UNSERVED_CHANNELS, type UnservedChannel } from "./channels.ts";
import { type Cursor, cursorText } from "./cursor.ts";
import type { OwnOrders } from "./depth.ts";

/** The feeds of the Alpaca API; all of them show this venue's books. */
export const FEEDS: readonly string[] = ["iex", "sip", "delayed_sip"];

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

const SYMBOL_LENGTH_MAX = 32;
const symbols = z.array(z.string().min(1).max(SYMBOL_LENGTH_MAX)).nullish();

const subscriptionShape = z
  .object({
    action: z.enum(["subscribe", "unsubscribe"]),
    ...everyChannelName(symbols),
    cursors: z.record(z.string().max(SYMBOL_LENGTH_MAX), cursorText).nullish(),
    heartbeats: z.boolean().nullish().meta({
      description: "with `subscribe`: whether the stream sends a heartbeat a second; unchanged when left out",
    }),
  })
  .meta({
    description:
      "Adds symbols to channels, or removes them; the symbol `*` means all. Symbols with a cursor continue after it.",
  });

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
  })),
]);
export type DataMessage = AuthMessage | SubscriptionMessage;

/** A control message is alone in its array: some clients read the first element only. */
export type DataControl = readonly [Readonly<Record<string, unknown>>];

export function successFrame(msg: "connected" | "authenticated"): DataControl {
  return [{ T: "success", msg }];
}

export function dataErrorFrame(code: number, msg: string): DataControl {
  return [{ T: "error", code, msg }];
}

/**
 * The acknowledgement lists every channel, empty ones too, because clients replace their state by it. Corrections and
 * cancels are subscribed with the trades of a symbol.
 */
export function subscriptionFrame(channels: Channels): DataControl {
  const { trades } = channels;
  const empty: readonly string[] = [];
  return [
    {
      T: "subscription",
      ...everyChannelName(empty),
      ...eachChannel((name) => channels[name]),
      corrections: trades,
      cancelErrors: trades,
    },
  ];
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
