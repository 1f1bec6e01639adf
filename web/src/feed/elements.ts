/** Quotes, trades and bars as the exchange writes them, on the stream and in REST alike. */
import type { Bar, Quote, Trade } from "./messages.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Epoch milliseconds. */
export const at = (value: unknown): number => Date.parse(String(value));
export const number = (value: unknown): number => Number(value);
export const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** A quote. */
export function readQuote(symbol: string, one: Fields): Quote {
  return {
    symbol,
    bid: number(one["bp"]),
    bidSize: number(one["bs"]),
    ask: number(one["ap"]),
    askSize: number(one["as"]),
    at: at(one["t"]),
    seq: number(one["seq"] ?? 0),
    stale: one["stale"] === true,
  };
}

/** A trade. */
export function readTrade(symbol: string, one: Fields): Trade {
  const side = one["tks"];
  return {
    symbol,
    id: number(one["i"]),
    price: number(one["p"]),
    size: number(one["s"]),
    at: at(one["t"]),
    side: side === "B" ? "buy" : side === "S" ? "sell" : null,
    conditions: (one["c"] ?? []) as string[],
    seq: number(one["seq"] ?? 0),
  };
}

/** A bar of any timeframe. */
export function readBar(symbol: string, one: Fields): Bar {
  return {
    symbol,
    at: at(one["t"]),
    open: number(one["o"]),
    high: number(one["h"]),
    low: number(one["l"]),
    close: number(one["c"]),
    volume: number(one["v"]),
    count: number(one["n"]),
    vwap: number(one["vw"]),
  };
}
