/** The trading stream, `/stream`: what clients send and get. Every frame has `stream` and `data`: some clients need both. */
import * as z from "zod";
import { formatDecimal, PRICE_DECIMALS } from "../domain/decimal.ts";
import { requireInstrument } from "../domain/market/listing.ts";
import { holdingsToWire } from "./accounts.ts";
import { orderToWire } from "./orders.ts";
import type { AccountSnapshot, TradeUpdate } from "./rpc.ts";
import { authMessage, type AuthMessage } from "./streamAuth.ts";
import { type Cursor, cursorText } from "./streamCursor.ts";

/** The one stream there is. */
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
    description: `\`listen\` replaces the list of streams, \`unlisten\` takes some out of it. There is one: \`${TRADE_UPDATES}\`.`,
  });

export interface ListenMessage {
  /** `listen` replaces the set of streams, `unlisten` takes some out of it. */
  readonly kind: "listen" | "unlisten";
  readonly streams: readonly string[];
  /** The last update the client has; null to begin with the next one. */
  readonly cursor: Cursor;
  readonly cancelOnDisconnect: boolean;
}

/** What a client of the trading stream sends. */
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
  /** Beside the data of every event: clients look for what they know and skip the rest. */
  readonly cursor?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly action?: "error";
}

/** Answers authentication, and a `listen` before it. */
export function authorizationFrame(
  status: "authorized" | "unauthorized",
  action: "authenticate" | "listen",
): TradingFrame {
  return { stream: "authorization", data: { status, action } };
}

/** No stream is on. */
export function silentFrame(): TradingFrame {
  return { stream: "listening", data: { streams: [] } };
}

/** trade_updates is on, and goes on after `cursor`. */
export function listeningFrame(cursor: number, cancelOnDisconnect: boolean): TradingFrame {
  const protection = cancelOnDisconnect ? { cancel_on_disconnect: true } : {};
  return { stream: "listening", data: { streams: [TRADE_UPDATES], cursor: String(cursor), ...protection } };
}

/** Stands in for updates that are no longer kept: open orders, balances and positions right after the update `cursor`. */
export function snapshotFrame({ through, orders, account }: AccountSnapshot): TradingFrame {
  const cursor = String(through);
  return {
    stream: "snapshot",
    cursor,
    data: {
      reason: "cursor_too_old",
      cursor,
      orders: orders.map((order) => orderToWire(order)),
      account: holdingsToWire(account),
    },
  };
}

/** `error_message` is Alpaca's; the code is that of the data stream's errors. */
export function tradingErrorFrame(code: number, message: string): TradingFrame {
  return { stream: "error", action: "error", data: { code, error_message: message } };
}

/** A trade_updates event. Throws on an order of a symbol that is not listed. */
export function tradeUpdateFrame(update: TradeUpdate): TradingFrame {
  const { qtyDecimals } = requireInstrument(update.order.symbol);
  const execution =
    update.price === null || update.qty === null
      ? {}
      : {
          price: formatDecimal(update.price, PRICE_DECIMALS),
          qty: formatDecimal(update.qty, qtyDecimals),
          position_qty: formatDecimal(update.positionQty ?? 0, qtyDecimals),
        };
  return {
    stream: TRADE_UPDATES,
    cursor: String(update.sequence),
    data: {
      event: update.event,
      execution_id: update.executionId,
      timestamp: new Date(update.at).toISOString(),
      ...execution,
      order: orderToWire(update.order),
    },
  };
}
