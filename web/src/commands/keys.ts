/** Which key runs which action: the action's own, or the one that the user has chosen. Kept in the browser. */
import { createSignal } from "solid-js";
import type { Action } from "./actions.ts";

const KEY = "keys";

/** Null: the user wants no key for the action. */
export type ChosenKeys = Readonly<Record<string, string | null>>;

/** Keys that mean something in fields, lists and browsers. */
const RESERVED = new Set(
  [
    "Tab",
    "Enter",
    "Escape",
    " ",
    "Backspace",
    "Delete",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "F5",
    "F11",
    "F12",
  ].concat(
    ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"],
    "ACFLNOPQRSTVWXYZ0+-".split("").map((letter) => `Mod+${letter}`),
  ),
);

const [chosen, setChosen] = createSignal<ChosenKeys>(readKeys(localStorage.getItem(KEY)));
export { chosen as chosenKeys };

/** The stored keys; what is not understood is left out. */
export function readKeys(stored: string | null): ChosenKeys {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(stored ?? "null");
  } catch {
    // Written by something else.
  }
  if (typeof parsed !== "object" || parsed === null) return {};
  const entries = Object.entries(parsed).filter(([, key]) => key === null || (typeof key === "string" && key !== ""));
  return Object.fromEntries(entries);
}

/** The key of an action, as it is now. */
export function keyFor({ id, key }: Pick<Action, "id" | "key">, keys: ChosenKeys = chosen()): string | null {
  return Object.hasOwn(keys, id) ? (keys[id] ?? null) : (key ?? null);
}

export type Clash = { readonly kind: "reserved" } | { readonly kind: "taken"; readonly by: Action };

/**
 * Why an action cannot have a key; null when it can. `G` clashes with `G T` too: the first of a sequence of keys is
 * waited for.
 */
export function clashOf(
  action: Pick<Action, "id">,
  key: string,
  all: readonly Action[],
  keys: ChosenKeys = chosen(),
): Clash | null {
  if (key.split(" ").some((each) => RESERVED.has(each)) || RESERVED.has(key)) return { kind: "reserved" };
  const by = all.find((other) => {
    const its = [keyFor(other, keys), other.alsoKey ?? null];
    return other.id !== action.id && its.some((one) => one !== null && clashes(one, key));
  });
  return by === undefined ? null : { kind: "taken", by };
}

function clashes(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `);
}

/** Gives an action a key, or none. Ask `clashOf` before. */
export function chooseKey(id: string, key: string | null): void {
  keep({ ...chosen(), [id]: key });
}

export function resetKeys(): void {
  keep({});
}

function keep(keys: ChosenKeys): void {
  localStorage.setItem(KEY, JSON.stringify(keys));
  setChosen(keys);
}
