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
 * How far from the market an order may be priced on its aggressive side (OB-38). The distance comes with the order; the
 * reference is the book's. It stays for a trading day or until an auction, because whoever trades with himself in an empty
 * book could move the last trade as far as he likes, step by step: so he gets one step a day, and one for each auction.
 */

/** What prices are measured against today: the last trade before the day, or of an auction; else the instrument's. */
export function limitReference(m: BookState): number {
  if (m.limitAnchor === null || m.now >= m.limitAnchor.until) {
    m.limitAnchor = { price: referencePrice(m), until: endOfTradingDay(m.now) };
  }
  return m.limitAnchor.price;
}

/** The worst price in steps that an order which allows this distance may have. Nearly all orders allow the same. */
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

/** A price in steps, or the bound when it is beyond. */
export function withinLimit(m: BookState, side: SideNumber, steps: number, within: number | undefined): number {
  if (within === undefined) return steps;
  const bound = boundOf(m, side, within);
  return side === 0 ? Math.min(steps, bound) : Math.max(steps, bound);
}

/** Whether a new order with a limit that counts now is beyond it. What waits for a trigger is held to it when it enters. */
export function isBeyondLimit(m: BookState, side: SideNumber, command: NewOrderCommand): boolean {
  const { market, trigger, within, price } = command;
  if (within === undefined || market || trigger !== undefined) return false;
  const steps = stepOf(m.scale, price);
  return withinLimit(m, side, steps, within) !== steps;
}

/** The same of a replace; `known`: what the order is besides its price. */
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
 * A market order, what was triggered, and a leg come in: they trade, and rest, no further than the bound. Other limits were
 * judged when they came.
 */
export function holdToLimit(m: BookState, complex: ComplexOrder): void {
  const { market, terms, role } = complex;
  if (!market && terms.trigger === undefined && role === null) return;
  complex.limit = withinLimit(m, complex.side, complex.limit, complex.terms.within);
}
