/**
 * Everything that can be done by a key or a word. Parts of the terminal register their actions; the command line finds
 * them, and the page of shortcuts lists them.
 */
import { createSignal, onCleanup } from "solid-js";
import { keyFor } from "./keys.ts";
import { perform } from "./perform.ts";

/** A question, and what a yes does: both are made when it is asked, and hold for the symbol of then. */
export interface Asked {
  readonly text: string;
  readonly run: () => void;
}

export interface Action {
  readonly id: string;
  /** What it does, as the command line shows it. */
  readonly title: string;
  /** The heading under which the page of shortcuts lists it. */
  readonly group: string;
  /** A key with modifiers, such as "Mod+K" or "B", or two after each other: "G T". Mod is Ctrl, or Command on a Mac. */
  readonly key?: string;
  /** A second key, which cannot be changed. */
  readonly alsoKey?: string;
  /** What is asked before it is done, for what cannot be undone; null: nothing need be asked now. */
  readonly ask?: () => Asked | null;
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
  // With Alt some keyboards write another character than the key's.
  const letter = event.altKey ? /^(?:Key|Digit)(.)$/.exec(event.code)?.[1] : undefined;
  const name = letter ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  return `${modifier}${event.altKey ? "Alt+" : ""}${event.shiftKey && event.key.length > 1 ? "Shift+" : ""}${name}`;
}

/** A key as it is shown: Ctrl or the sign of a Mac's key. */
export function keyText(key: string): string {
  return key
    .replaceAll("Mod+", isMac ? "⌘" : "Ctrl ")
    .replaceAll("Alt+", "Alt ")
    .replaceAll("Shift+", "Shift ");
}

/** How long the second key of a sequence is waited for. */
const SEQUENCE_MS = 1_500;
const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph"]);
let first = "";
let forget: ReturnType<typeof setTimeout> | undefined;

/** Runs the action of a key, unless a field is being typed in or a dialog is open. */
export function runKey(event: KeyboardEvent): void {
  const { target } = event;
  if (event.repeat || MODIFIERS.has(event.key) || event.defaultPrevented) return;
  const key = keyOf(event);
  const typing = target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
  if ((typing && !key.startsWith("Mod+")) || document.querySelector("dialog:modal") !== null) return;
  const whole = first === "" ? key : `${first} ${key}`;
  clearTimeout(forget);
  first = "";
  const all = actions();
  const action =
    all.findLast((one) => keyFor(one) === whole || one.alsoKey === whole) ??
    all.findLast((one) => keyFor(one) === key || one.alsoKey === key);
  if (action !== undefined) {
    event.preventDefault();
    perform(action);
  } else if (all.some((one) => keyFor(one)?.startsWith(`${key} `))) {
    first = key;
    forget = setTimeout(() => (first = ""), SEQUENCE_MS);
  }
}
