import { PRICE_DECIMALS } from "../../domain/decimal.ts";
import { type Facts, units } from "./balanceFold.ts";

/** The fees of a fill: the sum of its items; or what is wrong with them. */
export function feeOf(body: Facts["body"]): number | string {
  const { fee, fees } = body;
  if (fee === undefined && fees === undefined) return 0;
  const stated = units(fee, PRICE_DECIMALS);
  if (stated === null || !Array.isArray(fees)) return "its fee is none";
  let sum = 0;
  for (const item of fees as readonly { readonly amount?: unknown }[]) {
    const amount = units(item.amount, PRICE_DECIMALS);
    if (amount === null) return "an item of its fees is none";
    sum += amount;
  }
  return sum === stated ? sum : `its fee is ${String(fee)}, and its items sum to ${sum}`;
}
