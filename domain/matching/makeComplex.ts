import type { TimeInForce } from "../order/timeInForce.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { BookState } from "./bookState.ts";
import type { ComplexOrder } from "./complexOrder.ts";
import type { Terms } from "../order/terms.ts";
import type { LegRole } from "../order/orderClass.ts";

/** The parameters of a new complex order. */
export interface ComplexOrderInit {
  readonly ref: number;
  readonly side: 0 | 1;
  readonly limit: number;
  readonly market: boolean;
  readonly timeInForce: TimeInForce;
  readonly terms: Terms;
  readonly role: LegRole | null;
}

/** One list for all, because hardly any order has legs. */
const NO_LEGS: readonly ComplexOrder[] = [];

/** Registers the order of a slot as complex. It is in no queue yet. */
export function makeComplex(m: BookState, slot: number, making: ComplexOrderInit): ComplexOrder {
  const complex: ComplexOrder = {
    slot,
    ...making,
    born: making.ref,
    queue: "gone",
    reserve: NONE,
    best: 0,
    stop: 0,
    trailer: null,
    triggered: false,
    exceedsPriceLimit: false,
    link: null,
    parent: null,
    legs: NO_LEGS,
  };
  m.complexOrders.set(slot, complex);
  return complex;
}

/** Makes a resting simple order complex, because it is about to wait or to be replaced. */
export function complexFromSimple(m: BookState, slot: number): ComplexOrder {
  const side = m.sideOf(slot);
  const limit = m.ladder(side).priceOf(slot);
  const ref = m.engine.orders.ref(slot);
  const terms = {};
  const complex = makeComplex(m, slot, { ref, side, limit, market: false, timeInForce: "gtc", terms, role: null });
  complex.queue = "book";
  return complex;
}
