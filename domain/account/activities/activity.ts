/**
 * Activities: each change of an account's cash or positions, once. Cash is in 1/10,000 dollar, quantities are in lots of
 * the symbol, times are epoch milliseconds. The names of types are Alpaca's; the numbers of rows (activityRows.ts in the
 * object) follow this list, so no entry may move.
 */
import type { FeeItem } from "../../fees/fillFees.ts";
import type { WashSale } from "../../portfolio/washSales.ts";
import type { OrderStatus } from "../state/order.ts";
import type { Side } from "../../order/side.ts";

/**
 * `FILL`: an execution. `CSD`, `CSW`: cash that entered or left. `JNLC`, `JNLS`: cash or shares that were journalled in or out
 * without a payment. `FEE`: fees. `MISC`: what the account had when its record began.
 */
export const ACTIVITY_TYPES = ["FILL", "CSD", "CSW", "JNLC", "JNLS", "FEE", "MISC"] as const;
export type ActivityType = (typeof ACTIVITY_TYPES)[number];

/** A tax lot that a fill has made, or the part of one that it has sold. */
export interface ActivityLot {
  readonly lotId: number;
  readonly acquiredAt: number;
  readonly quantity: number;
  readonly cost: number;
  /** What was received for the part, less fees; null for a lot that was acquired. */
  readonly proceeds: number | null;
}

/** An execution of an order of the account. */
export interface FillActivity {
  readonly type: "FILL";
  /** When the account recorded it; never earlier than that of the activity before. */
  readonly at: number;
  /** When the book executed it. */
  readonly tradedAt: number;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly price: number;
  readonly qty: number;
  /** Of the order after the fill. */
  readonly cumQty: number;
  readonly leavesQty: number;
  readonly status: OrderStatus;
  /** Cash that the fill moved, without fees: paid for a buy, received for a sell. */
  readonly cash: number;
  readonly tradeId: number;
  readonly liquidity: string;
  /** Empty when the fill cost nothing. The activity `FEE` after it moves the cash. */
  readonly fees: readonly FeeItem[];
  /** Empty for an account without tax lots, and for a sale of more than 20,000 at once, which the audit trail has. */
  readonly lots: readonly ActivityLot[];
  /** Number of the sale among those of the symbol; null for a buy, and for an account without tax lots. */
  readonly disposalId: number | null;
  /** The losses that the fill makes wash sales: its own, or those of earlier sales. */
  readonly washSales: readonly WashSale[];
}

/** Any other change. */
export interface BookingActivity {
  readonly type: Exclude<ActivityType, "FILL">;
  readonly at: number;
  /** Cash that entered; below zero: that left. */
  readonly cash: number;
  /** Null for a change of cash alone. */
  readonly symbol: string | null;
  /** Lots of the symbol that entered; below zero: that left. */
  readonly qty: number;
  /** Cost basis of these lots. */
  readonly cost: number;
  /** What caused it: the reference of a deposit, the id of a withdrawal, the id of an order. */
  readonly reference: string;
  /** For people. */
  readonly description: string;
  /** The lots that entered or left, if they are known one by one. */
  readonly lots: readonly ActivityLot[];
}

export type Activity = FillActivity | BookingActivity;

/** When it took place: the time of an execution, otherwise when it was recorded. */
export function activityTime(activity: Activity): number {
  return activity.type === "FILL" ? activity.tradedAt : activity.at;
}
