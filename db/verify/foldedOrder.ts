import { lotsPerShare, notional, notionalCeil } from "../../domain/market/instrument.ts";
import type { Asset } from "../../domain/market/asset.ts";

/** A part of a tax lot that is chosen for an order. */
export interface ChosenLot {
  readonly id: number;
  readonly qty: number;
}

/** An open order rebuilt from the trail. Money in 1/10,000 dollar, quantities in lots. */
export interface FoldedOrder {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  qty: number;
  readonly limit: number | null;
  /**
   * The price that its cash is held for; null for market orders of the first releases, whose collar is not on record.
   */
  readonly cap: number | null;
  filled: number;
  /** Price × lots of its fills. */
  value: bigint;
  /** Version of the rules that its fills are settled by. */
  readonly rules: number;
  /** The notional of an order without a quantity. */
  readonly notional: number | null;
  held: number;
  /** Cash that a buy holds for its fees, and the fees that its fills have taken from that. */
  readonly feeReserve: number;
  feesCharged: number;
  readonly takesProfit: boolean;
  /** The group of exits to which it belongs, and the group that sells what it buys; null without one. */
  exits: Exits | null;
  legs: Exits | null;
  /** What is left of the tax lots that were chosen for it; null when none were. */
  chosen: ChosenLot[] | null;
  /** The pending replacement, and whether it changes the quantity. */
  replacement: { readonly id: string; readonly resized: boolean } | null;
}

/** Lots an order can still trade. */
export const leavesOf = (order: FoldedOrder): number => order.qty - order.filled;

/**
 * The largest hold of an order for so many lots: cash of a buy, lots of a sell; null when its price is not recorded.
 */
export function neededFor(order: FoldedOrder, instrument: Asset, lots: number): number | null {
  if (order.side === "sell") return lots;
  if (order.cap === null) return null;
  const fees = lots === 0 ? 0 : order.feeReserve - order.feesCharged;
  return costOf(order, order.cap, instrument, lots) + fees;
}

/** The cost of so many lots at the price that cash is held for, without fees. */
function costOf(order: FoldedOrder, cap: number, instrument: Asset, lots: number): number {
  if (order.rules < ROUNDED_ONCE) return notionalCeil(instrument, cap, lots);
  const paid = rounded(order, instrument, order.value);
  if (order.notional !== null) return lots === 0 ? 0 : order.notional - paid;
  return rounded(order, instrument, order.value + BigInt(cap) * BigInt(lots)) - paid;
}

/** The rules from which on the sum of an order's fills is rounded, and not each fill (AC-7). */
const ROUNDED_ONCE = 2;

/** The cash that a fill moves, before it is applied. */
export function cashOf(order: FoldedOrder, instrument: Asset, price: number, lots: number): number {
  if (order.rules < ROUNDED_ONCE) return notional(instrument, price, lots);
  const value = order.value + BigInt(price) * BigInt(lots);
  return rounded(order, instrument, value) - rounded(order, instrument, order.value);
}

function rounded({ side }: FoldedOrder, instrument: Asset, value: bigint): number {
  const lots = BigInt(lotsPerShare(instrument));
  return Number(value / lots) + (side === "buy" && value % lots > 0n ? 1 : 0);
}

/** Roundings are summed in 10^-9 units of cash: no lot is smaller than a billionth of a share. */
const ROUNDING_DECIMALS = 9;
export const ROUNDING_UNIT = 10n ** BigInt(ROUNDING_DECIMALS);

/**
 * The cash of a fill that rounding leaves with the venue: paid in excess of its value by a buy, not paid out to a sell.
 */
export function roundingOf(instrument: Asset, side: "buy" | "sell", value: bigint, cash: number): bigint {
  const beyond = BigInt(cash) * BigInt(lotsPerShare(instrument)) - value;
  return (side === "buy" ? beyond : -beyond) * 10n ** BigInt(ROUNDING_DECIMALS - instrument.qtyDecimals);
}

/**
 * The exits of one parent, and the lots that they hold together. The events state this hold with the take profit while
 * it is open, afterwards with the other exit.
 */
export class Exits {
  readonly members = new Map<string, FoldedOrder>();
  /** The parent is open: the exits hold all that it has bought. */
  waiting = false;
  #held = 0;

  get held(): number {
    return this.#held;
  }

  /** Adds an order with its hold. */
  add(id: string, order: FoldedOrder): void {
    this.members.set(id, order);
    order.exits = this;
    this.hold(order.held);
  }

  /** Removes an order that has ended; returns the lots that are released. */
  remove(id: string): number {
    const order = this.members.get(id);
    this.members.delete(id);
    if (order !== undefined) {
      order.held = 0;
      order.exits = null;
    }
    return this.trim();
  }

  /** Increases or decreases the hold. */
  hold(lots: number): void {
    this.#held += lots;
    const keeper = this.#keeper();
    for (const order of this.members.values()) order.held = order === keeper ? this.#held : 0;
  }

  /** Releases the lots that none of them can sell any more; returns them. */
  trim(): number {
    const most = Math.max(0, ...[...this.members.values()].map(leavesOf));
    const freed = this.waiting && this.members.size > 0 ? 0 : Math.max(0, this.#held - most);
    this.hold(-freed);
    return freed;
  }

  #keeper(): FoldedOrder | undefined {
    const orders = [...this.members.values()];
    return orders.find(({ takesProfit }) => takesProfit) ?? orders[0];
  }
}
