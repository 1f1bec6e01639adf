/** Runs an action, and asks before those that cannot be undone. */
import { createSignal } from "solid-js";
import type { Action, Asked } from "./actions.ts";

const [asking, setAsking] = createSignal<Asked | null>(null);

/** What waits for a yes; null: nothing. */
export { asking };

export function perform(action: Action): void {
  const asked = action.ask?.() ?? null;
  if (asked === null) action.run();
  else setAsking(asked);
}

/** Answers what was asked. A yes does what was decided when it was asked. */
export function answer(yes: boolean): void {
  const asked = asking();
  setAsking(null);
  if (yes) asked?.run();
}
