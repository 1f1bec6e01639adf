/** Charges the fees of a fill: cash moves between the account and the house, in the entry of the fill. */
import { formatDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { type FeeItem, feesOfFill, NO_FEES, regulatoryItems, totalOf } from "../../fees/fillFees.ts";
import { loadFees, saveFees } from "../../fees/savedFees.ts";
import { addVolume, tierVolumeOn } from "../../fees/tierVolume.ts";
import { assetOf } from "../../market/asset.ts";
import { lotsPerShare } from "../../market/instrument.ts";
import type { BookReport } from "../../matching/messages.ts";
import { tradeDay } from "../../settlement/settlement.ts";
import { CASH, type Ledger, move } from "../ledger/ledger.ts";
import type { Order } from "../state/order.ts";
import { type AccountFees, scheduleOf } from "./accountFees.ts";

/** The fees of one fill: `total` is paid by the account, or to it when it is negative. */
export interface ChargedFees {
  readonly items: readonly FeeItem[];
  readonly total: number;
}

const NOTHING: ChargedFees = { items: [], total: 0 };

/**
 * Computes the fees of a fill, before the fill is applied to the order, and records them on the order; adds its value to
 * the volume of the account. `cash` is what the fill moves.
 */
export function chargeFill(
  fees: AccountFees,
  order: Order,
  { price, qty, liquidity, at }: Extract<BookReport, { kind: "fill" }>,
  cash: number,
): ChargedFees {
  // The volume of the account is never of a day before its newest one; reports of two books may be.
  const day = Math.max(tradeDay(at), fees.volume.at(-1)?.[0] ?? 0);
  const charged = order.feePlan === undefined ? NOTHING : charge(fees, order.feePlan);
  fees.volume = addVolume(fees.volume, day, cash);
  return charged;

  function charge(of: AccountFees, plan: number): ChargedFees {
    const { side, symbol } = order;
    const before = order.fees === undefined ? NO_FEES : loadFees(order.fees);
    const fill = { side, liquidity, price, lots: qty, value: cash, lotsPerShare: lotsPerShare(assetOf(symbol)) };
    const reserved = Math.max(0, (order.feeReserve ?? 0) - (order.feesCharged ?? 0));
    const schedule = scheduleOf(of, plan, symbol);
    const { items, after } = feesOfFill(schedule, before, {
      ...fill,
      volume: tierVolumeOn(of.volume, day),
      day,
      reserved: side === "buy" ? reserved : 0,
    });
    const total = totalOf(items);
    addRegulatory(of, regulatoryItems(schedule, items));
    order.fees = saveFees(after);
    order.feesCharged = (order.feesCharged ?? 0) + Math.max(0, total);
    return { items, total };
  }
}

/** Adds the fees of regulators to what the account sends with its next sweep. */
function addRegulatory(fees: AccountFees, items: readonly FeeItem[]): void {
  if (items.length === 0) return;
  const sums = new Map(fees.regulatory);
  for (const { code, amount } of items) sums.set(code, (sums.get(code) ?? 0) + amount);
  fees.regulatory = sums;
}

/** Moves the fees of a fill: from available cash to the house, or back when they are negative. */
export function payFees(ledger: Ledger, total: number): void {
  if (total > 0) move(ledger, CASH, "available", "house", total);
  else if (total < 0) move(ledger, CASH, "house", "available", -total);
}

/** The fees of a fill as its audit record states them; nothing for a fill without fees. */
export function feeFacts({ items, total }: ChargedFees): Record<string, unknown> | null {
  if (items.length === 0) return null;
  const dollars = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);
  return { fee: dollars(total), fees: items.map(({ code, amount }) => ({ code, amount: dollars(amount) })) };
}
