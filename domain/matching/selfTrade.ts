import { closeOrder } from "./closeOrder.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { BookState } from "./bookState.ts";
import { selfTradeOf } from "./complexOrder.ts";
import type { ComplexOrder } from "./complexOrder.ts";

/**
 * Self-trade prevention while orders gather (OB-27). An auction pairs orders by priority, so orders of one account that could
 * trade with each other are closed when the later one enters. True when the entering order is to be closed.
 */
export function preventAuctionSelfTrade(m: BookState, complex: ComplexOrder): boolean {
  const mode = selfTradeOf(complex);
  if (mode === undefined || m.rules < 2) return false;
  const own = ownOrders(m, complex);
  if (own.length === 0) return false;
  if (mode === "cancel_oldest" || mode === "cancel_both") {
    for (const orderId of own) {
      // A closed order closes its linked orders, which may be in this list.
      const slot = m.ids.slot(orderId);
      if (slot !== undefined) closeOrder(m, slot, "canceled", "self_trade");
    }
  }
  return mode !== "cancel_oldest";
}

/** Opposite orders of its account at prices that it accepts: in the book, best first, then those that wait for an auction. */
function ownOrders(m: BookState, { slot: incoming, side, limit }: ComplexOrder): string[] {
  const owner = m.ownerOf(incoming);
  const found = new Set<string>();
  const ladder = m.ladder(side === 0 ? 1 : 0);
  for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) {
    if ((ladder.price(level) ^ ladder.flip) > (limit ^ ladder.flip)) break;
    for (const hidden of [false, true]) {
      for (let slot = ladder.head(level, hidden); slot !== NONE; slot = ladder.next(slot)) {
        const main = m.complexOrders.get(slot)?.slot ?? slot;
        if (m.ownerOf(main) === owner) found.add(m.ids.text(main));
      }
    }
  }
  const crosses = (price: number) => (side === 0 ? price <= limit : price >= limit);
  for (const other of [...m.auction].sort((a, b) => a.ref - b.ref)) {
    if (other.side === side || m.ownerOf(other.slot) !== owner || !crosses(other.limit)) continue;
    found.add(m.ids.text(other.slot));
  }
  return [...found];
}
