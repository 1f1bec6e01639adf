/** The report stream of a run as the challenge's text, made from the engine's events after the run. */
import { createHash } from "node:crypto";
import type { EventBuffer } from "../../../domain/matching/engine/events.ts";
import {
  ACCEPTED,
  CANCELED,
  CANCEL_REJECTED,
  EVENT_SHIFT,
  EVENT_SHIFT_F64,
  PRICE,
  QTY,
  REPLACED,
  REPLACE_REJECTED,
  SUBJECT,
  TAKER,
  TRADED,
  WHAT,
  kindOf,
  sideOf,
} from "../../../domain/matching/engine/events.ts";

const LINES_AT_ONCE = 20_000;

/**
 * SHA-256 of the reports: a line each, joined by newlines. `ends`: events after each message, whose number is its
 * index.
 */
export function hashReports(events: EventBuffer, ends: Int32Array): string {
  const sha = createHash("sha256");
  let lines: string[] = [];
  let first = true;
  const flush = () => {
    if (lines.length === 0) return;
    sha.update((first ? "" : "\n") + lines.join("\n"));
    first = false;
    lines = [];
  };
  let e = 0;
  for (const [message, end] of ends.entries()) {
    // The challenge orders the reports of a message by type, so that a modify comes after its trades.
    const replaced = e < end && kindOf(events.i32[(e << EVENT_SHIFT) + WHAT]) === REPLACED ? e++ : -1;
    for (; e < end; e++) lines.push(reportLine(events, e, message));
    if (replaced >= 0) lines.push(reportLine(events, replaced, message));
    if (lines.length >= LINES_AT_ONCE) flush();
  }
  flush();
  return sha.digest("hex");
}

/** One event as a line; `message` is the number of the message that caused it. */
export function reportLine({ i32, f64 }: EventBuffer, event: number, message: number): string {
  const word = i32[(event << EVENT_SHIFT) + WHAT];
  const price = i32[(event << EVENT_SHIFT) + PRICE];
  const qty = f64[(event << EVENT_SHIFT_F64) + QTY];
  const id = f64[(event << EVENT_SHIFT_F64) + SUBJECT] >>> 0;
  const side = sideOf(word);
  switch (kindOf(word)) {
    case ACCEPTED:
      return `0,${message},${side},${id},${price},${qty}`;
    case TRADED:
      return `1,${message},${price},${qty},${id},${f64[(event << EVENT_SHIFT_F64) + TAKER] >>> 0}`;
    case CANCELED:
      return `2,${message},${side},${id},${price}`;
    case REPLACED:
      return `3,${message},${side},${id},${price},${qty}`;
    case CANCEL_REJECTED:
      return `4,${message},${id}`;
    case REPLACE_REJECTED:
      return `5,${message},${id}`;
    default:
      throw new Error(`event ${event} is of unknown kind ${kindOf(word)}`);
  }
}
