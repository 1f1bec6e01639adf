import type { SideNumber } from "./engine/engine.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { BookState } from "./bookState.ts";
import type { Trail } from "./messages.ts";
import { enqueue, addToLadder, triggerLadder, dequeue } from "./queues.ts";
import { stepOf } from "./prices.ts";
import type { ComplexOrder } from "./complexOrder.ts";
import type { Terms } from "../order/terms.ts";
import { bestOf, follow, followPrice, stopOf, trailingStep } from "./trailing.ts";

/** Stops, touches and trailing stops: waiting for a trade at their price (OB-28). */

/** The best price of a trailing stop that has not begun to follow the market. */
export const NOT_TRAILING = 0;

/** Whether trade prices are observed now. */
function observesTrades({ matching, status }: BookState): boolean {
  return matching && status.session === "regular";
}

/** Lets an order wait for its trigger. True when the last trade has reached it, so that it does not wait. */
export function armTrigger(m: BookState, complex: ComplexOrder): boolean {
  const { trigger } = complex.terms;
  if (trigger === undefined) throw new Error("an order without a trigger cannot wait for one");
  if (trigger.kind === "trail") {
    // A replace of another field keeps the best price, so that the stop never moves back.
    if (complex.best === NOT_TRAILING) complex.best = m.last?.price ?? m.instrument.referencePrice;
    complex.stop = trailingStep(m, complex);
    follow(m, complex);
  } else {
    complex.stop = stepOf(m.scale, trigger.price);
    addToLadder(m, complex, "trigger", complex.stop);
  }
  if (m.last === null || !observesTrades(m)) return false;
  const ladder = triggerLadder(m, complex);
  if ((complex.stop ^ ladder.flip) > (stepOf(m.scale, m.last.price) ^ ladder.flip)) return false;
  dequeue(m, complex);
  complex.triggered = true;
  return true;
}

/** Whether the last trade has reached a stop or touch price, so that an order with it would not wait. */
export function isReached(m: BookState, side: SideNumber, trigger: NonNullable<Terms["trigger"]>): boolean {
  if (trigger.kind === "trail" || m.last === null || !observesTrades(m)) return false;
  const rises = (side === 0) === (trigger.kind === "stop");
  return rises ? m.last.price >= trigger.price : m.last.price <= trigger.price;
}

/** The trail for a report of a trailing stop that follows the market; nothing for other orders and under the first rules. */
export function trailOf(m: BookState, complex: ComplexOrder | undefined): { readonly trail?: Trail } {
  if (complex?.terms.trigger?.kind !== "trail" || m.rules < 2) return {};
  const best = bestOf(complex);
  return best === NOT_TRAILING ? {} : { trail: { best, stop: m.price(stopOf(m, complex)) } };
}

/** Observes a trade price in steps: moves trailing stops, then elects the orders that it reaches. */
export function observe(m: BookState, steps: number): void {
  if (!observesTrades(m)) return;
  followPrice(m, m.price(steps));
  elect(m, steps);
}

/** Elects the orders that this price reaches, in order of arrival. */
function elect(m: BookState, steps: number): void {
  const elected: ComplexOrder[] = [];
  for (const ladder of [m.rising, m.falling]) {
    while (ladder.bestKey <= (steps ^ ladder.flip)) {
      const slot = ladder.head(ladder.best, false);
      const complex = slot === NONE ? undefined : m.complexOrders.get(slot);
      if (complex === undefined) throw new Error("a trigger order that is not known");
      dequeue(m, complex);
      complex.triggered = true;
      elected.push(complex);
    }
  }
  elected.sort((a, b) => a.ref - b.ref);
  for (const complex of elected) enqueue(m, complex, "entering");
}
