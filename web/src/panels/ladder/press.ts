/** Whether the menu button of a pointer on own orders cancels them at once, or asks. */

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
