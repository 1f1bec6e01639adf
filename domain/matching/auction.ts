import { lotsFor } from "../market/instrument.ts";
import { end, executed, reduceMaker } from "./ending.ts";
import type { Ladder } from "./engine/ladder.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { Market } from "./market.ts";
import { placeAside, placeInBook, setLeaves, takeOut } from "./places.ts";
import { stepOf } from "./prices.ts";
import type { Special } from "./special.ts";
import { restateTo } from "./trading.ts";

/** The uncross of an auction, and what it would come to now (OB-31). */

export type Uncross = "opening" | "closing" | "reopening";

/** What a price would execute: lots, and by how much one side is more than the other (buys counted positive). */
export interface Clearing {
  readonly steps: number;
  readonly paired: number;
  readonly imbalance: number;
}

/** What an auction's price is measured against: the last trade, else the instrument's reference price. */
export function referencePrice(m: Market): number {
  return m.last?.price ?? m.instrument.referencePrice;
}

interface Level {
  readonly steps: number;
  qty: number;
}

/** The clearing of what rests and what waits for this auction; null when nothing would execute. */
export function clearing(m: Market, waiting: readonly Special[]): Clearing | null {
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

/** Lots that an order offers at a price that it accepts: what its cash is worth there, if it has no quantity. */
function lotsAt(m: Market, { slot, terms }: Special, steps: number): number {
  const leaves = m.leavesOf(slot);
  return terms.cash === undefined ? leaves : Math.min(leaves, lotsFor(m.instrument, m.price(steps), terms.cash));
}

function accepts({ side, limit }: Special, steps: number): boolean {
  return side === 0 ? limit >= steps : limit <= steps;
}

/** Price levels of one side with what waits among them, lowest price first for asks, highest first for bids. */
function levelsOf(m: Market, ladder: Ladder, waiting: readonly Special[]): Level[] {
  const levels = new Map<number, Level>();
  const add = (steps: number, qty: number): void => {
    const level = levels.get(steps);
    if (level === undefined) levels.set(steps, { steps, qty });
    else level.qty += qty;
  };
  for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) {
    add(ladder.price(level), ladder.total(level, false) + ladder.total(level, true));
  }
  // What an order of cash is for depends on the price.
  for (const special of waiting) add(special.limit, special.terms.cash === undefined ? m.leavesOf(special.slot) : 0);
  for (const special of worseLegs(m, ladder)) add(ladder.priceOf(special.slot), -m.leavesOf(special.slot));
  const sign = ladder.flip === 0 ? 1 : -1;
  return [...levels.values()].sort((a, b) => sign * (a.steps - b.steps));
}

/** Of two linked legs that both rest here, the one that is priced worse: the better one takes its quantity with it. */
function worseLegs(m: Market, ladder: Ladder): Special[] {
  const both = [...new Set(m.specials.values())].filter(
    ({ place, link, side }) => place === "book" && link?.place === "book" && m.ladder(side) === ladder,
  );
  return both.filter((special) => {
    if (special.link === null) return false;
    const [mine, other] = [special.slot, special.link.slot].map((slot) => ladder.priceOf(slot) ^ ladder.flip);
    return (mine ?? 0) > (other ?? 0) || (mine === other && special.ref > special.link.ref);
  });
}

/** Most executed, then least imbalance, then nearest the reference, then the lowest of `prices`, which are sorted. */
function best(
  m: Market,
  prices: readonly number[],
  bids: Level[],
  asks: Level[],
  byCash: readonly Special[],
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

function cashLots(m: Market, byCash: readonly Special[], side: 0 | 1, steps: number): number {
  return byCash
    .filter((special) => special.side === side && accepts(special, steps))
    .reduce((sum, special) => sum + lotsAt(m, special, steps), 0);
}

function isBetter(m: Market, a: Clearing, b: Clearing, reference: number): boolean {
  if (a.paired !== b.paired) return a.paired > b.paired;
  const [left, other] = [Math.abs(a.imbalance), Math.abs(b.imbalance)];
  if (left !== other) return left < other;
  return Math.abs(m.price(a.steps) - reference) < Math.abs(m.price(b.steps) - reference);
}

/** What waits for this auction, in order of arrival. */
export function waitingFor(m: Market, uncross: Uncross): Special[] {
  const only = uncross === "opening" ? "cls" : uncross === "closing" ? "opg" : null;
  return [...m.auction]
    .filter(({ timeInForce: tif }) => tif !== only && (only !== null || (tif !== "opg" && tif !== "cls")))
    .sort((a, b) => a.ref - b.ref);
}

/** Executes the auction: every trade at one price, and what came only for it ends. */
export function uncrossBook(m: Market, uncross: Uncross): void {
  // Pegged orders take no part, also when nothing gathered before.
  for (const special of m.pegged) {
    if (special.place !== "book") continue;
    takeOut(m, special);
    placeAside(m, special, "peg");
  }
  const waiting = waitingFor(m, uncross);
  const cleared = clearing(m, waiting);
  for (const special of waiting) {
    const lots = cleared === null || !accepts(special, cleared.steps) ? null : lotsAt(m, special, cleared.steps);
    // Its cash is worth no lot at this price: it ends with the others.
    if (lots === 0) continue;
    m.auction.delete(special);
    if (lots !== null && lots < m.leavesOf(special.slot)) {
      restateTo(m, special, m.totalOf(special.slot) - (m.leavesOf(special.slot) - lots));
      setLeaves(m, special.slot, lots);
    }
    // Behind everything at its price, and shown to nobody.
    special.terms = { ...special.terms, display: 0 };
    placeInBook(m, special, special.limit);
  }
  if (cleared !== null) pair(m, cleared.steps);
  if (cleared !== null && m.limitAnchor !== null) m.limitAnchor = { ...m.limitAnchor, price: m.price(cleared.steps) };
  for (const special of waiting) {
    if (special.place === "book" || special.place === "auction") end(m, special.slot, "canceled", "auction_over");
  }
}

/** Trades the first of each side at one price until one side has nothing at it. */
function pair(m: Market, steps: number): void {
  const { bids, asks, orders } = m.engine;
  const [bidEnd, askEnd] = [steps ^ bids.flip, steps];
  while (bids.bestKey <= bidEnd && asks.bestKey <= askEnd) {
    const bid = bids.first(bids.best);
    const ask = asks.first(asks.best);
    const qty = Math.min(orders.leaves(bid), orders.leaves(ask));
    const [buyer, seller] = [m.specials.get(bid), m.specials.get(ask)];
    const named = (slot: number) => ({ owner: m.ownerOf(slot), orderId: m.ids.text(slot) });
    m.traded(steps, qty, named(buyer?.slot ?? bid), named(seller?.slot ?? ask), true);
    executed(m, buyer, qty);
    reduceMaker(m, bid, qty);
    executed(m, seller, qty);
    // A leg may have ended with the buyer's fill only if it buys too, so the seller is still there.
    reduceMaker(m, ask, qty);
  }
}
