import type { HaltReason, MarketEntry } from "../market/phase.ts";
import { uncrossBook } from "./auction.ts";
import type { Uncross } from "./auction.ts";
import { beginBands, pauseUntil } from "./bands.ts";
import { admit, takesPart } from "./entering.ts";
import { end } from "./ending.ts";
import type { Ladder } from "./engine/ladder.ts";
import { NONE } from "./engine/priceIndex.ts";
import { slotsInOrder } from "./engine/snapshot.ts";
import type { Market } from "./market.ts";
import { placeAside, takeOut } from "./places.ts";
import { plainSpecial } from "./plain.ts";
import { settle } from "./steps.ts";

/** What time and administrators do to a market. */

/** Applies what the book was told besides orders. */
export function applyMarketEntry(m: Market, entry: MarketEntry): void {
  if (entry.kind === "rules") {
    // What time has brought until now comes in the order of the timetable, after this.
    m.rules = entry.version;
    return;
  }
  passTime(m);
  switch (entry.kind) {
    case "expire":
      return;
    case "phase":
      return begin(m, entry, entry.uncross ?? null, entry.phase === "halted" ? m.status.halt : null);
    case "halt":
      if (m.status.phase === "closed") return;
      noteBreaker(m, entry.reason);
      return begin(m, { phase: "halted", session: m.status.session, until: entry.until }, null, entry.reason);
    case "resume":
      if (m.status.phase !== "halted") return;
      return begin(m, { phase: "reopening_auction", session: m.status.session, until: entry.until }, null, null);
    case "configure":
      m.status = { ...m.status, calendar: entry.calendar };
      if (entry.luldTier === m.luldTier) return;
      m.luldTier = entry.luldTier;
      m.touch();
      beginBands(m);
      return settle(m);
  }
}

/**
 * Ends what is over by now: orders, and trading in a market that has leant on a band for too long. The alarm that does it
 * may ring late, and nothing may trade after its time.
 */
export function passTime(m: Market): void {
  expireDue(m);
  // Bands are those of the time, and not of whether something happened to be due: a market that was loaded does not know.
  if (m.luld !== null) settle(m);
  const until = pauseUntil(m);
  if (until !== null) begin(m, { phase: "halted", session: m.status.session, until }, null, "luld");
}

function expireDue(m: Market): void {
  if (m.earliestExpiry === null || m.earliestExpiry > m.now) return;
  const { orders } = m.engine;
  const over: { ref: number; slot: number }[] = [];
  m.earliestExpiry = null;
  for (let slot = 0; slot < orders.fresh; slot++) {
    const expiresAt = m.isLive(slot) ? m.expiryOf(slot) : null;
    if (expiresAt === null || m.specials.get(slot)?.reserve === slot) continue;
    if (expiresAt <= m.now) over.push({ ref: orders.ref(slot), slot });
    else m.earliestExpiry = Math.min(m.earliestExpiry ?? expiresAt, expiresAt);
  }
  if (over.length > 0) endAll(m, over);
  settle(m);
}

/** Ends what is over: what rests first, in priority order, then what waits, in order of arrival. */
function endAll(m: Market, over: { ref: number; slot: number }[]): void {
  const { orders } = m.engine;
  const places = new Map<number, number>();
  for (const [place, slot] of slotsInOrder(m.engine).entries()) {
    const main = m.specials.get(slot)?.slot ?? slot;
    if (!places.has(main)) places.set(main, place);
  }
  const place = (slot: number): number => places.get(slot) ?? Number.MAX_SAFE_INTEGER;
  over.sort((a, b) => place(a.slot) - place(b.slot) || a.ref - b.ref);
  for (const { ref, slot } of over) {
    // A linked order may have ended with the one before it.
    if (m.isLive(slot) && orders.ref(slot) === ref) end(m, slot, "expired", null);
  }
}

/** The levels of the breaker that have halted today, by the highest. */
function noteBreaker(m: Market, reason: HaltReason): void {
  const level = ([1, 2, 3] as const).find((each) => reason === `breaker_${each}`);
  if (level !== undefined) m.breaker = { level, at: m.now };
}

function begin(
  m: Market,
  { phase, session, until }: Pick<Market["status"], "phase" | "session" | "until">,
  asked: Uncross | null,
  halt: HaltReason | null,
): void {
  const gathered = m.status.phase !== "continuous" && m.status.phase !== "closed";
  // A book that gathered may be crossed: it never begins to match without an uncross.
  const uncross = asked ?? (gathered && phase === "continuous" ? "reopening" : null);
  if (uncross !== null) uncrossBook(m, uncross);
  m.status = { ...m.status, phase, session, since: m.now, until, halt, limitState: null };
  m.touch();
  beginBands(m);
  leaveBook(m);
  settle(m);
  for (const special of [...m.session].sort((a, b) => a.ref - b.ref)) {
    if (special.place !== "session" || !takesPart(m, special.terms.extended === true)) continue;
    admit(m, special);
    settle(m);
  }
}

/** What rests and takes part no more waits for its session; while orders gather, pegged ones wait for their reference. */
function leaveBook(m: Market): void {
  if (!takesPart(m, false)) {
    for (const ladder of [m.engine.bids, m.engine.asks, ...m.conditions]) {
      for (const slot of slotsOf(ladder)) park(m, slot);
    }
  }
  for (const special of m.pegged) {
    if (m.matching && takesPart(m, special.terms.extended === true)) continue;
    if (!takesPart(m, special.terms.extended === true)) park(m, special.slot);
    else if (special.place === "book") {
      takeOut(m, special);
      placeAside(m, special, "peg");
    }
  }
}

function park(m: Market, slot: number): void {
  // A reserve has left with its order.
  if (!m.isLive(slot)) return;
  const special = m.specials.get(slot) ?? plainSpecial(m, slot);
  if (special.terms.extended && takesPart(m, true)) return;
  if (special.place === "session" || special.place === "gone") return;
  takeOut(m, special);
  m.pegged.delete(special);
  placeAside(m, special, "session");
}

/** Every order of a ladder: best level first, displayed before hidden. */
function slotsOf(ladder: Ladder): number[] {
  const slots: number[] = [];
  for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) {
    for (const hidden of [false, true]) {
      for (let slot = ladder.head(level, hidden); slot !== NONE; slot = ladder.next(slot)) slots.push(slot);
    }
  }
  return slots;
}
