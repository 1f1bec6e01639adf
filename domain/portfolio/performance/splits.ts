import { divideHalfEven } from "../../decimal.ts";
import type { Valuation } from "./series.ts";

/** `to` shares for each `from`, effective at the open of the day: 10 for 1 is `{ from: 1, to: 10 }`. */
export interface Split {
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The value of one share held from the first day, with the shares that splits made of it: the series of a benchmark or
 * a watchlist, over which a split is no loss. Prices are as they were traded, both lists in the order of their days.
 * Later prices are multiplied (exact for a split into more shares; a reverse split rounds half-even), earlier ones
 * stay. Throws RangeError outside ±(2^53 - 1).
 */
export function heldShareValues(prices: readonly Valuation[], splits: readonly Split[]): readonly Valuation[] {
  const firstDay = prices[0]?.day ?? 0;
  const values: Valuation[] = [];
  let numerator = 1n;
  let denominator = 1n;
  let next = 0;
  for (const { day, value } of prices) {
    for (let split = splits[next]; split !== undefined && split.day <= day; split = splits[++next]) {
      // On the first day the price is already that of the new shares.
      if (split.day <= firstDay) continue;
      numerator *= BigInt(split.to);
      denominator *= BigInt(split.from);
    }
    const held = Number(divideHalfEven(BigInt(value) * numerator, denominator));
    if (!Number.isSafeInteger(held)) throw new RangeError("value outside the exact range");
    values.push({ day, value: held });
  }
  return values;
}
