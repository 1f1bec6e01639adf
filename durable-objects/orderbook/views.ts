import type { BookState } from "../../domain/matching/bookState.ts";
import { indicative, liveOrder, ordersOf } from "../../domain/matching/views.ts";
import type { Indicative, MarketStatus } from "../../domain/market/phase.ts";
import { beginOfTradingDay } from "../../domain/market/session.ts";
import type { LiveOrder, MarketView } from "../../protocol/rpc/orderBook.ts";

/** From so long before the close on, what the closing auction would come to is shown while the market still trades. */
const BEFORE_CLOSE_MS = 10 * 60_000;

/** What the auction would come to that gathers now, or is about to close the day; null without one. */
export function auctionOf(state: Readonly<BookState>, now: number): Indicative | null {
  const { phase, session, until } = state.status;
  if (phase === "closed") return null;
  if (phase !== "continuous") return indicative(state);
  const closesSoon = session === "regular" && until !== null && now >= until - BEFORE_CLOSE_MS;
  return closesSoon ? indicative(state, "closing") : null;
}

/** A status as it is told: around the clock no phase ever began, so it is told that it stands since the trading day began. */
export function publicStatus(status: MarketStatus, now: number): MarketStatus {
  return status.since > 0 ? status : { ...status, since: beginOfTradingDay(now) };
}

/** How a market stands, for those who run it. */
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

/** How these orders stand; those that are not in the market are left out. */
export function liveViews(state: Readonly<BookState>, orderIds: readonly string[]): LiveOrder[] {
  return orderIds.flatMap((id) => {
    const order = liveOrder(state, id);
    if (order === null) return [];
    const { orderId, stopPrice, best, leaves } = order;
    return [{ orderId, stopPrice, best, leaves }];
  });
}
