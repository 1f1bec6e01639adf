/** The columns of fills, lots and activities. */
import { Badge } from "../../design/components/small.tsx";
import { direction, money, price, quantity, signedMoney } from "../../format/numbers.ts";
import { day, fullTime, recent } from "../../format/times.ts";
import { ACTIVITY, FIELDS, POSITIONS } from "../../text/en/blotter.ts";
import type { Activity, Fill } from "./fills.ts";
import { plainNumber, sortable, type ListColumn } from "./list.ts";
import type { Lot } from "./lots.ts";
import { Side } from "./orderColumns.tsx";
import { stateText } from "../../orders/orderText.ts";

export const FILL_COLUMNS: readonly ListColumn<Fill>[] = [
  {
    id: "time",
    title: FIELDS.time,
    sortBy: (fill) => fill.at,
    cell: (fill) => <time title={fullTime(fill.at)}>{recent(fill.at)}</time>,
    value: (fill) => fill.at,
  },
  {
    id: "symbol",
    title: FIELDS.symbol,
    sortBy: (fill) => fill.symbol,
    cell: (fill) => <strong>{fill.symbol}</strong>,
    value: (fill) => fill.symbol,
  },
  {
    id: "side",
    title: FIELDS.side,
    sortBy: (fill) => fill.side,
    cell: (fill) => <Side side={fill.side} />,
    value: (fill) => fill.side,
  },
  {
    id: "qty",
    title: FIELDS.qty,
    numeric: true,
    sortBy: (fill) => Number(fill.qty),
    cell: (fill) => quantity(fill.qty),
    value: (fill) => fill.qty,
  },
  {
    id: "price",
    title: FIELDS.price,
    numeric: true,
    sortBy: (fill) => Number(fill.price),
    cell: (fill) => price(Number(fill.price)),
    value: (fill) => fill.price,
  },
  {
    id: "value",
    title: FIELDS.value,
    numeric: true,
    sortBy: (fill) => Number(fill.price) * Number(fill.qty),
    cell: (fill) => money(Number(fill.price) * Number(fill.qty)),
    value: (fill) => plainNumber(Number(fill.price) * Number(fill.qty)),
  },
  {
    id: "leaves",
    title: FIELDS.leaves,
    numeric: true,
    sortBy: (fill) => Number(fill.leaves),
    cell: (fill) => quantity(fill.leaves),
    value: (fill) => fill.leaves,
  },
  {
    id: "state",
    title: FIELDS.state,
    optional: true,
    sortBy: (fill) => stateText(fill.state),
    cell: (fill) => stateText(fill.state),
    value: (fill) => fill.state,
  },
  {
    id: "id",
    title: FIELDS.id,
    optional: true,
    sortBy: (fill) => fill.orderId,
    cell: (fill) => fill.orderId,
    value: (fill) => fill.orderId,
  },
];

export const LOT_COLUMNS: readonly ListColumn<Lot>[] = [
  {
    id: "symbol",
    title: FIELDS.symbol,
    sortBy: (lot) => lot.symbol,
    cell: (lot) => <strong>{lot.symbol}</strong>,
    value: (lot) => lot.symbol,
  },
  {
    id: "lot",
    title: FIELDS.lot,
    numeric: true,
    sortBy: (lot) => lot.lot_id,
    cell: (lot) => lot.lot_id,
    value: (lot) => String(lot.lot_id),
  },
  {
    id: "acquired",
    title: FIELDS.acquired,
    sortBy: (lot) => lot.acquired_at,
    cell: (lot) => <time title={fullTime(lot.acquired_at)}>{day(lot.acquired_at)}</time>,
    value: (lot) => lot.acquired_at,
  },
  {
    id: "qty",
    title: FIELDS.qty,
    numeric: true,
    sortBy: (lot) => Number(lot.qty),
    cell: (lot) => quantity(lot.qty),
    value: (lot) => lot.qty,
  },
  {
    id: "available",
    title: FIELDS.available,
    numeric: true,
    sortBy: (lot) => Number(lot.qty_available),
    cell: (lot) => quantity(lot.qty_available),
    value: (lot) => lot.qty_available,
  },
  {
    id: "cost",
    title: FIELDS.cost,
    numeric: true,
    sortBy: (lot) => Number(lot.cost_basis),
    cell: (lot) => money(lot.cost_basis),
    value: (lot) => lot.cost_basis,
  },
  {
    id: "value",
    title: FIELDS.value,
    numeric: true,
    sortBy: (lot) => Number(lot.market_value),
    cell: (lot) => money(lot.market_value),
    value: (lot) => lot.market_value,
  },
  {
    id: "unrealized",
    title: FIELDS.unrealized,
    numeric: true,
    sortBy: (lot) => Number(lot.unrealized_pl),
    cell: (lot) => <span class={direction(Number(lot.unrealized_pl))}>{signedMoney(Number(lot.unrealized_pl))}</span>,
    value: (lot) => lot.unrealized_pl,
  },
  {
    id: "term",
    title: FIELDS.term,
    sortBy: (lot) => lot.term,
    cell: (lot) => (lot.term === "long" ? POSITIONS.long : POSITIONS.short),
    value: (lot) => lot.term,
  },
  {
    id: "source",
    title: FIELDS.source,
    optional: true,
    sortBy: (lot) => lot.source,
    cell: (lot) => POSITIONS.sources[lot.source] ?? lot.source,
    value: (lot) => lot.source,
  },
];

export const activityAt = (activity: Activity): string =>
  activity.activity_type === "FILL" ? activity.transaction_time : activity.created_at;

/** The cash that an activity moved; of a fill without its fees, which are activities of their own. */
export function activityAmount(activity: Activity): number {
  if (activity.activity_type !== "FILL") return Number(activity.net_amount);
  return Number(activity.price) * Number(activity.qty) * (activity.side === "buy" ? -1 : 1);
}

export function activityText(activity: Activity): string {
  if (activity.activity_type !== "FILL") return activity.description;
  const side = activity.side === "buy" ? "Bought" : "Sold";
  return `${side} ${quantity(activity.qty)} ${activity.symbol} at ${price(Number(activity.price))}`;
}

export const ACTIVITY_COLUMNS: readonly ListColumn<Activity>[] = [
  {
    id: "time",
    title: FIELDS.time,
    sortBy: activityAt,
    cell: (activity) => <time title={fullTime(activityAt(activity))}>{recent(activityAt(activity))}</time>,
    value: activityAt,
  },
  {
    id: "type",
    title: FIELDS.type,
    sortBy: (activity) => activity.activity_type,
    cell: (activity) => <Badge>{ACTIVITY.types[activity.activity_type] ?? activity.activity_type}</Badge>,
    value: (activity) => activity.activity_type,
  },
  {
    id: "symbol",
    title: FIELDS.symbol,
    sortBy: (activity) => activity.symbol ?? "",
    cell: (activity) => <strong>{activity.symbol ?? ""}</strong>,
    value: (activity) => activity.symbol ?? "",
  },
  {
    id: "qty",
    title: FIELDS.qty,
    numeric: true,
    sortBy: (activity) => sortable(activity.qty),
    cell: (activity) => (activity.qty === undefined ? "" : quantity(activity.qty)),
    value: (activity) => activity.qty ?? "",
  },
  {
    id: "amount",
    title: FIELDS.amount,
    numeric: true,
    sortBy: activityAmount,
    cell: (activity) => (
      <span class={direction(activityAmount(activity))}>{signedMoney(activityAmount(activity))}</span>
    ),
    value: (activity) => plainNumber(activityAmount(activity)),
  },
  {
    id: "description",
    title: FIELDS.description,
    sortBy: activityText,
    cell: activityText,
    value: activityText,
  },
  {
    id: "activityId",
    title: FIELDS.activityId,
    optional: true,
    sortBy: (activity) => activity.id,
    cell: (activity) => activity.id,
    value: (activity) => activity.id,
  },
];
