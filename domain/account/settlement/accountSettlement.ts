/**
 * Settlement of an account: which of its cash has settled. The record follows what the ledger does, and never changes it:
 * settled and unsettled cash are all cash that the account owns.
 */
import { assetOf } from "../../market/asset.ts";
import { recordLiquidations } from "./liquidations.ts";
import { buy, moveCash, newSettlement, sell, settlesOn, tradeDay } from "../../settlement/settlement.ts";
import type { BookReport } from "../../matching/messages.ts";
import { isoDate } from "../../market/newYork.ts";
import { CASH, owned } from "../ledger/ledger.ts";
import type { AccountState } from "../state/accountState.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import type { Order } from "../state/order.ts";

/** Begins the record: all cash that the account has is settled. */
export function beginSettlement(state: AccountState, now: number): void {
  state.settlement ??= { record: newSettlement(tradeDay(now), owned(state.ledger, CASH)), exempt: false };
}

/**
 * A fill, after the ledger has moved its cash: a purchase is paid with settled cash first, without what pending
 * withdrawals hold; proceeds settle on the settlement day. Fees are part of the cost, or reduce the proceeds. Returns the
 * violation that the fill is, as its audit record states it; null: none.
 */
export function settleFill(
  state: AccountState,
  { symbol, side }: Pick<Order, "symbol" | "side">,
  { qty, at }: Extract<BookReport, { kind: "fill" }>,
  { cash, fees }: { readonly cash: number; readonly fees: number },
  now: number,
  out: AccountOutputs,
): Record<string, unknown> | null {
  const { settlement } = state;
  if (settlement === null) return null;
  const { record } = settlement;
  const { violations } = record;
  const day = tradeDay(at);
  if (side === "buy") {
    buy(record, { symbol, day, lots: qty, cost: cash + fees, reserved: withdrawing(state) });
  } else {
    const held = owned(state.ledger, symbol) + qty;
    const settles = settlesOn(assetOf(symbol), day);
    sell(record, { symbol, day, lots: qty, held, proceeds: cash - fees, settles });
  }
  if (settlement.exempt) record.violations = violations;
  if (record.violations === violations) return null;
  const own = recordLiquidations(state, violations, now, out);
  if (own === null) return null;
  const { restrictedThrough } = record.violations;
  const through = restrictedThrough === null ? {} : { restricted_through: isoDate(restrictedThrough) };
  return { violation: own, ...through };
}

/** Cash that was paid in, or out (negative), on the trading day of the newest commit. */
export function settlePayment(state: AccountState, amount: number, now: number, out: AccountOutputs): void {
  const { settlement, dayEnd } = state;
  if (settlement === null) return;
  const { violations } = settlement.record;
  moveCash(settlement.record, tradeDay(dayEnd - 1), amount);
  if (settlement.exempt) settlement.record.violations = violations;
  recordLiquidations(state, violations, now, out);
}

/** Cash that pending withdrawals hold. */
export function withdrawing({ withdrawals }: Pick<Readonly<AccountState>, "withdrawals">): number {
  let sum = 0;
  for (const { amount } of withdrawals.values()) sum += amount;
  return sum;
}
