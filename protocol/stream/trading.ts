/**
 * The trading stream, `/stream`: messages of clients, and frames. Every frame has `stream` and `data`, because some
 * clients need both.
 */
import * as z from "zod";
import { authMessage, type AuthMessage } from "./authMessage.ts";
import { type Cursor, cursorText } from "./cursor.ts";

/** The only stream. */
export const TRADE_UPDATES = "trade_updates";

const STREAMS_MAX = 100;

const listenShape = z
  .object({
    action: z.enum(["listen", "unlisten"]),
    data: z.object({
      streams: z.array(z.string().max(64)).max(STREAMS_MAX),
      cursor: cursorText,
      cancel_on_disconnect: z.boolean().nullish().meta({
        description: "cancels every open order of the account when this socket closes or is silent for 30 seconds",
      }),
    }),
  })
  .meta({
    description: `\`listen\` replaces the list of streams, \`unlisten\` removes some. There is one: \`${TRADE_UPDATES}\`.`,
  });

export interface ListenMessage {
  /** `listen` replaces the set of streams, `unlisten` removes some. */
  readonly kind: "listen" | "unlisten";
  readonly streams: readonly string[];
  /** The last update that the client has; null to start with the next one. */
  readonly cursor: Cursor;
  readonly cancelOnDisconnect: boolean;
}

/** A message of a client of the trading stream. */
export const tradingMessage = z.union([
  authMessage,
  listenShape.transform(({ action, data }): ListenMessage => ({
    kind: action,
    streams: data.streams,
    cursor: data.cursor,
    cancelOnDisconnect: data.cancel_on_disconnect ?? false,
  })),
]);
export type TradingMessage = AuthMessage | ListenMessage;

export interface TradingFrame {
  readonly stream: string;
  /** Outside of `data`, because clients ignore unknown keys there. */
  readonly cursor?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly action?: "error";
}

/** The answer to authentication, and to a `listen` before it. */
export function authorizationFrame(
  status: "authorized" | "unauthorized",
  action: "authenticate" | "listen",
): TradingFrame {
  return { stream: "authorization", data: { status, action } };
}

/** The acknowledgement when the client listens to no stream. */
export function notListeningFrame(): TradingFrame {
  return { stream: "listening", data: { streams: [] } };
}

/** The acknowledgement when the client listens to trade_updates, which continue after `cursor`. */
export function listeningFrame(cursor: number, cancelOnDisconnect: boolean): TradingFrame {
  const protection = cancelOnDisconnect ? { cancel_on_disconnect: true } : {};
  return { stream: "listening", data: { streams: [TRADE_UPDATES], cursor: String(cursor), ...protection } };
}

/** `error_message` is Alpaca's; the code is that of the data stream's errors. */
export function tradingErrorFrame(code: number, message: string): TradingFrame {
  return { stream: "error", action: "error", data: { code, error_message: message } };
}
