import { isForAuction } from "../order/timeInForce.ts";
import { lotsFor } from "../market/instrument.ts";
import { closeOrder, reduceLinked, reduceMaker } from "./closeOrder.ts";
import type { Ladder } from "./engine/ladder.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { BookState, Party } from "./bookState.ts";
import { enqueue, restInBook, removeFromQueue } from "./queues.ts";
import { setLeaves } from "./slots.ts";
import { stepOf } from "./prices.ts";
import type { ComplexOrder } from "./complexOrder.ts";
import { restateTo } from "./trading.ts";

/** The uncross of an auction, and its indicative result (OB-31). */

export type Uncross = "opening" | "closing" | "reopening";

/** Lots that a price would execute, and the imbalance, which is positive when there is more to buy. */
export interface Clearing {
  readonly steps: number;
  readonly paired: number;
  readonly imbalance: number;
}

/** The reference price of an auction: the last trade, else the instrument's reference price. */
export function referencePrice(m: BookState): number {
  return m.last?.price ?? m.instrument.referencePrice;
}

interface Level {
  readonly steps: number;
  qty: number;
}

/** The clearing of orders that rest and orders that wait for this auction; null when nothing would execute. */
export function clearing(m: BookState, waiting: readonly ComplexOrder[]): Clearing | null {
  const bids = levelsOf(
    m,
    m.engine.bids,
    waiting.filter(({ side }) => side === 0),
  );
  const asks = levelsOf(
    m,
    m.engine.asks,
    waiting.filter(({ side }) => side === 1),
  );
  const [bid, ask] = [bids[0], asks[0]];
  if (bid === undefined || ask === undefined || bid.steps < ask.steps) return null;
  const reference = referencePrice(m);
  const candidates = new Set([...bids, ...asks].map(({ steps }) => steps));
  candidates.add(stepOf(m.scale, reference));
  const prices = [...candidates].filter((steps) => steps >= ask.steps && steps <= bid.steps).sort((a, b) => a - b);
  const byCash = waiting.filter(({ terms }) => terms.cash !== undefined);
  return best(m, prices, bids, asks, byCash, reference);
}

/** Lots of an order at a price that it accepts: for a notional order, what its cash buys there. */
export function lotsAt(m: BookState, { slot, terms }: ComplexOrder, steps: number): number {
  const leaves = m.leavesOf(slot);
  return terms.cash === undefined ? leaves : Math.min(leaves, lotsFor(m.instrument, m.price(steps), terms.cash));
}

function accepts({ side, limit }: ComplexOrder, steps: number): boolean {
  return side === 0 ? limit >= steps : limit <= steps;
}

/** Price levels of one side, including orders that wait for the auction: asks lowest first, bids highest first. */
function levelsOf(m: BookState, ladder: Ladder, waiting: readonly ComplexOrder[]): Level[] {
  const levels = new Map<number, Level>();
  const add = (steps: number, qty: number): void => {
    const level = levels.get(steps);
    if (level === undefined) levels.set(steps, { steps, qty });
    else level.qty += qty;
  };
  for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) {
    add(ladder.price(level), ladder.total(level, false) + ladder.total(level, true));
  }
  // The quantity of a notional order depends on the price.
  for (const complex of waiting) add(complex.limit, complex.terms.cash === undefined ? m.leavesOf(complex.slot) : 0);
  for (const complex of worseLegs(m, ladder)) add(ladder.priceOf(complex.slot), -m.leavesOf(complex.slot));
  const sign = ladder.flip === 0 ? 1 : -1;
  return [...levels.values()].sort((a, b) => sign * (a.steps - b.steps));
}

/** True for the worse priced one of two linked legs that both rest here: its quantity counts with the better one. */
function worseLegs(m: BookState, ladder: Ladder): ComplexOrder[] {
  const both = [...new Set(m.complexOrders.values())].filter(
    ({ queue, link, side }) => queue === "book" && link?.queue === "book" && m.ladder(side) === ladder,
  );
  return both.filter((complex) => {
    if (complex.link === null) return false;
    const [mine, other] = [complex.slot, complex.link.slot].map((slot) => ladder.priceOf(slot) ^ ladder.flip);
    return (mine ?? 0) > (other ?? 0) || (mine === other && complex.ref > complex.link.ref);
  });
}

/** Most executed, then least imbalance, then nearest the reference, then the lowest of `prices`, which are sorted. */
function best(
  m: BookState,
  prices: readonly number[],
  bids: Level[],
  asks: Level[],
  byCash: readonly ComplexOrder[],
  reference: number,
): Clearing | null {
  // Bids at or above the lowest price; each higher price loses some. Asks the other way round.
  let buys = bids.reduce((sum, { qty }) => sum + qty, 0);
  let sells = 0;
  let worstBid = bids.length - 1;
  let nextAsk = 0;
  let found: Clearing | null = null;
  for (const steps of prices) {
    for (let level = bids[worstBid]; level !== undefined && level.steps < steps; level = bids[--worstBid]) {
      buys -= level.qty;
    }
    for (let level = asks[nextAsk]; level !== undefined && level.steps <= steps; level = asks[++nextAsk]) {
      sells += level.qty;
    }
    const [bought, sold] = [buys + cashLots(m, byCash, 0, steps), sells + cashLots(m, byCash, 1, steps)];
    const clearing = { steps, paired: Math.min(bought, sold), imbalance: bought - sold };
    if (clearing.paired > 0 && (found === null || isBetter(m, clearing, found, reference))) found = clearing;
  }
  return found;
}

function cashLots(m: BookState, byCash: readonly ComplexOrder[], side: 0 | 1, steps: number): number {
  return byCash
    .filter((complex) => complex.side === side && accepts(complex, steps))
    .reduce((sum, complex) => sum + lotsAt(m, complex, steps), 0);
}

function isBetter(m: BookState, a: Clearing, b: Clearing, reference: number): boolean {
  if (a.paired !== b.paired) return a.paired > b.paired;
  const [left, other] = [Math.abs(a.imbalance), Math.abs(b.imbalance)];
  if (left !== other) return left < other;
  return Math.abs(m.price(a.steps) - reference) < Math.abs(m.price(b.steps) - reference);
}

/** Orders that wait for this auction, in order of arrival. */
export function waitingFor(m: BookState, uncross: Uncross): ComplexOrder[] {
  const only = uncross === "opening" ? "cls" : uncross === "closing" ? "opg" : null;
  return [...m.auction]
    .filter(({ timeInForce: tif }) => tif !== only && (only !== null || !isForAuction(tif)))
    .sort((a, b) => a.ref - b.ref);
}

/** Pegged orders take no part in an auction, also when nothing gathered before. */
export function setPegsAside(m: BookState): void {
  for (const complex of m.pegged) {
    if (complex.queue !== "book") continue;
    removeFromQueue(m, complex);
    enqueue(m, complex, "peg");
  }
}

/** Executes the auction with every trade at one price, and closes orders that were only for it. */
export function uncrossBook(m: BookState, uncross: Uncross): void {
  setPegsAside(m);
  const waiting = waitingFor(m, uncross);
  const cleared = clearing(m, waiting);
  for (const complex of waiting) {
    const lots = cleared === null || !accepts(complex, cleared.steps) ? null : lotsAt(m, complex, cleared.steps);
    // Its cash is worth no lot at this price: it ends with the others.
    if (lots === 0) continue;
    m.auction.delete(complex);
    if (lots !== null && lots < m.leavesOf(complex.slot)) {
      restateTo(m, complex, m.totalOf(complex.slot) - (m.leavesOf(complex.slot) - lots));
      setLeaves(m, complex.slot, lots);
    }
    // Behind everything at its price, and shown to nobody.
    complex.terms = { ...complex.terms, display: 0 };
    restInBook(m, complex, complex.limit);
  }
  if (cleared !== null) pair(m, cleared.steps);
  if (cleared !== null && m.limitAnchor !== null) m.limitAnchor = { ...m.limitAnchor, price: m.price(cleared.steps) };
  for (const complex of waiting) {
    if (complex.queue === "book" || complex.queue === "auction")
      closeOrder(m, complex.slot, "canceled", "auction_over");
  }
}

/** Trades the first of each side at one price until one side has nothing at it. */
function pair(m: BookState, steps: number): void {
  const { bids, asks, orders } = m.engine;
  const [bidEnd, askEnd] = [steps ^ bids.flip, steps];
  while (bids.bestKey <= bidEnd && asks.bestKey <= askEnd) {
    const bid = bids.first(bids.best);
    const ask = asks.first(asks.best);
    const qty = Math.min(orders.leaves(bid), orders.leaves(ask));
    const [buyer, seller] = [m.complexOrders.get(bid), m.complexOrders.get(ask)];
    const party = (slot: number): Party => ({
      owner: m.ownerOf(slot),
      orderId: m.ids.text(slot),
      ref: orders.ref(slot),
    });
    m.recordTrade(steps, qty, party(buyer?.slot ?? bid), party(seller?.slot ?? ask), null);
    reduceLinked(m, buyer, qty);
    reduceMaker(m, bid, qty);
    reduceLinked(m, seller, qty);
    // A leg may have ended with the buyer's fill only if it buys too, so the seller is still there.
    reduceMaker(m, ask, qty);
  }
}
