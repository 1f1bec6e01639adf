/** Activities as rows of an export: every field from which balances, lots, gains and fees follow. */
import type { ActivityLot } from "../../domain/account/activities/activity.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import type { FeeItem } from "../../domain/fees/fillFees.ts";
import type { WashSale } from "../../domain/portfolio/washSales.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { StoredActivity } from "../rpc/activities.ts";
import { descriptionOf } from "./activityText.ts";

/** The columns of an export, in the sequence in which a row has them. */
export const ACTIVITY_COLUMNS = [
  "id",
  "activity_type",
  "recorded_at",
  "transaction_time",
  "symbol",
  "side",
  "qty",
  "price",
  "net_amount",
  "cost_basis",
  "fees",
  "lots",
  "disposal",
  "wash_sales",
  "order_id",
  "cum_qty",
  "leaves_qty",
  "order_status",
  "trade_id",
  "liquidity",
  "reference",
  "description",
] as const;

/** A row of the export; columns that do not apply are null. */
export type ActivityRow = Readonly<Record<(typeof ACTIVITY_COLUMNS)[number], unknown>>;

const EMPTY = Object.fromEntries(ACTIVITY_COLUMNS.map((column) => [column, null])) as ActivityRow;

const dollars = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);
const time = (ms: number): string => new Date(ms).toISOString();

/**
 * The row of an activity. `net_amount` is what it did to the cash of the account, without the fees of a fill, which are an
 * activity of their own. `qty` is signed for bookings and as traded for fills. Throws on a symbol that is not listed.
 */
export function activityRow(activity: StoredActivity): ActivityRow {
  const { id, at, symbol, qty } = activity;
  const decimals = symbol === null ? 0 : assetOf(symbol).qtyDecimals;
  const amount = (lots: number): string => formatDecimal(lots, decimals);
  const common = {
    ...EMPTY,
    id,
    activity_type: activity.type,
    recorded_at: time(at),
    symbol,
    lots: lotsOf(activity.lots, decimals),
  };
  if (activity.type !== "FILL") {
    const shares = symbol === null || qty === 0 ? {} : { qty: amount(qty), cost_basis: dollars(activity.cost) };
    const { reference } = activity;
    const description = descriptionOf(activity);
    return { ...common, ...shares, net_amount: dollars(activity.cash), reference, description };
  }
  const { side, cash, fees } = activity;
  return {
    ...common,
    transaction_time: time(activity.tradedAt),
    side,
    qty: amount(qty),
    price: dollars(activity.price),
    net_amount: dollars(side === "buy" ? -cash : cash),
    fees: fees.length === 0 ? null : fees.map((fee: FeeItem) => ({ code: fee.code, amount: dollars(fee.amount) })),
    disposal: activity.disposalId,
    wash_sales: washSalesOf(activity.washSales, decimals),
    order_id: activity.orderId,
    cum_qty: amount(activity.cumQty),
    leaves_qty: amount(activity.leavesQty),
    order_status: activity.status,
    trade_id: activity.tradeId,
    liquidity: activity.liquidity,
  };
}

function washSalesOf(washSales: readonly WashSale[], decimals: number): readonly unknown[] | null {
  if (washSales.length === 0) return null;
  return washSales.map(({ disposalId, lotId, replacedBy, quantity, disallowed }) => ({
    disposal: disposalId,
    lot: lotId,
    replaced_by: replacedBy,
    qty: formatDecimal(quantity, decimals),
    disallowed: dollars(disallowed),
  }));
}

function lotsOf(lots: readonly ActivityLot[], decimals: number): readonly Readonly<Record<string, unknown>>[] | null {
  if (lots.length === 0) return null;
  return lots.map(({ lotId, acquiredAt, quantity, cost, proceeds }) => ({
    lot: lotId,
    acquired_at: time(acquiredAt),
    qty: formatDecimal(quantity, decimals),
    cost_basis: dollars(cost),
    ...(proceeds === null ? {} : { proceeds: dollars(proceeds), gain: dollars(proceeds - cost) }),
  }));
}
