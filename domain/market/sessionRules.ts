import type { CalendarName } from "./phase.ts";
import { auctionWindow, orderExpiry, orderSession } from "./schedule.ts";
import type { OrderSession } from "./schedule.ts";
import type { TimeInForce } from "../order/timeInForce.ts";

/** The rules of the exchange's calendar for an order that arrives now. */
export interface SessionRules {
  readonly now: number;
  readonly session: OrderSession;
  /** When the order expires; null when it does not expire, or names its own time. */
  expiry(timeInForce: TimeInForce, extended: boolean): number | null;
  /** True while orders for this auction are accepted. */
  accepts(auction: "opg" | "cls"): boolean;
}

/** The rules of a calendar for an order that arrives at `now`. */
export function sessionRules(calendar: CalendarName, now: number): SessionRules {
  return {
    now,
    session: orderSession(calendar, now),
    expiry: (timeInForce, extended) => orderExpiry(calendar, timeInForce, extended, now),
    accepts: (auction) => auctionWindow(calendar, auction, now)?.accepting ?? false,
  };
}
