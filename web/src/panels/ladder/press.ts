/** What a press on the ladder means: by its release, by the menu button of the pointer, and by keys. */
import type { Side } from "./geometry.ts";

/** How the menu of a place was asked for; null: by a key. */
export type Pressed = "mouse" | "touch" | "pen" | null;

/**
 * The right button of a mouse cancels one order at once, and several on an armed ladder. A long press always asks: a
 * finger that only rests would cancel otherwise. A key names no place.
 */
export function cancelOf(pressed: Pressed, orders: number, isArmed: boolean): "at once" | "ask" | null {
  if (pressed === null || orders === 0) return null;
  return pressed === "mouse" && (orders === 1 || isArmed) ? "at once" : "ask";
}

/** A row and the column of it: where a press buys, sells, or does nothing. */
export interface Place {
  readonly key: number;
  readonly column: Side | "other";
}

/** What a pointer went down on. */
export interface Press {
  readonly pointerId: number;
  readonly y: number;
  readonly key: number;
  readonly column: Side;
  /** The account's orders that it is on, when it is in their column. */
  readonly own: readonly string[];
}

/** Where a pointer went up; the place is null outside of the rows. */
export interface Release {
  readonly pointerId: number;
  readonly button: number;
  readonly y: number;
  readonly at: Place | null;
}

/** A press whose pointer has moved further up or down was a scroll. */
const SLACK_PIXELS = 10;

/**
 * What a release does. It counts only with its press: the same pointer, row and column. What was pressed to be
 * cancelled is never an order, also when it was filled meanwhile.
 */
export function releaseOf(press: Press | null, { pointerId, button, y, at }: Release): "place" | "cancel" | null {
  if (press === null || press.pointerId !== pointerId || button !== 0 || at === null) return null;
  if (press.key !== at.key || press.column !== at.column || Math.abs(y - press.y) > SLACK_PIXELS) return null;
  return press.own.length > 0 ? "cancel" : "place";
}

export type KeyAct = "buy" | "sell" | "pick up" | "cancel" | "centre" | "drop" | "leave" | "show" | "nothing";

const ACTS: Readonly<Record<string, KeyAct>> = {
  b: "buy",
  s: "sell",
  m: "pick up",
  delete: "cancel",
  backspace: "cancel",
  c: "centre",
};
const ACTS_OF_MOVE: Readonly<Record<string, KeyAct>> = { enter: "drop", m: "drop", escape: "leave" };

/**
 * What a key does on the ladder; null: it means nothing there. A key that is held down does it once. Without a cursor
 * that is seen it only shows the cursor, since nobody can know the price.
 */
export function keyActOf(
  { key, repeat }: Pick<KeyboardEvent, "key" | "repeat">,
  isMoving: boolean,
  hasCursor: boolean,
): KeyAct | null {
  const act = (isMoving ? ACTS_OF_MOVE : ACTS)[key.toLowerCase()];
  if (act === undefined) return null;
  if (repeat) return "nothing";
  return hasCursor || act === "centre" || act === "leave" ? act : "show";
}
