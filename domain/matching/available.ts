import { KEY_END, NONE } from "./engine/priceIndex.ts";
import type { Incoming, BookState } from "./bookState.ts";
import { selfTradeOf } from "./complexOrder.ts";
import type { ComplexOrder } from "./complexOrder.ts";

/**
 * Whether the book offers an incoming order `need` lots at once within its price (OB-25). Orders that self-trade prevention
 * would close are not counted, and of two linked legs only the first, because its trades reduce the other.
 */
export function isAvailable(m: BookState, inc: Incoming, need: number): boolean {
  const ladder = m.ladder(inc.side === 0 ? 1 : 0);
  const limitKey = inc.limit ^ ladder.flip;
  const mode = selfTradeOf(inc.complex);
  const byOrder = mode !== undefined || m.complexOrders.size > 0;
  const end = Math.min(limitKey, mode === undefined || mode === "cancel_oldest" ? limitKey : ownCondition(m, inc));
  const counted = new Set<ComplexOrder>();
  let found = 0;
  for (let level = ladder.best; level !== NONE && found < need; level = ladder.worse(level)) {
    if ((ladder.price(level) ^ ladder.flip) > end) break;
    if (!byOrder) {
      found += ladder.total(level, false) + ladder.total(level, true);
      continue;
    }
    for (const hidden of [false, true]) {
      for (let slot = ladder.head(level, hidden); slot !== NONE; slot = ladder.next(slot)) {
        const complex = m.complexOrders.get(slot);
        if (mode !== undefined && m.ownerOf(complex?.slot ?? slot) === inc.owner) {
          if (mode === "cancel_oldest") continue;
          return found >= need;
        }
        if (complex?.link && counted.has(complex.link)) continue;
        if (complex !== undefined) counted.add(complex);
        found += m.engine.orders.leaves(slot);
      }
    }
  }
  return found >= need;
}

/** Key of the best conditional order of the same account: orders behind it may not be reached. */
function ownCondition(m: BookState, inc: Incoming): number {
  const ladder = m.conditions[inc.side === 0 ? 1 : 0];
  for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) {
    for (let slot = ladder.head(level, false); slot !== NONE; slot = ladder.next(slot)) {
      if (m.ownerOf(slot) === inc.owner) return ladder.price(level) ^ ladder.flip;
    }
  }
  return KEY_END;
}
