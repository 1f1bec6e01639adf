/** Runs an action, and asks before those that cannot be undone. */
import { createSignal } from "solid-js";
import type { Action } from "./actions.ts";

const [asking, setAsking] = createSignal<{ readonly action: Action; readonly text: string } | null>(null);

/** The action that waits for a yes; null: none. */
export { asking };

export function perform(action: Action): void {
  const text = action.confirm?.() ?? null;
  if (text === null) action.run();
  else setAsking({ action, text });
}

/** Answers what was asked. */
export function answer(yes: boolean): void {
  const waiting = asking();
  setAsking(null);
  if (yes) waiting?.action.run();
}
