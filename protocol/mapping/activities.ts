/** Activities as Alpaca shows them, and the query of their list as the account takes it. */
import {
  ACTIVITY_TYPES,
  type ActivityType,
  type BookingActivity,
  type FillActivity,
} from "../../domain/account/activities/activity.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { lotsPerShare } from "../../domain/market/instrument.ts";
import { DAY, newYorkInstant } from "../../domain/market/newYork.ts";
import type { ActivityFilter, StoredActivity } from "../rpc/activities.ts";
import type {
  activitiesExportQuery,
  activitiesOfTypeQuery,
  activitiesQuery,
  AlpacaType,
  WireActivity,
  WireNonTradeActivity,
  WireTradeActivity,
} from "../wire/activities.ts";
import type * as z from "zod";
import type { Read } from "../http/readRequest.ts";
import type { Instant } from "../wire/instant.ts";
import { descriptionOf } from "./activityText.ts";
import { newYorkDate } from "./clock.ts";
import { averagePrice } from "./orders.ts";

/** An activity as Alpaca shows it. Throws on a symbol that is not listed. */
export function activityToWire(activity: StoredActivity): WireActivity {
  return activity.type === "FILL" ? tradeToWire(activity) : bookingToWire(activity);
}

function tradeToWire(fill: FillActivity & { readonly id: string }): WireTradeActivity {
  const lots = (qty: number): string => formatDecimal(qty, assetOf(fill.symbol).qtyDecimals);
  return {
    id: fill.id,
    activity_type: "FILL",
    transaction_time: new Date(fill.tradedAt).toISOString(),
    type: fill.leavesQty === 0 ? "fill" : "partial_fill",
    price: formatDecimal(fill.price, PRICE_DECIMALS),
    qty: lots(fill.qty),
    side: fill.side,
    symbol: fill.symbol,
    leaves_qty: lots(fill.leavesQty),
    order_id: fill.orderId,
    cum_qty: lots(fill.cumQty),
    order_status: fill.status,
  };
}

function bookingToWire(booking: BookingActivity & { readonly id: string }): WireNonTradeActivity {
  return {
    id: booking.id,
    activity_type: booking.type,
    date: newYorkDate(booking.at),
    created_at: new Date(booking.at).toISOString(),
    net_amount: formatDecimal(booking.cash, PRICE_DECIMALS),
    ...sharesOf(booking),
    currency: "USD",
    description: descriptionOf(booking),
    status: "executed",
  };
}

function sharesOf({
  symbol,
  qty,
  cost,
}: BookingActivity): Pick<WireNonTradeActivity, "symbol" | "qty" | "per_share_amount"> {
  if (symbol === null) return {};
  if (qty === 0) return { symbol };
  const asset = assetOf(symbol);
  // Quantity and cost of what was journalled out are negative, its cost a share is not.
  const [lots, paid] = [Math.abs(qty), qty < 0 ? -cost : cost];
  const perShare = averagePrice(BigInt(paid) * BigInt(lotsPerShare(asset)), lots) ?? "0";
  return { symbol, qty: formatDecimal(qty, asset.qtyDecimals), per_share_amount: perShare };
}

type Query = z.output<typeof activitiesOfTypeQuery>;

/** What the account is asked for; `types`: those in the path. A type that never occurs here finds nothing. */
export function activityFilter(query: Query, types: readonly AlpacaType[] | null): Read<ActivityFilter> {
  const { after, until, date, direction, page_size: limit, page_token: pageToken } = query;
  if (date !== null && (after !== null || until !== null)) return notWith("date", "no after or until beside it");
  const bounds = date === null ? { ...instantBounds(after, until) } : boundsOfDay(date);
  return { ok: true, value: { types: types === null ? null : ours(types), ...bounds, direction, limit, pageToken } };
}

/** The same for the list of all types. */
export function activitiesFilter(query: z.output<typeof activitiesQuery>): Read<ActivityFilter> {
  const { activity_types: types, category, ...rest } = query;
  if (category === null) return activityFilter(rest, types);
  if (types !== null) return notWith("category", "no activity_types beside it");
  const read = activityFilter(rest, null);
  if (!read.ok) return read;
  const isWanted = (type: ActivityType) => (type === "FILL") === (category === "trade_activity");
  return { ok: true, value: { ...read.value, types: ACTIVITY_TYPES.filter(isWanted) } };
}

/** The first page of an export, oldest first. */
export function exportFilter(query: z.output<typeof activitiesExportQuery>, limit: number): ActivityFilter {
  const { after, until, page_token: pageToken } = query;
  return { types: null, ...instantBounds(after, until), direction: "asc", limit, pageToken };
}

function notWith(parameter: string, expected: string): Read<never> {
  return { ok: false, error: { reason: "query_invalid", parameter, expected } };
}

type Bounds = Pick<ActivityFilter, "afterMicros" | "untilMicros">;

function instantBounds(after: Instant | null, until: Instant | null): Bounds {
  const untilMicros = until === null ? null : until.micros + (until.more ? 1 : 0);
  return { afterMicros: after?.micros ?? null, untilMicros };
}

/** The bounds are exclusive: the microsecond before the day, and the first one after it. */
function boundsOfDay(date: string): Bounds {
  const day = Date.parse(date) / DAY;
  return { afterMicros: newYorkInstant(day, 0) * 1_000 - 1, untilMicros: newYorkInstant(day + 1, 0) * 1_000 };
}

/** Types of ours among those of Alpaca's; `TRANS` are both deposits and withdrawals of cash. */
function ours(types: readonly AlpacaType[]): ActivityType[] {
  const named: ReadonlySet<AlpacaType> = new Set(types);
  const isCash = (type: ActivityType) => type === "CSD" || type === "CSW";
  return ACTIVITY_TYPES.filter((type) => named.has(type) || (named.has("TRANS") && isCash(type)));
}
