/**
 * Settled and unsettled cash of a cash account. Shares settle on the settlement day of their trading day, coins at once.
 *
 * A purchase is paid with settled cash first, then with unsettled proceeds, those that settle first before others. It is
 * paid for in full on the day on which the last of these proceeds settle; a purchase that exceeds both is paid for when
 * cash covers it. Selling shares before that day is a violation (`violations.ts`). Shares that are paid for are sold first.
 *
 * Source: Regulation T, 12 CFR 220.8(a)(1) and (c), and the Federal Reserve's staff letters of 18 February 1999 and
 * 7 January 2000: cash is set aside for a purchase on its trade date, and proceeds count as cash when they settle.
 */
import type { Asset } from "../market/asset.ts";
import { isTradingDay, nextTradingDay, settlementDay } from "../market/calendar.ts";
import { beginOfTradingDay, endOfTradingDay, tradingDayOf } from "../market/session.ts";
import { isRestricted, NO_VIOLATIONS, recordViolation, type ViolationRecord } from "./violations.ts";

/** A purchase that is not paid for in full. Purchases of a symbol on a day that are paid on the same day are one. */
export interface UnpaidPurchase {
  readonly boughtOn: number;
  /** The day on which it is paid in full; null while cash does not cover it. */
  readonly paidOn: number | null;
  readonly lots: number;
  /** Whether a sale of it was counted as a violation, which happens once. */
  readonly counted: boolean;
}

/** Days are trading days, numbered from 1970-01-01; amounts are in 1/10,000 dollar. */
export interface Settlement {
  /** The newest day that was seen. */
  day: number;
  /** Negative by what purchases exceed all cash. */
  settled: number;
  /** Proceeds by settlement day, all positive, by ascending day. */
  unsettled: { readonly day: number; readonly amount: number }[];
  /** By symbol, those that are paid for first at the front. */
  readonly unpaid: Map<string, UnpaidPurchase[]>;
  violations: ViolationRecord;
}

/** A settlement record of an account whose cash is all settled. */
export function newSettlement(day: number, cash: number): Settlement {
  return { day, settled: cash, unsettled: [], unpaid: new Map(), violations: NO_VIOLATIONS };
}

/** The trading day of a trade: from 20:00 New York on it is the next one, as on weekends and holidays. */
export function tradeDay(nowMs: number): number {
  if (nowMs >= known.begin && nowMs < known.end) return known.day;
  const day = tradingDayOf(nowMs);
  const trade = isTradingDay(day) ? day : nextTradingDay(day);
  known = { begin: beginOfTradingDay(nowMs), end: endOfTradingDay(nowMs), day: trade };
  return trade;
}

/** The newest result of `tradeDay`, which every fill asks for. */
let known = { begin: 0, end: 0, day: 0 };

/** The day on which a trade of a trading day settles. */
export function settlesOn({ assetClass }: Pick<Asset, "assetClass">, day: number): number {
  return assetClass === "crypto" ? day : settlementDay(day);
}

/** Proceeds that settle by a day become settled cash, and the purchases that they pay are paid. Earlier days do nothing. */
export function settleThrough(state: Settlement, day: number): void {
  if (day <= state.day) return;
  state.day = day;
  for (let next = state.unsettled[0]; next !== undefined && next.day <= day; next = state.unsettled[0]) {
    state.unsettled.shift();
    credit(state, next.amount, next.day);
  }
  for (const symbol of [...state.unpaid.keys()]) {
    keepUnpaid(state, symbol, ({ paidOn }) => paidOn === null || paidOn > day);
  }
}

/** A deposit is settled cash, and pays for purchases that exceeded all cash. A withdrawal is a negative one. */
export function moveCash(state: Settlement, day: number, amount: number): void {
  settleThrough(state, day);
  credit(state, amount, null);
}

/** A fill of a purchase: `cost` is what it costs with its fees, `reserved` settled cash that it must not use. */
export function buy(
  state: Settlement,
  fill: {
    readonly symbol: string;
    readonly day: number;
    readonly lots: number;
    readonly cost: number;
    readonly reserved?: number;
  },
): void {
  const { symbol, lots, cost, reserved = 0 } = fill;
  settleThrough(state, fill.day);
  const fromSettled = Math.min(cost, Math.max(0, state.settled - reserved));
  state.settled -= fromSettled;
  let left = cost - fromSettled;
  let paidOn: number | null = state.day;
  while (left > 0 && state.unsettled[0] !== undefined) {
    const next = state.unsettled[0];
    const used = Math.min(left, next.amount);
    left -= used;
    paidOn = next.day;
    if (used === next.amount) state.unsettled.shift();
    else state.unsettled[0] = { day: next.day, amount: next.amount - used };
  }
  if (left > 0) {
    state.settled -= left;
    paidOn = null;
  }
  if (paidOn === null || paidOn > state.day) addUnpaid(state, symbol, lots, paidOn);
}

/**
 * A fill of a sale: `proceeds` is what it brings after its fees, `held` are the lots of the symbol before it, `settles` the
 * settlement day (`settlesOn`). Proceeds of shares that are not paid for settle no earlier than their payment.
 */
export function sell(
  state: Settlement,
  sale: {
    readonly symbol: string;
    readonly day: number;
    readonly lots: number;
    readonly held: number;
    readonly proceeds: number;
    readonly settles: number;
  },
): void {
  settleThrough(state, sale.day);
  const purchases = state.unpaid.get(sale.symbol) ?? [];
  const unpaid = purchases.reduce((sum, { lots }) => sum + lots, 0);
  let left = sale.lots - Math.max(0, sale.held - unpaid);
  let settles = sale.settles;
  const kept: UnpaidPurchase[] = [];
  for (const purchase of purchases) {
    const sold = Math.min(purchase.lots, Math.max(0, left));
    left -= sold;
    if (sold > 0) settles = Math.max(settles, purchase.paidOn ?? settles);
    if (sold > 0 && !purchase.counted) {
      const kind = purchase.paidOn === null ? "free_riding" : "good_faith";
      state.violations = recordViolation(state.violations, kind, state.day);
    }
    if (sold < purchase.lots) {
      kept.push({ ...purchase, lots: purchase.lots - sold, counted: purchase.counted || sold > 0 });
    }
  }
  if (kept.length > 0) state.unpaid.set(sale.symbol, kept);
  else state.unpaid.delete(sale.symbol);
  addProceeds(state, settles, sale.proceeds);
}

/** Cash that has settled by a day, which is not before the newest one. */
export function settledOn({ settled, unsettled }: Settlement, day: number): number {
  return unsettled.reduce((sum, one) => (one.day <= day ? sum + one.amount : sum), settled);
}

/** Proceeds that have not settled. */
export function unsettledCash(state: Settlement): number {
  return state.unsettled.reduce((sum, { amount }) => sum + amount, 0);
}

/**
 * Whether a purchase of a kind of asset needs settled cash on a day. Coins do, because they could be sold for cash that may
 * leave at once; so do shares while the account is restricted.
 */
export function needsSettledCash(
  { violations }: Pick<Settlement, "violations">,
  { assetClass }: Pick<Asset, "assetClass">,
  day: number,
): boolean {
  return assetClass === "crypto" || isRestricted(violations, day);
}

function addUnpaid(state: Settlement, symbol: string, lots: number, paidOn: number | null): void {
  const purchases = state.unpaid.get(symbol) ?? [];
  const rank = (day: number | null) => day ?? Infinity;
  const same = purchases.findIndex((one) => one.boughtOn === state.day && one.paidOn === paidOn);
  const before = purchases[same];
  if (before === undefined) {
    const at = purchases.findIndex((one) => rank(one.paidOn) > rank(paidOn));
    const purchase = { boughtOn: state.day, paidOn, lots, counted: false };
    purchases.splice(at === -1 ? purchases.length : at, 0, purchase);
  } else {
    purchases[same] = { ...before, lots: before.lots + lots };
  }
  state.unpaid.set(symbol, purchases);
}

function addProceeds(state: Settlement, day: number, amount: number): void {
  if (day <= state.day) {
    credit(state, amount, state.day);
    return;
  }
  const at = state.unsettled.findIndex((one) => one.day >= day);
  const same = state.unsettled[at];
  if (same?.day === day) state.unsettled[at] = { day, amount: same.amount + amount };
  else if (amount > 0) state.unsettled.splice(at === -1 ? state.unsettled.length : at, 0, { day, amount });
}

/**
 * Adds settled cash. When it covers what purchases exceeded, they are paid. `settled` is the settlement day of proceeds that
 * cover them, which is a liquidation violation after the purchase's own; null for a deposit.
 */
function credit(state: Settlement, amount: number, settled: number | null): void {
  const short = state.settled < 0;
  state.settled += amount;
  if (!short || state.settled < 0) return;
  for (const [symbol, purchases] of [...state.unpaid]) {
    for (const { paidOn, boughtOn, counted } of purchases) {
      if (paidOn !== null || settled === null || counted || settled <= settlementDay(boughtOn)) continue;
      state.violations = recordViolation(state.violations, "liquidation", settled);
    }
    keepUnpaid(state, symbol, ({ paidOn }) => paidOn !== null);
  }
}

function keepUnpaid(state: Settlement, symbol: string, keep: (purchase: UnpaidPurchase) => boolean): void {
  const kept = (state.unpaid.get(symbol) ?? []).filter(keep);
  if (kept.length > 0) state.unpaid.set(symbol, kept);
  else state.unpaid.delete(symbol);
}
