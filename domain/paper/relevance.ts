import type { BookState } from "../matching/bookState.ts";
import type { SideNumber } from "../matching/engine/engine.ts";
import { stepOf } from "../matching/prices.ts";
import type { AccountBook } from "./accountBook.ts";
import { hasOwn, liveQty, pricesOf } from "./levelQueue.ts";
import type { LiveLevel, LiveMarket } from "./liveMarket.ts";
import type { PaperBookState } from "./paperBook.ts";

/** Trades after which a reading is applied in any case: the live book stores only the newest ones. */
const TRADES_MAX = 200;

/**
 * Whether a reading of the live book may change a paper order or its queue position. One that does not need not be
 * journalled: the next one has its trades too. `market` is newer than the reading of the state.
 */
export function isRelevant(state: Readonly<PaperBookState>, market: LiveMarket): boolean {
  const known = state.market;
  if (known === null || market.trades.length > TRADES_MAX || !market.complete) return true;
  if (market.instrument.version !== known.instrument.version || !sameStatus(known, market)) return true;
  // The sequence increases with every change.
  if (market.sequence === known.sequence) return false;
  return [...state.accounts].some(
    ([owner, account]) => account.book.owners.uses(owner) > 0 && touches(account, market),
  );
}

function sameStatus({ status: one }: LiveMarket, { status: other }: LiveMarket): boolean {
  const sameBands = one.bands?.lower === other.bands?.lower && one.bands?.upper === other.bands?.upper;
  return sameBands && one.phase === other.phase && one.session === other.session && one.since === other.since;
}

function touches({ book, byRef }: AccountBook, market: LiveMarket): boolean {
  if (!book.matching) return false;
  const waits = book.pegged.size + book.conditions[0].size + book.conditions[1].size + book.pendingEntry.size;
  const follows = book.trailing[0].length + book.trailing[1].length;
  if (waits > 0 || (follows > 0 && market.trades.length > 0)) return true;
  const prices = market.trades.map(({ price }) => stepOf(book.scale, price));
  if (prices.some((steps) => isElecting(book, steps))) return true;
  return ([0, 1] as const).some((side) => reaches(book, side, prices, market, byRef));
}

/** Whether a trade at this price elects an order. */
function isElecting({ rising, falling }: BookState, steps: number): boolean {
  return [rising, falling].some((ladder) => ladder.bestKey <= (steps ^ ladder.flip));
}

/** Whether a trade or the other side reaches an order of the account, or a level ahead of one has become smaller. */
function reaches(
  book: BookState,
  side: SideNumber,
  prices: readonly number[],
  market: LiveMarket,
  byRef: boolean,
): boolean {
  const own = pricesOf(book, side).filter((steps) => hasOwn(book, side, steps));
  const [first] = own;
  if (first === undefined) return false;
  const { flip } = book.ladder(side);
  const [mine, others] = side === 0 ? [market.bids, market.asks] : [market.asks, market.bids];
  const best = others[0] === undefined ? [] : [stepOf(book.scale, others[0].price)];
  // Keys grow from best to worst: a bid is reached by prices at or below it.
  if ([...prices, ...best].some((steps) => (steps ^ flip) >= (first ^ flip))) return true;
  // By ref, the next trade tells what was ahead.
  if (byRef) return false;
  const sizes = new Map(mine.map((level) => [stepOf(book.scale, level.price), sizeOf(level)]));
  return own.some((steps) => liveQty(book, side, steps) > (sizes.get(steps) ?? 0));
}

const sizeOf = ({ orders }: LiveLevel): number => orders.reduce((sum, qty) => sum + qty, 0);
