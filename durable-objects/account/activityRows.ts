/** Rows of activities: arrays of values in a fixed sequence, without names and without empty ends. */
import {
  ACTIVITY_TYPES,
  type Activity,
  type ActivityLot,
  type ActivityType,
} from "../../domain/account/activities/activity.ts";
import type { FeeItem } from "../../domain/fees/fillFees.ts";
import type { WashSale } from "../../domain/portfolio/washSales.ts";
import type { OrderStatus } from "../../domain/account/state/order.ts";
import { decodeRow, encodeRow } from "../actor/rowCodec.ts";

type Fee = readonly [code: string, amount: number];
type Lot = readonly [lotId: number, acquiredAt: number, quantity: number, cost: number, proceeds: number | null];

type Wash = readonly [disposalId: number, lotId: number, replacedBy: number, quantity: number, disallowed: number];

/** A later release may add values at the end of any of these. */
type Fill = readonly [
  type: 0,
  at: number,
  /** How much earlier than `at`; below zero when the clocks differ. */
  tradedBefore: number,
  orderId: string,
  symbol: string,
  side: 0 | 1,
  price: number,
  qty: number,
  cumQty: number,
  leavesQty: number,
  status: OrderStatus,
  cash: number,
  tradeId: number,
  liquidity: string,
  fees?: readonly Fee[],
  lots?: readonly Lot[],
  disposalId?: number | null,
  washSales?: readonly Wash[],
];
type Booking = readonly [
  type: number,
  at: number,
  cash: number,
  symbol: string | null,
  qty: number,
  cost: number,
  reference: string,
  description: string,
  lots?: readonly Lot[],
];

const NUMBER_OF = new Map(ACTIVITY_TYPES.map((type, number) => [type, number]));
const NONE: readonly never[] = [];

/** A mask with a bit for each of these types. */
export function maskOf(types: readonly ActivityType[]): number {
  return types.reduce((mask, type) => mask | (1 << (NUMBER_OF.get(type) ?? 0)), 0);
}

/** A bit of the mask of a row that has sales of tax lots, or wash sales. It is above those of types. */
export const REALIZED = 1 << 30;

/** True for a sale of tax lots, and for a purchase that replaces a loss. */
export function isRealized(activity: Activity): boolean {
  return activity.type === "FILL" && (activity.disposalId !== null || activity.washSales.length > 0);
}

/** The bytes of a row. They are valid until the next row of any kind is encoded. */
export function encodeActivities(activities: readonly Activity[]): Uint8Array {
  return encodeRow(activities.map(written));
}

/** The activities of a row. */
export function decodeActivities(body: unknown): Activity[] {
  return decodeValues(body).map(read);
}

/** The activities of a row whose type is in the mask (null: every type), with their places in it. */
export function decodeMatching(body: unknown, mask: number | null): (readonly [place: number, activity: Activity])[] {
  const found: (readonly [number, Activity])[] = [];
  for (const [place, values] of decodeValues(body).entries()) {
    if (mask === null || (mask & (1 << values[0])) !== 0) found.push([place, read(values)]);
  }
  return found;
}

function decodeValues(body: unknown): readonly (Fill | Booking)[] {
  const bytes = body instanceof ArrayBuffer ? new Uint8Array(body) : (body as Uint8Array);
  return decodeRow(bytes) as readonly (Fill | Booking)[];
}

function written(activity: Activity): Fill | Booking {
  const { at, symbol, qty } = activity;
  const lots = activity.lots.map((lot): Lot => [lot.lotId, lot.acquiredAt, lot.quantity, lot.cost, lot.proceeds]);
  if (activity.type !== "FILL") {
    const { cash, cost, reference, description } = activity;
    const number = NUMBER_OF.get(activity.type) ?? 0;
    const booking = [number, at, cash, symbol, qty, cost, reference, description] as const;
    return lots.length === 0 ? booking : [...booking, lots];
  }
  const { orderId, price, cumQty, leavesQty, status, cash, tradeId, liquidity } = activity;
  const [before, side] = [at - activity.tradedAt, activity.side === "buy" ? 0 : 1] as const;
  const order = [0, at, before, orderId, activity.symbol, side, price, qty, cumQty, leavesQty, status] as const;
  const fill = [...order, cash, tradeId, liquidity] as const;
  const { disposalId } = activity;
  const fees = activity.fees.map(({ code, amount }): Fee => [code, amount]);
  if (activity.washSales.length > 0) return [...fill, fees, lots, disposalId, activity.washSales.map(writtenWash)];
  if (disposalId !== null) return [...fill, fees, lots, disposalId];
  if (lots.length > 0) return [...fill, fees, lots];
  return fees.length > 0 ? [...fill, fees] : fill;
}

function read(row: Fill | Booking): Activity {
  if (row[0] !== 0) return readBooking(row as Booking);
  const [, at, before, orderId, symbol, side, price, qty, cumQty, leavesQty, status, cash, tradeId, ...rest] =
    row as Fill;
  const [liquidity, fees = NONE, lots = NONE, disposalId = null, washSales = NONE] = rest;
  return {
    type: "FILL",
    at,
    tradedAt: at - before,
    orderId,
    symbol,
    side: side === 0 ? "buy" : "sell",
    price,
    qty,
    cumQty,
    leavesQty,
    status,
    cash,
    tradeId,
    liquidity,
    fees: fees.length === 0 ? NONE : fees.map(([code, amount]): FeeItem => ({ code, amount })),
    lots: readLots(lots),
    disposalId,
    washSales: washSales.length === 0 ? NONE : washSales.map(readWash),
  };
}

function readBooking([number, at, cash, symbol, qty, cost, reference, description, lots = NONE]: Booking): Activity {
  const type = ACTIVITY_TYPES[number];
  if (type === undefined || type === "FILL") throw new Error(`activity type ${number} is not known to this release`);
  return { type, at, cash, symbol, qty, cost, reference, description, lots: readLots(lots) };
}

function writtenWash({ disposalId, lotId, replacedBy, quantity, disallowed }: WashSale): Wash {
  return [disposalId, lotId, replacedBy, quantity, disallowed];
}

function readWash([disposalId, lotId, replacedBy, quantity, disallowed]: Wash): WashSale {
  return { disposalId, lotId, replacedBy, quantity, disallowed };
}

function readLots(lots: readonly Lot[]): readonly ActivityLot[] {
  if (lots.length === 0) return NONE;
  return lots.map(([lotId, acquiredAt, quantity, cost, proceeds]) => ({ lotId, acquiredAt, quantity, cost, proceeds }));
}
