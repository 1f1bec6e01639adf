import type { HaltReason } from "../market/phase.ts";
import { uncrossBook } from "./auction.ts";
import type { Uncross } from "./auction.ts";
import { beginBands, pauseUntil } from "./bands.ts";
import { submitFromSession, isEligible } from "./submit.ts";
import { closeOrder } from "./closeOrder.ts";
import type { Ladder } from "./engine/ladder.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { BookState } from "./bookState.ts";
import type { CloseReason } from "./messages.ts";
import { enqueue, removeFromQueue } from "./queues.ts";
import { complexFromSimple } from "./makeComplex.ts";
import { inPriorityOrder } from "./priorityOrder.ts";
import type { OrderRef } from "./priorityOrder.ts";
import { runCascade } from "./cascade.ts";

/** Phases of the trading day, and expiry. */

/**
 * Expires orders that are due, and pauses trading after a long limit state. Called before every input, because the alarm may
 * be late and no order may trade after its time.
 */
export function expireDue(m: BookState): void {
  expireOrders(m);
  // The bands are updated even when nothing was due, because a loaded market does not know whether something was.
  if (m.luld !== null) runCascade(m);
  const until = pauseUntil(m);
  if (until !== null) beginPhase(m, { phase: "halted", session: m.status.session, until }, null, "luld");
}

function expireOrders(m: BookState): void {
  if (m.earliestExpiry === null || m.earliestExpiry > m.now) return;
  const { orders } = m.engine;
  const over = m.expiring.due(m.now).map((slot) => ({ ref: orders.ref(slot), slot }));
  closeInPriorityOrder(m, over, "expired", null);
  runCascade(m);
}

/** Closes orders: resting ones in priority order, then those that wait, in order of arrival. */
export function closeInPriorityOrder(
  m: BookState,
  found: readonly OrderRef[],
  cause: "canceled" | "expired",
  reason: CloseReason | null,
): void {
  for (const { ref, slot } of inPriorityOrder(m, found)) {
    // A linked order may have ended with the previous one.
    if (m.isLive(slot) && m.engine.orders.ref(slot) === ref) closeOrder(m, slot, cause, reason);
  }
}

/** Begins a phase after its uncross: orders that are no longer eligible leave the book, and eligible ones enter. */
export function beginPhase(
  m: BookState,
  { phase, session, until }: Pick<BookState["status"], "phase" | "session" | "until">,
  asked: Uncross | null,
  halt: HaltReason | null,
): void {
  const gathered = m.status.phase !== "continuous" && m.status.phase !== "closed";
  // A book that gathered may be crossed: it never begins to match without an uncross.
  const uncross = asked ?? (gathered && phase === "continuous" ? "reopening" : null);
  if (uncross !== null) uncrossBook(m, uncross);
  m.status = { ...m.status, phase, session, since: m.now, until, halt, limitState: null };
  m.markChanged();
  beginBands(m);
  moveIneligible(m);
  runCascade(m);
  enterFromSession(m);
}

/** Enters the orders that waited for their session and are eligible now, in order of arrival. */
export function enterFromSession(m: BookState): void {
  for (const complex of [...m.session].sort((a, b) => a.ref - b.ref)) {
    if (complex.queue !== "session" || !isEligible(m, complex.terms.extended === true)) continue;
    submitFromSession(m, complex);
    runCascade(m);
  }
}

/** Moves resting orders that are not eligible now to their session queue, and pegged orders to theirs during an auction. */
export function moveIneligible(m: BookState): void {
  if (!isEligible(m, false)) {
    for (const ladder of [m.engine.bids, m.engine.asks, ...m.conditions]) {
      for (const slot of slotsOf(ladder)) moveToSession(m, slot);
    }
  }
  for (const complex of m.pegged) {
    if (m.matching && isEligible(m, complex.terms.extended === true)) continue;
    if (!isEligible(m, complex.terms.extended === true)) moveToSession(m, complex.slot);
    else if (complex.queue === "book") {
      removeFromQueue(m, complex);
      enqueue(m, complex, "peg");
    }
  }
}

function moveToSession(m: BookState, slot: number): void {
  // A reserve has left with its order.
  if (!m.isLive(slot)) return;
  const complex = m.complexOrders.get(slot) ?? complexFromSimple(m, slot);
  if (complex.terms.extended && isEligible(m, true)) return;
  if (complex.queue === "session" || complex.queue === "gone") return;
  removeFromQueue(m, complex);
  m.pegged.delete(complex);
  enqueue(m, complex, "session");
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
