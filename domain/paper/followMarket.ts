import type { Bands, MarketStatus } from "../market/phase.ts";
import { applyBands, returnToLimits } from "../matching/bands.ts";
import type { BookState, NumberedTrade } from "../matching/bookState.ts";
import { runCascade } from "../matching/cascade.ts";
import { applyInstrument } from "../matching/instrumentEntry.ts";
import { enterFromSession, expireDue, moveIneligible } from "../matching/phases.ts";
import { setPegsAside } from "../matching/auction.ts";
import type { Uncross } from "../matching/auction.ts";
import { currentUncross } from "../matching/views.ts";
import { NO_REFS } from "./accountBook.ts";
import type { AccountBook, AccountOutputs } from "./accountBook.ts";
import { auctionOf, uncrossPaper } from "./liveAuction.ts";
import type { LiveAuction } from "./liveAuction.ts";
import { followDepth, forgetBeyond, forgetDepth } from "./liveDepth.ts";
import type { LiveMarket } from "./liveMarket.ts";
import { applySweep, isKnown } from "./liveSweep.ts";
import { applyLiveTrade, observeLiveTrade } from "./liveTrades.ts";

/** Follows the live book in an account book. */

/**
 * Applies a reading of the live book at `now`. Its trades continue those of the previous reading. `isLate`: that was long
 * ago.
 */
export function followMarket(
  account: AccountBook,
  market: LiveMarket,
  now: number,
  isLate: boolean,
  out: AccountOutputs,
): void {
  const { book } = account;
  book.now = now;
  book.out = out;
  applyInstrument(book, market.instrument);
  expireDue(book);
  const begins = phaseOf(book.status) !== phaseOf(market.status);
  // A pegged order may have left its price long ago.
  if (isLate) setPegsAside(book);
  account.traded = new Set(market.trades.flatMap(({ maker }) => maker ?? []));
  const after = applyTrades(account, market, out);
  if (begins) beginLivePhase(account, market.status, after.uncross);
  book.limitAnchor = market.limitAnchor ?? book.limitAnchor;
  for (const trade of after.late) observeLiveTrade(book, trade);
  const bands = book.status.bands;
  book.status = { ...market.status, bands };
  if (book.matching) {
    followDepth(account, market, begins || mayTake(book));
    // What reached an order of the account may have filled it, and its legs enter now.
    if (mayTake(book)) followDepth(account, market, true);
  }
  account.traded = NO_REFS;
  followBands(account, market.status.bands);
  runCascade(book);
  if (begins) enterFromSession(book);
}

/** Whether the cascade may enter orders, which find all levels. */
function mayTake(book: BookState): boolean {
  const waits = book.pegged.size + book.pendingEntry.size + book.conditions[0].size + book.conditions[1].size;
  return waits > 0 || book.cascadeFirstPrice !== 0;
}

/** What tells one phase from the next. */
const phaseOf = ({ phase, session, since }: MarketStatus): string => `${phase} ${session} ${since}`;

/** Applies the trades that were made in the phase that the book knows. Returns those of a later phase. */
function applyTrades(account: AccountBook, market: LiveMarket, out: AccountOutputs): LaterTrades {
  const { book } = account;
  const { trades, status, complete } = market;
  const begins = complete && phaseOf(book.status) !== phaseOf(status);
  // Whole phases may have passed since the previous reading, with the auction that ended one of them.
  const first = begins ? trades.findIndex(({ auction }) => auction === true) : -1;
  if (first >= 0) {
    const { auction, rest } = auctionOf(trades.slice(first));
    const before = trades.slice(0, first);
    if (!book.matching) return { uncross: auction, late: [...before, ...rest] };
    applyMatched(account, before, market, out);
    return { uncross: auction, late: rest };
  }
  if (book.matching) {
    applyMatched(account, trades, market, out);
    return { uncross: null, late: [] };
  }
  // Where trades do not say how they were made: a market that gathers trades only in its uncross.
  if (!begins || !gathers(book.status) || trades.length === 0) return { uncross: null, late: trades };
  const { auction, rest } = auctionOf(trades);
  return { uncross: auction, late: rest };
}

interface LaterTrades {
  readonly uncross: LiveAuction | null;
  readonly late: readonly NumberedTrade[];
}

/** Applies trades of continuous matching. */
function applyMatched(
  account: AccountBook,
  trades: readonly NumberedTrade[],
  market: LiveMarket,
  out: AccountOutputs,
): void {
  out.byLiveTrade = true;
  for (const group of perOrder(trades, account.byRef)) applyGroup(account, group, market);
  out.byLiveTrade = false;
}

/**
 * Trades by the incoming order that has made them, one for each order that it met. Where that is unknown, by time and price.
 */
function perOrder(trades: readonly NumberedTrade[], byRef: boolean): NumberedTrade[][] {
  const found: NumberedTrade[][] = [];
  for (const trade of trades) {
    const group = found.at(-1);
    const before = group?.at(-1);
    const known = byRef && isKnown(trade);
    const same = known ? before?.taker === trade.taker : before?.price === trade.price && !(byRef && isKnown(before));
    if (group !== undefined && same && before?.at === trade.at) group.push(trade);
    else found.push([trade]);
  }
  return found;
}

function applyGroup(account: AccountBook, group: readonly NumberedTrade[], market: LiveMarket): void {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) return;
  const known = account.byRef ? group.filter(isKnown) : [];
  if (known.length === 0) {
    return applyLiveTrade(account, { ...first, qty: group.reduce((sum, { qty }) => sum + qty, 0) });
  }
  applySweep(account, known, market);
  observeLiveTrade(account.book, first);
  if (last.price !== first.price) observeLiveTrade(account.book, last);
}

const gathers = ({ phase }: MarketStatus): boolean => phase !== "continuous" && phase !== "closed";

/** The auctions that are over when this phase begins after the other one. */
function endedAuctions(before: MarketStatus, begun: MarketStatus): readonly Uncross[] {
  // A halt that ends in a reopening auction, or an opening that becomes the auction itself, goes on gathering.
  if (gathers(before)) {
    const goesOn = gathers(begun) || (begun.phase === "closed" && before.phase !== "closing_auction");
    return goesOn ? [] : [currentUncross({ status: before })];
  }
  const isRegular = begun.session === "regular";
  if (before.phase === "closed") return isRegular && begun.phase === "continuous" ? ["opening"] : [];
  return before.session === "regular" && !isRegular ? ["closing"] : [];
}

function beginLivePhase(account: AccountBook, status: MarketStatus, auction: LiveAuction | null): void {
  const { book } = account;
  forgetDepth(account);
  const ended = endedAuctions(book.status, status);
  // A halt that began and ended between two readings.
  const over: readonly Uncross[] = auction !== null && ended.length === 0 ? ["reopening"] : ended;
  for (const uncross of over) uncrossPaper(book, uncross, auction);
  book.status = { ...status, bands: null };
  if (!book.matching) returnToLimits(book);
  moveIneligible(book);
}

/** Adopts the price bands of the live book, and moves the account's orders that are beyond them. */
function followBands(account: AccountBook, bands: Bands | null): void {
  const { book } = account;
  const now = book.status.bands;
  if (bands === null) book.status = { ...book.status, bands };
  else if (now === null || now.lower !== bands.lower || now.upper !== bands.upper) {
    forgetBeyond(account, bands);
    applyBands(book, bands);
  }
}
