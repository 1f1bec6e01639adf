/** Frames of the trading stream that carry orders and balances. */
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { holdingsToWire } from "./accounts.ts";
import { orderToWire } from "./orders.ts";
import type { AccountSnapshot } from "../rpc/account.ts";
import type { TradeUpdate } from "../../domain/account/state/events.ts";
import { TRADE_UPDATES, type TradingFrame } from "../stream/trading.ts";

/** Replaces updates that are no longer stored: open orders, balances and positions after the update `cursor`. */
export function snapshotFrame({ through, orders, account }: AccountSnapshot): TradingFrame {
  const cursor = String(through);
  return {
    stream: "snapshot",
    cursor,
    data: {
      reason: "cursor_too_old",
      cursor,
      orders: orders.map((order) => orderToWire(order)),
      account: holdingsToWire(account),
    },
  };
}

/** A trade_updates event. Throws on an order of a symbol that is not listed. */
export function tradeUpdateFrame(update: TradeUpdate): TradingFrame {
  const { qtyDecimals } = assetOf(update.order.symbol);
  const execution =
    update.price === null || update.qty === null
      ? {}
      : {
          price: formatDecimal(update.price, PRICE_DECIMALS),
          qty: formatDecimal(update.qty, qtyDecimals),
          position_qty: formatDecimal(update.positionQty ?? 0, qtyDecimals),
        };
  return {
    stream: TRADE_UPDATES,
    cursor: String(update.sequence),
    data: {
      event: update.event,
      execution_id: update.executionId,
      timestamp: new Date(update.at).toISOString(),
      ...execution,
      order: orderToWire(update.order),
    },
  };
}
