/** Compares the exchange's book after a replay with the reference book, order by order. */
import { PRICE_DECIMALS, formatDecimal, parseDecimal } from "../../domain/decimal.ts";
import { VOLUME_DECIMALS } from "./feed.ts";
import type { ReferenceBook, ReferenceOrder } from "./referenceBook.ts";

/** A resting order as the exchange publishes it: number, price, quantity. */
type Resting = readonly [ref: number | string, price: string, qty: string];

export interface Verdict {
  readonly equal: boolean;
  readonly restingBids: number;
  readonly restingAsks: number;
  readonly referenceTrades: number;
  /** Descriptions of the first few differences. */
  readonly differences: readonly string[];
}

const DIFFERENCES_MAX = 10;

/** `trades` is the exchange's count; null when unknown. */
export function compareBooks(
  reference: ReferenceBook,
  exchange: { bids: readonly Resting[]; asks: readonly Resting[] },
  trades: number | null,
): Verdict {
  const differences = [
    ...compareSide("bid", reference.bids, exchange.bids),
    ...compareSide("ask", reference.asks, exchange.asks),
  ];
  if (trades !== null && trades !== reference.trades) {
    differences.unshift(`${trades} trades, the reference has ${reference.trades}`);
  }
  return {
    equal: differences.length === 0,
    restingBids: exchange.bids.length,
    restingAsks: exchange.asks.length,
    referenceTrades: reference.trades,
    differences: differences.slice(0, DIFFERENCES_MAX),
  };
}

function compareSide(name: string, wanted: readonly ReferenceOrder[], found: readonly Resting[]): string[] {
  const differences: string[] = [];
  if (wanted.length !== found.length) {
    differences.push(`${found.length} resting ${name}s, the reference has ${wanted.length}`);
  }
  for (let i = 0; i < Math.min(wanted.length, found.length); i++) {
    const left = wanted[i];
    const right = found[i];
    if (left === undefined || right === undefined) continue;
    const [, price, qty] = right;
    if (parseDecimal(price, PRICE_DECIMALS) === left.price && parseDecimal(qty, VOLUME_DECIMALS) === left.volume)
      continue;
    const volume = formatDecimal(left.volume, VOLUME_DECIMALS);
    const at = formatDecimal(left.price, PRICE_DECIMALS);
    differences.push(
      `${name} ${i + 1} is ${qty} at ${price}, the reference has ${volume} at ${at} (feed id ${left.id})`,
    );
  }
  return differences;
}
