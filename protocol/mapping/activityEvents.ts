/** Activities as the events of Alpaca's stream of them. */
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { isoDate } from "../../domain/market/newYork.ts";
import { settlesOn, tradeDay } from "../../domain/settlement/settlement.ts";
import type { StoredActivity } from "../rpc/activities.ts";
import type { WireActivityEvent } from "../wire/activityEvents.ts";
import { activityToWire } from "./activities.ts";

/** An activity as an event. Throws on a symbol that is not listed. */
export function activityEventToWire(activity: StoredActivity): WireActivityEvent {
  const shown = activityToWire(activity);
  const common = {
    event_id: activity.id,
    at: new Date(activity.at).toISOString(),
    ref_id: activity.id.slice(activity.id.indexOf("::") + "::".length),
    status: "executed",
    currency: "USD",
  } as const;
  if (activity.type === "FILL" && shown.activity_type === "FILL") {
    const asset = assetOf(activity.symbol);
    return {
      ...common,
      activity_type: "FILL",
      executed_at: shown.transaction_time,
      settle_date: isoDate(settlesOn(asset, tradeDay(activity.tradedAt))),
      net_amount: formatDecimal(activity.side === "buy" ? -activity.cash : activity.cash, PRICE_DECIMALS),
      price: shown.price,
      qty: shown.qty,
      details: {
        asset_id: asset.id,
        symbol: shown.symbol,
        side: shown.side,
        order_id: shown.order_id,
        order_status: shown.order_status,
        cum_qty: shown.cum_qty,
        leaves_qty: shown.leaves_qty,
        execution_type: "fill",
      },
    };
  }
  if (shown.activity_type === "FILL") throw new Error("a fill is shown as one");
  const { symbol, qty, per_share_amount: perShare } = shown;
  return {
    ...common,
    activity_type: shown.activity_type,
    executed_at: shown.created_at,
    settle_date: shown.date,
    net_amount: shown.net_amount,
    ...(qty === undefined ? {} : { qty }),
    details: {
      system_date: shown.date,
      ...(symbol === undefined ? {} : { symbol }),
      ...(perShare === undefined ? {} : { per_share_amount: perShare }),
      description: shown.description,
    },
  };
}
