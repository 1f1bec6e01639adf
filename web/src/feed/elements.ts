/** What the exchange writes of a market, on the stream and in REST alike. */
import type { Bands, Bar, Imbalance, MarketStatus, Quote, Trade } from "./messages.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Epoch milliseconds. */
export const at = (value: unknown): number => Date.parse(String(value));
const number = (value: unknown): number => Number(value);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

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

/** What a market does now. */
export function readStatus(symbol: string, one: Fields): MarketStatus {
  return {
    symbol,
    code: text(one["sc"]),
    reason: text(one["rc"]),
    phase: text(one["phase"]),
    since: at(one["t"]),
    session: text(one["session"]),
    until: one["until"] === undefined ? null : at(one["until"]),
  };
}

/** The price bands of a market. */
export function readBands(symbol: string, one: Fields): Bands {
  return {
    symbol,
    upper: number(one["u"]),
    lower: number(one["d"]),
    indicator: text(one["i"]),
    reference: number(one["ref"]),
    limit: text(one["limit"]),
    since: at(one["t"]),
  };
}

/** The imbalance of an auction. */
export function readImbalance(symbol: string, one: Fields): Imbalance {
  return {
    symbol,
    price: number(one["p"]),
    paired: number(one["paired"]),
    imbalance: number(one["imbalance"]),
    side: text(one["side"]),
    at: at(one["t"]),
  };
}
