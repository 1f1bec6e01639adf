import type { CalendarName } from "../../market/phase.ts";
import { auctionWindow, orderExpiry, orderSession } from "../../market/schedule.ts";
import type { OrderSession } from "../../market/schedule.ts";
import type { TimeInForce } from "../../order/timeInForce.ts";

/** What the venue's calendar says of an order that arrives now. */
export interface SessionRules {
  readonly now: number;
  readonly session: OrderSession;
  /** When the order ends by itself; null when it does not, or names its own end. */
  expiry(timeInForce: TimeInForce, extended: boolean): number | null;
  /** Whether orders for this auction are taken. */
  takes(auction: "opg" | "cls"): boolean;
}

export function sessionRules(calendar: CalendarName, now: number): SessionRules {
  return {
    now,
    session: orderSession(calendar, now),
    expiry: (timeInForce, extended) => orderExpiry(calendar, timeInForce, extended, now),
    takes: (auction) => auctionWindow(calendar, auction, now)?.accepting ?? false,
  };
}
