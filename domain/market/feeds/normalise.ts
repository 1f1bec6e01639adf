/**
 * Makes quotes and trades of an upstream those of this exchange: decimal dollars and shares become integers. What an
 * exchange cannot have is refused: prices below zero or above the largest, sides that cross.
 */
import { lotsPerShare, PRICE_MAX, tickSize } from "../instrument.ts";
import type { Instrument } from "../instrument.ts";
import type { FeedLevel, FeedQuote, FeedTrade } from "./feed.ts";

const PRICE_UNITS = 10_000;

/** A quote as an upstream states it: dollars, shares or coins. Price 0 is an empty side. */
export interface UpstreamQuote {
  readonly bidPrice: number;
  readonly bidSize: number;
  readonly askPrice: number;
  readonly askSize: number;
  readonly at: number;
  readonly sequence: number | null;
}

export interface UpstreamTrade {
  readonly price: number;
  readonly size: number;
  readonly at: number;
  readonly tradeId: number;
  readonly sequence: number | null;
}

/**
 * The quote with both sides on the instrument's tick: a bid is rounded down and an ask up, so it never promises more than
 * the upstream does. Null when it is malformed, or crossed.
 */
export function normaliseQuote(instrument: Instrument, quote: UpstreamQuote): FeedQuote | null {
  const bid = levelOf(instrument, "buy", quote.bidPrice, quote.bidSize);
  const ask = levelOf(instrument, "sell", quote.askPrice, quote.askSize);
  if (bid === undefined || ask === undefined || !isTime(quote.at)) return null;
  if (bid !== null && ask !== null && bid.price >= ask.price) return null;
  const { at, sequence } = quote;
  return { kind: "quote", symbol: instrument.symbol, bid, ask, at, sequence };
}

/** The trade at its exact price, to 1/10,000 dollar: midpoints lie on no tick. Null when it is malformed. */
export function normaliseTrade(instrument: Instrument, trade: UpstreamTrade): FeedTrade | null {
  const price = Math.round(trade.price * PRICE_UNITS);
  const qty = Math.round(trade.size * lotsPerShare(instrument));
  if (!isPrice(price) || !isQuantity(qty) || qty === 0 || !isTime(trade.at)) return null;
  const { at, sequence } = trade;
  // An upstream without ids, or with ids that are no exact numbers here.
  const tradeId = Number.isSafeInteger(trade.tradeId) && trade.tradeId > 0 ? trade.tradeId : 0;
  return { kind: "trade", symbol: instrument.symbol, price, qty, at, tradeId, sequence };
}

/** A side; null when it is empty, undefined when it is malformed. */
function levelOf(
  instrument: Instrument,
  side: "buy" | "sell",
  dollars: number,
  size: number,
): FeedLevel | null | undefined {
  if (dollars === 0) return null;
  // A price that is on a unit may be a hair off as a double.
  const exact = Math.round(dollars * PRICE_UNITS * 1_000) / 1_000;
  if (!isPrice(Math.round(exact))) return undefined;
  const tick = tickSize(instrument, exact);
  const steps = side === "buy" ? Math.floor(exact / tick) : Math.ceil(exact / tick);
  const [price, qty] = [steps * tick, Math.round(size * lotsPerShare(instrument))];
  if (!isQuantity(qty)) return undefined;
  // A bid below the first tick is none.
  return price === 0 ? null : { price, qty };
}

function isPrice(price: number): boolean {
  return Number.isSafeInteger(price) && price > 0 && price <= PRICE_MAX;
}

function isQuantity(qty: number): boolean {
  return Number.isSafeInteger(qty) && qty >= 0;
}

function isTime(at: number): boolean {
  return Number.isSafeInteger(at) && at > 0;
}
