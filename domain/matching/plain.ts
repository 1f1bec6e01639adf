import type { TimeInForce } from "../order/timeInForce.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { Market } from "./market.ts";
import type { Special } from "./special.ts";
import type { Terms } from "../order/terms.ts";
import type { LegRole } from "../order/orderClass.ts";

/** What a special order is made from. */
export interface Making {
  readonly ref: number;
  readonly side: 0 | 1;
  readonly limit: number;
  readonly market: boolean;
  readonly timeInForce: TimeInForce;
  readonly terms: Terms;
  readonly role: LegRole | null;
}

/** Notes that the order of a slot is special; it is in no place yet. */
export function makeSpecial(m: Market, slot: number, making: Making): Special {
  const special: Special = {
    slot,
    ...making,
    born: making.ref,
    place: "gone",
    reserve: NONE,
    best: 0,
    stop: 0,
    triggered: false,
    isBeyond: false,
    link: null,
    parent: null,
    legs: [],
  };
  m.specials.set(slot, special);
  return special;
}

/** A plain order that rests, as a special one: it is about to wait or to be replaced. */
export function plainSpecial(m: Market, slot: number): Special {
  const side = m.sideOf(slot);
  const limit = m.ladder(side).priceOf(slot);
  const ref = m.engine.orders.ref(slot);
  const terms = {};
  const special = makeSpecial(m, slot, { ref, side, limit, market: false, timeInForce: "gtc", terms, role: null });
  special.place = "book";
  return special;
}
