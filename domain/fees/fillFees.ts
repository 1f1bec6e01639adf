/**
 * The fees of one fill of an order, as an itemised list of exact integers in 1/10,000 dollar.
 *
 * Every amount is computed for all fills of the order together and a fill pays the increase, so the fees of an order do not
 * depend on how it was cut into fills: the exchange's fees and rebates are rounded half-even once per order, regulatory
 * fees are rounded up to a cent once per order and trading day.
 */
import type { Side } from "../order/side.ts";
import { isExempt, rateOn, regulatoryAmount } from "./regulatory.ts";
import { type FeeSchedule, type Liquidity, tierOf } from "./schedule.ts";

/** What is positive is paid by the account, what is negative is paid to it. The sum of the items is the fee. */
export interface FeeItem {
  /**
   * `maker`, `taker`, `auction`, `per_share`: as the schedule says. `rebate`. `order_minimum`, `order_maximum`: what the
   * limits of the order add or take away. `proceeds_limit`: what the proceeds of a sale cannot pay yet, or what they pay
   * later. Anything else is the code of a regulatory fee.
   */
  readonly code: string;
  readonly amount: number;
}

/** A sum that is exact in fractions of 1/10,000 dollar: `rest` counts parts of a divisor. */
interface Exact {
  readonly units: number;
  readonly rest: number;
}

/** What an order has traded and paid so far. */
export interface OrderFees {
  readonly lots: number;
  readonly value: number;
  /** Fees and rebates by rate of value, both positive, in parts of 1/1,000,000. */
  readonly charges: Exact;
  readonly rebates: Exact;
  /** Fees per share, in parts of 1 / (100 × lots per share). */
  readonly perShare: Exact;
  /** The exchange's fees that were paid, without rebates. */
  readonly paid: number;
  /** Trading day of the newest fill, and of that day per regulatory fee what it is computed from and what was paid. */
  readonly day: number;
  readonly regulatory: ReadonlyMap<string, { readonly traded: number; readonly paid: number }>;
}

export interface FillOfOrder {
  readonly side: Side;
  readonly liquidity: Liquidity;
  /** In 1/10,000 dollar. */
  readonly price: number;
  readonly lots: number;
  /** Cash that the fill moves, in 1/10,000 dollar. */
  readonly value: number;
  readonly lotsPerShare: number;
  /** What a buy holds for fees, beyond which nothing is charged; absent: no limit. */
  readonly reserved?: number;
  /** 30-day volume of the account (`tierVolumeOn`), and the trading day. */
  readonly volume: number;
  readonly day: number;
}

const NOTHING: Exact = { units: 0, rest: 0 };
const MILLION = 1_000_000;

export const NO_FEES: OrderFees = {
  lots: 0,
  value: 0,
  charges: NOTHING,
  rebates: NOTHING,
  perShare: NOTHING,
  paid: 0,
  day: 0,
  regulatory: new Map(),
};

/**
 * The fees of a fill, and what the order has paid after it. Items of 0 are left out.
 *
 * The fees of a sale never exceed its proceeds and rebates: what a fill cannot pay, the next fills of the order pay (a
 * regulatory fee: of the same day), and what none can pay is waived. Regulatory fees are paid first.
 */
export function feesOfFill(
  schedule: FeeSchedule,
  before: OrderFees,
  fill: FillOfOrder,
): { readonly items: readonly FeeItem[]; readonly after: OrderFees } {
  const items: FeeItem[] = [];
  const add = (code: string, amount: number) => {
    if (amount !== 0) items.push({ code, amount });
  };
  const traded = withFill(schedule, before, fill);
  const rebate = halfEven(traded.rebates, MILLION) - halfEven(before.rebates, MILLION);
  // A buyer pays on top of the price, out of what is held for it; a seller pays out of the proceeds.
  const limit = (fill.side === "sell" ? fill.value : (fill.reserved ?? Infinity)) + rebate;
  const regulatory = regulatoryFees(schedule, before, fill, limit);
  let left = limit;
  for (const { amount } of regulatory.items) left -= amount;

  const was = exchangeFees(schedule, before, fill.lotsPerShare);
  const is = exchangeFees(schedule, traded, fill.lotsPerShare);
  const charge = Math.min(Math.max(0, is.total - before.paid), left);
  const parts = [
    { code: fill.liquidity, amount: is.byValue - was.byValue },
    { code: "per_share", amount: is.perShare - was.perShare },
    { code: "order_minimum", amount: is.minimum - was.minimum },
    { code: "order_maximum", amount: is.maximum - was.maximum },
  ];
  for (const { code, amount } of parts) add(code, amount);
  add("proceeds_limit", charge - parts.reduce((sum, { amount }) => sum + amount, 0));
  add("rebate", -rebate);
  items.push(...regulatory.items);
  const after = { ...traded, paid: before.paid + charge, day: fill.day, regulatory: regulatory.after };
  return { items, after };
}

/** The sum of items: what the account pays, or is paid if it is negative. */
export function totalOf(items: readonly FeeItem[]): number {
  return items.reduce((sum, { amount }) => sum + amount, 0);
}

/** The items that are passed on to regulators. All others are the exchange's own. */
export function regulatoryItems({ regulatory }: FeeSchedule, items: readonly FeeItem[]): readonly FeeItem[] {
  return items.filter((item) => regulatory.some(({ code }) => code === item.code));
}

/**
 * The most that an order may pay in fees at any tier, for its hold. `value` is the most that it may trade, in 1/10,000
 * dollar. The fees of regulators are those of one day, which is exact for sales only.
 */
export function mostFees(
  schedule: FeeSchedule,
  order: Pick<FillOfOrder, "side" | "lots" | "value" | "lotsPerShare" | "day">,
): number {
  const rate = Math.max(0, ...schedule.tiers.flatMap(({ maker, taker, auction }) => [maker, taker, auction]));
  const charges = plus(NOTHING, order.value, rate, MILLION);
  const perShare = plus(NOTHING, order.lots, schedule.perShare, 100 * order.lotsPerShare);
  const { lots, value } = order;
  let { total } = exchangeFees(schedule, { lots, value, charges, perShare }, order.lotsPerShare);
  for (const fee of schedule.regulatory) {
    const on = rateOn(fee, order.day);
    if (on === null || (fee.sides === "sell" && order.side === "buy")) continue;
    total += regulatoryAmount(fee, on, fee.basis === "value" ? value : lots, order.lotsPerShare);
  }
  return total;
}

function withFill(schedule: FeeSchedule, before: OrderFees, fill: FillOfOrder): OrderFees {
  const rate = tierOf(schedule, fill.volume)[fill.liquidity];
  const { value, lots } = fill;
  return {
    ...before,
    lots: before.lots + lots,
    value: before.value + value,
    charges: plus(before.charges, value, Math.max(rate, 0), MILLION),
    rebates: plus(before.rebates, value, Math.max(-rate, 0), MILLION),
    perShare: plus(before.perShare, lots, schedule.perShare, 100 * fill.lotsPerShare),
  };
}

/** The exchange's fees of all that an order has traded: the rounded sums, and what minimum and maximum change. */
function exchangeFees(
  { minimum: least, maximum: most, maximumRate }: FeeSchedule,
  { lots, value, charges, perShare }: Pick<OrderFees, "lots" | "value" | "charges" | "perShare">,
  lotsPerShare: number,
): { byValue: number; perShare: number; minimum: number; maximum: number; total: number } {
  const byValue = halfEven(charges, MILLION);
  const shares = halfEven(perShare, 100 * lotsPerShare);
  const sum = byValue + shares;
  const raised = lots === 0 ? 0 : Math.max(sum, least);
  const byRate = maximumRate === null ? Infinity : halfEven(plus(NOTHING, value, maximumRate, MILLION), MILLION);
  const total = Math.min(raised, most ?? Infinity, byRate);
  return { byValue, perShare: shares, minimum: raised - sum, maximum: total - raised, total };
}

function regulatoryFees(
  schedule: FeeSchedule,
  before: OrderFees,
  fill: FillOfOrder,
  limit: number,
): { items: FeeItem[]; after: OrderFees["regulatory"] } {
  const items: FeeItem[] = [];
  const after = new Map<string, { traded: number; paid: number }>();
  let left = limit;
  for (const fee of schedule.regulatory) {
    const on = rateOn(fee, fill.day);
    if (on === null || (fee.sides === "sell" && fill.side === "buy")) continue;
    const today = before.day === fill.day ? before.regulatory.get(fee.code) : undefined;
    const more = isExempt(fee, on, fill.price) ? 0 : fee.basis === "value" ? fill.value : fill.lots;
    const traded = (today?.traded ?? 0) + more;
    const paid = today?.paid ?? 0;
    const due = Math.max(0, regulatoryAmount(fee, on, traded, fill.lotsPerShare) - paid);
    const amount = Math.min(due, left);
    left -= amount;
    if (amount > 0) items.push({ code: fee.code, amount });
    if (traded > 0) after.set(fee.code, { traded, paid: paid + amount });
  }
  return { items, after };
}

/** `sum` + a × b / divisor, exactly. */
function plus({ units, rest }: Exact, a: number, b: number, divisor: number): Exact {
  if (b === 0) return { units, rest };
  const total = BigInt(a) * BigInt(b) + BigInt(rest);
  const d = BigInt(divisor);
  return { units: units + Number(total / d), rest: Number(total % d) };
}

function halfEven({ units, rest }: Exact, divisor: number): number {
  const twice = rest * 2;
  return twice > divisor || (twice === divisor && units % 2 === 1) ? units + 1 : units;
}
