import type { BookState } from "../../domain/matching/bookState.ts";
import { indicative, liveOrder, ordersOf, resting } from "../../domain/matching/views.ts";
import type { Indicative, MarketStatus } from "../../domain/market/phase.ts";
import { beginOfTradingDay } from "../../domain/market/session.ts";
import type { Side } from "../../domain/order/side.ts";
import type { LiveOrder, MarketView, OrderBookRpc } from "../../protocol/rpc/orderBook.ts";

/** The indicative price of the closing auction is published from this long before the close, during continuous trading. */
const BEFORE_CLOSE_MS = 10 * 60_000;

/** The indicative result of the current auction, or of the closing auction shortly before it; null without either. */
export function auctionOf(state: Readonly<BookState>, now: number): Indicative | null {
  const { phase, session, until } = state.status;
  if (phase === "closed") return null;
  if (phase !== "continuous") return indicative(state);
  const closesSoon = session === "regular" && until !== null && now >= until - BEFORE_CLOSE_MS;
  return closesSoon ? indicative(state, "closing") : null;
}

/** A status as published. A market around the clock has no phase changes, so its phase starts with the trading day. */
export function publicStatus(status: MarketStatus, now: number): MarketStatus {
  return status.since > 0 ? status : { ...status, since: beginOfTradingDay(now) };
}

/** The state of a market, for administrators. */
export function marketView(state: Readonly<BookState>, now: number): MarketView {
  const { symbol, luldTier, last, sequence } = state;
  return {
    symbol,
    status: publicStatus(state.status, now),
    luldTier,
    last,
    sequence,
    indicative: auctionOf(state, now),
    orders: [...state.owners.values()].reduce((sum, owner) => sum + ordersOf(state, owner), 0),
    accounts: state.owners.size,
  };
}

/** The live state of orders; those that are not in the market are left out. */
export function liveViews(state: Readonly<BookState>, orderIds: readonly string[]): LiveOrder[] {
  return orderIds.flatMap((id) => {
    const order = liveOrder(state, id);
    if (order === null) return [];
    const { orderId, stopPrice, best, leaves } = order;
    return [{ orderId, stopPrice, best, leaves }];
  });
}

/** Every resting order in priority order, without its owner. */
export function restingViews(state: Readonly<BookState>): Awaited<ReturnType<OrderBookRpc["resting"]>> {
  const side = (which: Side) => [...resting(state, which)].map(({ ref, price, qty }) => ({ ref, price, qty }));
  return { sequence: state.sequence, bids: side("buy"), asks: side("sell") };
}
