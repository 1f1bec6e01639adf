/** What an account may buy for and withdraw, as far as settlement limits it. */
import { type Asset, assetOf } from "../../market/asset.ts";
import { needsSettledCash, settledOn, tradeDay } from "../../settlement/settlement.ts";
import { isRestricted } from "../../settlement/violations.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import type { AccountState } from "../state/accountState.ts";
import { withdrawing } from "./accountSettlement.ts";

/** A limit of settled cash, in 1/10,000 dollar, and the trading day through which it holds; null: no day is known. */
export interface SettledLimit {
  readonly available: number;
  readonly through: number | null;
}

/** The limit of purchases that need settled cash; null: this purchase may use all available cash. */
export function settledLimit(
  state: Readonly<AccountState>,
  asset: Pick<Asset, "assetClass">,
  now: number,
): SettledLimit | null {
  const { settlement } = state;
  if (settlement === null || settlement.exempt) return null;
  const { record } = settlement;
  const day = tradeDay(now);
  if (!needsSettledCash(record, asset, day)) return null;
  // Fills of other open orders use settled cash first, and pending withdrawals take it.
  const available = Math.max(0, settledOn(record, day) - balances(state.ledger, CASH).held);
  return {
    available,
    through: isRestricted(record.violations, day) ? record.violations.restrictedThrough : nextSettlement(state, now),
  };
}

/** Cash that a purchase of a kind of asset may use: what is available, or of it what has settled. */
export function buyingPower(state: Readonly<AccountState>, asset: Pick<Asset, "assetClass">, now: number): number {
  const available = Math.max(0, balances(state.ledger, CASH).available);
  const limit = settledLimit(state, asset, now);
  return limit === null ? available : Math.min(available, limit.available);
}

/**
 * Cash that may be withdrawn: available, settled, and not needed by pending withdrawals or by open purchases that need
 * settled cash.
 */
export function withdrawable(state: Readonly<AccountState>, now: number): number {
  const available = Math.max(0, balances(state.ledger, CASH).available);
  const { settlement } = state;
  if (settlement === null) return available;
  const day = tradeDay(now);
  const settled = settledOn(settlement.record, day) - withdrawing(state) - heldOfSettled(state, day);
  return Math.max(0, Math.min(available, settled));
}

/** The next day on which cash settles; null: none waits. */
export function nextSettlement({ settlement }: Readonly<AccountState>, now: number): number | null {
  const day = tradeDay(now);
  return settlement?.record.unsettled.find((one) => one.day > day)?.day ?? null;
}

/** What open purchases hold that need settled cash. */
function heldOfSettled({ settlement, open }: Readonly<AccountState>, day: number): number {
  if (settlement === null || settlement.exempt) return 0;
  let sum = 0;
  for (const { side, symbol, held } of open.values()) {
    if (side === "buy" && needsSettledCash(settlement.record, assetOf(symbol), day)) sum += held;
  }
  return sum;
}
