/** Which shares of an account have settled: those that may leave it. */
import type { Asset } from "../../market/asset.ts";
import type { TaxLot } from "../../portfolio/taxLot.ts";
import { settlesOn, tradeDay } from "../../settlement/settlement.ts";
import type { AccountState } from "../state/accountState.ts";

/** Longest time from a trade to its settlement, over any weekend and holidays. */
const SETTLEMENT_MS = 10 * 86_400_000;

export interface SettledLots {
  /** The lots that have settled, in the sequence of their acquisition. */
  readonly lots: readonly Readonly<TaxLot>[];
  /** Shares that were bought and have not settled, or are not paid for: the larger of both. */
  readonly unsettled: number;
  /** The day on which the next of them settle; null: none wait, or no day is known. */
  readonly through: number | null;
}

/** The settled lots of a symbol. Purchases settle as their cash does; what was transferred in has settled. */
export function settledLots(state: Readonly<AccountState>, asset: Asset, now: number): SettledLots {
  const lots = state.lots?.get(asset.symbol)?.lots ?? [];
  const day = tradeDay(now);
  const waits = new Set<TaxLot>();
  const days: number[] = [];
  let bought = 0;
  for (let at = lots.length - 1; at >= 0; at--) {
    const lot = lots[at];
    if (lot === undefined || lot.acquiredAt < now - SETTLEMENT_MS) break;
    if (lot.source !== "acquired") continue;
    const settles = settlesOn(asset, tradeDay(lot.acquiredAt));
    if (settles <= day) continue;
    waits.add(lot);
    days.push(settles);
    bought += lot.quantity;
  }
  let unpaid = 0;
  for (const { paidOn, lots: shares } of state.settlement?.record.unpaid.get(asset.symbol) ?? []) {
    if (paidOn !== null && paidOn <= day) continue;
    unpaid += shares;
    if (paidOn !== null) days.push(paidOn);
  }
  const through = days.length === 0 ? null : Math.min(...days);
  return {
    lots: waits.size === 0 ? lots : lots.filter((lot) => !waits.has(lot)),
    unsettled: Math.max(bought, unpaid),
    through,
  };
}
