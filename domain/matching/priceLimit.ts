import { priceBound } from "../market/collar.ts";
import { endOfTradingDay } from "../market/session.ts";
import { referencePrice } from "./auction.ts";
import type { SideNumber } from "./engine/engine.ts";
import type { BookState } from "./bookState.ts";
import { sideName } from "./bookState.ts";
import type { NewOrderCommand, ReplaceCommand } from "./messages.ts";
import { stepOf } from "./prices.ts";
import type { ComplexOrder } from "./complexOrder.ts";

/**
 * The price limit: how far from the reference an order may be priced on its aggressive side (OB-38). The command has the
 * distance, the book the reference. The reference changes only once a trading day and by auctions: otherwise an account could
 * move it arbitrarily far by trades with itself in an empty book.
 */

/** The reference of today: the last trade before the day, or the last auction; else the instrument's reference price. */
export function limitReference(m: BookState): number {
  if (m.limitAnchor === null || m.now >= m.limitAnchor.until) {
    m.limitAnchor = { price: referencePrice(m), until: endOfTradingDay(m.now) };
  }
  return m.limitAnchor.price;
}

/** The bound in steps for this distance. It is cached, because nearly all orders have the same distance. */
function boundOf(m: BookState, side: SideNumber, within: number): number {
  const known = m.limitBounds;
  if (known !== null && known.within === within && known.anchor === m.limitAnchor && m.now < known.anchor.until) {
    return side === 0 ? known.buy : known.sell;
  }
  const reference = limitReference(m);
  const bound = (of: SideNumber) => stepOf(m.scale, priceBound(m.instrument, sideName(of), reference, within));
  if (m.limitAnchor !== null) m.limitBounds = { anchor: m.limitAnchor, within, buy: bound(0), sell: bound(1) };
  return bound(side);
}

/** The price in steps, or the bound if the price is beyond it. */
export function withinLimit(m: BookState, side: SideNumber, steps: number, within: number | undefined): number {
  if (within === undefined) return steps;
  const bound = boundOf(m, side, within);
  return side === 0 ? Math.min(steps, bound) : Math.max(steps, bound);
}

/** Whether the limit of a new order is beyond the bound. Orders with a trigger are bounded when they enter. */
export function isBeyondLimit(m: BookState, side: SideNumber, command: NewOrderCommand): boolean {
  const { market, trigger, within, price } = command;
  if (within === undefined || market || trigger !== undefined) return false;
  const steps = stepOf(m.scale, price);
  return withinLimit(m, side, steps, within) !== steps;
}

/** Whether the new price of a replace is beyond the bound; `known`: the order's other properties. */
export function movesBeyondLimit(
  m: BookState,
  side: SideNumber,
  known: ComplexOrder | undefined,
  { price, within }: ReplaceCommand,
): boolean {
  if (price === undefined || within === undefined) return false;
  if (known !== undefined && (known.market || known.parent !== null)) return false;
  if (known?.terms.trigger !== undefined && !known.triggered) return false;
  const steps = stepOf(m.scale, price);
  return withinLimit(m, side, steps, within) !== steps;
}

/**
 * Sets the price of a market order, a triggered order or a leg that enters to the bound, if it is beyond. Limits of other
 * orders were checked when they arrived.
 */
export function holdToLimit(m: BookState, complex: ComplexOrder): void {
  const { market, terms, role } = complex;
  if (!market && terms.trigger === undefined && role === null) return;
  complex.limit = withinLimit(m, complex.side, complex.limit, complex.terms.within);
}
