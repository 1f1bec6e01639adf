/**
 * Everything that can be done by a key or a word. Parts of the terminal register their actions; the command line finds
 * them, and the page of shortcuts lists them.
 */
import { createSignal, onCleanup } from "solid-js";

export interface Action {
  readonly id: string;
  /** What it does, as the command line shows it. */
  readonly title: string;
  /** The heading under which the page of shortcuts lists it. */
  readonly group: string;
  /** A key with modifiers, such as "Mod+K" or "B"; Mod is Ctrl, or Command on a Mac. */
  readonly key?: string;
  readonly run: () => void;
}

const [actions, setActions] = createSignal<readonly Action[]>([]);
export { actions };

/** Registers actions until the caller's owner is disposed. */
export function provideActions(these: readonly Action[]): void {
  setActions((all) => [...all, ...these]);
  onCleanup(() => setActions((all) => all.filter((action) => !these.includes(action))));
}

const isMac = /mac/i.test(navigator.userAgent);

/** The key of an event in the words of `Action.key`. */
export function keyOf(event: KeyboardEvent): string {
  const modifier = (isMac ? event.metaKey : event.ctrlKey) ? "Mod+" : "";
  const name = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  return `${modifier}${event.altKey ? "Alt+" : ""}${event.shiftKey && event.key.length > 1 ? "Shift+" : ""}${name}`;
}

/** A key as it is shown: Ctrl or the sign of a Mac's key. */
export function keyText(key: string): string {
  return key
    .replace("Mod+", isMac ? "⌘" : "Ctrl ")
    .replace("Alt+", "Alt ")
    .replace("Shift+", "Shift ");
}

/** Runs the action of a key, unless a field is being typed in. */
export function runKey(event: KeyboardEvent): void {
  const { target } = event;
  const key = keyOf(event);
  const typing = target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
  if (typing && !key.startsWith("Mod+")) return;
  const action = actions().findLast((one) => one.key === key);
  if (action === undefined) return;
  event.preventDefault();
  action.run();
}
