import { isForAuction } from "../order/timeInForce.ts";
import { cell } from "../market/orderMatrix.ts";
import type { RiskFacts, RiskOrder } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/** The fields of an order that the check needs. */
type Timed = Pick<RiskOrder, "type" | "timeInForce" | "orderClass" | "role" | "extendedHours" | "goodTil">;

interface Facts extends Pick<RiskFacts, "hours"> {
  readonly order: Timed;
}

/** Checks what depends on the time of arrival: the order matrix in this session, and the windows of auctions (AC-27). */
export function checkHours({ order, hours }: Facts): RiskRefusal | null {
  const { type, timeInForce, extendedHours, goodTil } = order;
  if (goodTil && goodTil <= hours.now) return { reason: "good_til_past" };
  // Exits count as simple orders, because the matrix lists entries only.
  const orderClass = order.role ? "simple" : (order.orderClass ?? "simple");
  const found = cell(type, timeInForce, orderClass, hours.session, extendedHours);
  if (found.verdict === "refused") return { reason: found.reason, type, timeInForce, orderClass };
  if (!isForAuction(timeInForce) || hours.accepts(timeInForce)) return null;
  return { reason: "auction_hours", type, timeInForce, orderClass };
}
