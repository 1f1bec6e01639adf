import { collarPrice } from "../market/collar.ts";
import { referencePrice } from "./auction.ts";
import { withinBands } from "./bands.ts";
import { isAvailable } from "./available.ts";
import { complete, end } from "./ending.ts";
import type { SideNumber } from "./engine/engine.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { Incoming, Market } from "./market.ts";
import { sideName } from "./market.ts";
import type { CloseReason, Waiting } from "./messages.ts";
import { yieldsToOwn } from "./ownOrders.ts";
import { pegPrice } from "./pegs.ts";
import { detach, ladderOf, placeAside, placeInBook, placeInLadder, setLeaves, takeOut } from "./places.ts";
import { holdToLimit } from "./priceLimit.ts";
import { stepOf } from "./prices.ts";
import { isConditional, isImmediate, minimumOf } from "./special.ts";
import type { Special } from "./special.ts";
import { nextMaker, trade } from "./trading.ts";
import type { Terms } from "../order/terms.ts";
import { beginToWait, isReached, trailOf } from "./triggers.ts";

/** How an order that is more than plain comes in: what it waits for, or how it trades and rests. */

const OPENING: ReadonlySet<string> = new Set(["pre_open", "opening_auction"]);

/** Whether an order takes part in what the market does now (OB-33). */
export function takesPart({ status }: Market, extended: boolean): boolean {
  if (status.phase === "closed" || status.session === "closed") return false;
  return extended || status.session === "regular" || OPENING.has(status.phase);
}

/** What an order waits for if it comes in now; null when it goes on. */
function waitsFor(m: Market, special: Special): Waiting | null {
  const { terms, timeInForce, market } = special;
  if (special.parent !== null) return "parent";
  if (terms.trigger !== undefined && !special.triggered) return "trigger";
  if (timeInForce === "opg" || timeInForce === "cls") return "auction";
  if (timeInForce === "ioc" || timeInForce === "fok") return null;
  if (!takesPart(m, terms.extended === true)) return "session";
  return market && !m.matching && !isConditional(special) ? "auction" : null;
}

/**
 * Brings an order in. `tell` is told once what it waits for, before anything it does: by `accepted`, `activated` or
 * `replaced`.
 */
export function bringIn(m: Market, special: Special, tell: (waiting: Waiting | null) => void): void {
  const waiting = waitsFor(m, special);
  const expiresAt = m.expiryOf(special.slot);
  if (waiting !== "parent" && expiresAt !== null && expiresAt <= m.now) {
    tell(null);
    detach(m, special.slot);
    return end(m, special.slot, "expired", null);
  }
  if (special.isBeyond) return refuse(m, special, "price_limit", tell);
  if (waiting !== "parent" && waiting !== "trigger") holdToLimit(m, special);
  if (waiting !== null) {
    if (waiting === "trigger") return waitOrGo(m, special, tell);
    tell(waiting);
    if (waiting === "auction" && yieldsToOwn(m, special)) return giveWay(m, special);
    if (waiting === "parent" || waiting === "auction" || waiting === "session") placeAside(m, special, waiting);
    return;
  }
  if (!takesPart(m, special.terms.extended === true)) return refuse(m, special, "not_in_session", tell);
  if (!m.matching) return gather(m, special, tell);
  execute(m, special, tell);
}

/** Waits for its trigger, or goes on at once when the last trade has reached it. */
function waitOrGo(m: Market, special: Special, tell: (waiting: Waiting | null) => void): void {
  if (!beginToWait(m, special)) return tell("trigger");
  tell(null);
  triggered(m, special);
}

/** The trigger was reached: the order enters as a new arrival. */
function triggered(m: Market, special: Special): void {
  const orderId = m.ids.text(special.slot);
  m.report(m.ownerOf(special.slot), { kind: "triggered", orderId, ...trailOf(m, special), at: m.now });
  special.ref = special.born = m.nextRef++;
  if (special.market) becomeMarket(m, special);
  bringIn(m, special, () => undefined);
}

/**
 * A stop, a touch or a trailing stop becomes a market order: its collar hangs on the market that it meets now, and what
 * does not trade within it rests there. Under the first rules the collar hung on the trigger's price, and the rest ended.
 */
function becomeMarket(m: Market, special: Special): void {
  const { side, terms } = special;
  const isFirst = m.rules < 2;
  if (isFirst && terms.trigger?.kind !== "trail") return;
  const from = isFirst ? m.price(special.stop) : marketPrice(m, side);
  const collar = stepOf(m.scale, collarPrice(m.instrument, sideName(side), from));
  // A buy has cash for no more than its own limit.
  special.limit = side === 0 ? Math.min(collar, special.limit) : collar;
  special.market = isFirst;
}

/** What a market order of this side meets: the best displayed price of the other one, else that of the last trade. */
function marketPrice(m: Market, side: SideNumber): number {
  const other = m.ladder(side === 0 ? 1 : 0);
  const level = other.bestDisplayed();
  return level === NONE ? referencePrice(m) : m.price(other.price(level));
}

/**
 * Whether an order that does not take would trade if it came in with these terms now: `limit` in steps, `left` its lots.
 * What would wait, or only gather for an auction, does not.
 */
export function wouldTake(
  m: Market,
  special: Special,
  { limit, left, trigger }: { limit: number; left: number; trigger: Terms["trigger"] },
): boolean {
  if (special.terms.postOnly !== true || special.parent !== null || !m.matching) return false;
  if (!takesPart(m, special.terms.extended === true)) return false;
  if (trigger !== undefined && !special.triggered && !isReached(m, special.side, trigger)) return false;
  const inc = incomingOf(m, special);
  return nextMaker(m, { ...inc, limit: withinBands(m, special.side, limit), left }) !== NONE;
}

/** An order that is closed as it comes. */
function refuse(m: Market, special: Special, reason: CloseReason, tell: (waiting: null) => void): void {
  tell(null);
  detach(m, special.slot);
  end(m, special.slot, "canceled", reason);
}

/** Comes in while the market gathers orders for an auction. */
function gather(m: Market, special: Special, tell: (waiting: Waiting | null) => void): void {
  if (isImmediate(special)) return refuse(m, special, "halted", tell);
  if (isConditional(special)) {
    tell("condition");
    return placeInLadder(m, special, "condition", withinBands(m, special.side, special.limit));
  }
  if (special.terms.peg !== undefined) {
    tell("peg");
    m.pegged.add(special);
    return placeAside(m, special, "peg");
  }
  tell(null);
  if (yieldsToOwn(m, special)) return giveWay(m, special);
  placeInBook(m, special, special.limit);
}

/** An order that has come and would meet its own account. */
function giveWay(m: Market, special: Special): void {
  detach(m, special.slot);
  end(m, special.slot, "canceled", "self_trade");
}

/** Comes in while the market matches. */
function execute(m: Market, special: Special, tell: (waiting: Waiting | null) => void): void {
  const { slot, terms, timeInForce } = special;
  let inc = incomingOf(m, special);
  if (terms.peg !== undefined) {
    const price = pegPrice(m, special);
    if (price === NONE && isImmediate(special)) return refuse(m, special, "unfilled", tell);
    m.pegged.add(special);
    if (price === NONE) {
      tell("peg");
      return placeAside(m, special, "peg");
    }
    inc = { ...inc, limit: price };
  }
  if (timeInForce === "fok" && !isAvailable(m, inc, inc.left)) return refuse(m, special, "fill_or_kill", tell);
  const minimum = minimumOf(special, m.leavesOf(slot));
  if (minimum > 0 && !isAvailable(m, inc, minimum)) {
    if (isImmediate(special)) return refuse(m, special, "min_qty", tell);
    tell("condition");
    return placeInLadder(m, special, "condition", withinBands(m, special.side, special.limit));
  }
  if (terms.postOnly && nextMaker(m, inc) !== NONE) return refuse(m, special, "post_only", tell);
  tradeAndRest(m, special, inc, tell);
}

/** Trades, then rests, waits beside the book, or ends. */
function tradeAndRest(m: Market, special: Special, inc: Incoming, tell: (waiting: null) => void): void {
  tell(null);
  const { slot } = special;
  detach(m, slot);
  const reason = trade(m, inc);
  setLeaves(m, slot, inc.left);
  if (reason !== null) return end(m, slot, "canceled", reason);
  if (inc.left === 0) return complete(m, special);
  if (isImmediate(special)) return end(m, slot, "canceled", "unfilled");
  if (isConditional(special))
    return placeInLadder(m, special, "condition", withinBands(m, special.side, special.limit));
  placeInBook(m, special, inc.limit);
}

/** A conditional order that waits executes its minimum, as the incoming side, and keeps its place. */
export function executeCondition(m: Market, special: Special): void {
  const inc = incomingOf(m, special);
  const before = inc.left;
  const reason = trade(m, inc);
  // Out of its queue only when nothing is left: what stays has kept its place.
  ladderOf(m, special)?.resize(special.slot, inc.left);
  if (reason !== null) return end(m, special.slot, "canceled", reason);
  if (inc.left === before) throw new Error("a condition that was met could not be executed");
  if (inc.left === 0) complete(m, special);
}

/** The first conditional order that can execute its minimum; undefined when none can. */
export function satisfiedCondition(m: Market): Special | undefined {
  for (const [side, ladder] of m.conditions.entries()) {
    const other = m.ladder(side === 0 ? 1 : 0);
    for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) {
      // Nobody has to be asked who is out of the other side's reach, nor whoever is behind.
      if (other.bestKey > (ladder.price(level) ^ other.flip)) break;
      for (let slot = ladder.head(level, false); slot !== NONE; slot = ladder.next(slot)) {
        const special = m.specials.get(slot);
        if (special === undefined) continue;
        if (isAvailable(m, incomingOf(m, special), minimumOf(special, m.leavesOf(slot)))) return special;
      }
    }
  }
  return undefined;
}

/** An order whose wait is over enters: an elected one as a new arrival, an activated leg for the first time. */
export function enterNext(m: Market, special: Special): void {
  if (special.triggered) return triggered(m, special);
  special.ref = special.born = m.nextRef++;
  bringIn(m, special, activated(m, m.ownerOf(special.slot), m.ids.text(special.slot)));
}

/** What waited for its session comes in, as if new (OB-33). */
export function admit(m: Market, special: Special): void {
  const { slot } = special;
  const orderId = m.ids.text(slot);
  const owner = m.ownerOf(slot);
  takeOut(m, special);
  special.ref = special.born = m.nextRef++;
  bringIn(m, special, activated(m, owner, orderId));
}

function activated(m: Market, owner: string, orderId: string): (waiting: Waiting | null) => void {
  return (waiting) => {
    const report = { kind: "activated", orderId, at: m.now } as const;
    m.report(owner, waiting === null ? report : { ...report, waiting });
  };
}

/** A special order as one that comes in: at its limit, or, from beside the book, at the price where a band may hold it. */
export function incomingOf(m: Market, special: Special): Incoming {
  const { slot, ref, side, place } = special;
  const limit = place === "condition" ? m.conditions[side].priceOf(slot) : withinBands(m, side, special.limit);
  return { orderId: m.ids.text(slot), owner: m.ownerOf(slot), ref, side, limit, left: m.leavesOf(slot), special };
}
