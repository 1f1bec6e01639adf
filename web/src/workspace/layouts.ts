/** The layouts of who is signed in: what this browser shows, kept in it and synchronised with the login. */
import { createMemo, createRoot, createSignal } from "solid-js";
import { LAYOUT_TEXT } from "../text/en/workspace.ts";
import { EMPTY_LAYOUT, type Layout } from "./layout.ts";
import { type Kept, newLayoutId } from "./merge.ts";
import { presetOf } from "./presets.ts";
import { documentFromStored, documentToStored, type SavedLayout, type WorkspaceDocument } from "./stored.ts";

const NO_LAYOUTS: WorkspaceDocument = { current: "", layouts: [] };
const FIRST = "trading";
/** Below this width four columns are too narrow: the first layout has two. */
const TWO_COLUMNS_BELOW = 1_200;

const [kept, setKept] = createSignal<Kept>({ document: NO_LAYOUTS, version: 0, changed: false });
const [chosen, setChosen] = createSignal("");
/** Grows when a layout was replaced as a whole, so that its panels begin again. */
const [generation, setGeneration] = createSignal(0);
/** Whether this browser had layouts of who is signed in. */
const [isFound, setFound] = createSignal(false);
const listeners = new Set<() => void>();
let owner: string | null = null;

export { kept, generation, isFound };

const firstFor = (width: number): string => (width < TWO_COLUMNS_BELOW ? "columns" : FIRST);

/** The id of the layout that is shown: each device has its own choice among the same layouts. */
export const currentId = createRoot(() =>
  createMemo(() => {
    const isKnown = (id: string): boolean =>
      presetOf(id) !== null || kept().document.layouts.some((layout) => layout.id === id);
    const { current } = kept().document;
    // A preset that another device shows says nothing about this one's width.
    const shared = current === FIRST && savedLayout(FIRST) === null ? "" : current;
    return [chosen(), shared].find(isKnown) ?? firstFor(innerWidth);
  }),
);

export const savedLayout = (id: string): SavedLayout | null =>
  kept().document.layouts.find((layout) => layout.id === id) ?? null;

export const layout = createRoot(() =>
  createMemo((): Layout => savedLayout(currentId())?.layout ?? presetOf(currentId())?.layout ?? EMPTY_LAYOUT),
);

export const layoutName = (): string => savedLayout(currentId())?.name ?? presetOf(currentId())?.name ?? "";

/** Layouts that the user has saved under a name. */
export const namedLayouts = (): readonly SavedLayout[] =>
  kept().document.layouts.filter(({ id }) => presetOf(id) === null);

/** Calls back after each change that the login should get. */
export function onLayoutsChanged(act: () => void): () => void {
  listeners.add(act);
  return () => listeners.delete(act);
}

const keyOf = (user: string): string => `workspace:${user}`;
const chosenKeyOf = (user: string): string => `layout:${user}`;

/** Shows the layouts of a user, as this browser has kept them. */
export function openLayouts(user: string): void {
  if (owner === user) return;
  owner = user;
  let stored: unknown = null;
  try {
    stored = JSON.parse(localStorage.getItem(keyOf(user)) ?? "null");
  } catch {
    // Written by something else.
  }
  setFound(stored !== null);
  const { document, version, changed } = (stored ?? {}) as Readonly<Record<string, unknown>>;
  const read = documentFromStored(document);
  setKept({
    document: read ?? NO_LAYOUTS,
    version: read !== null && typeof version === "number" ? version : 0,
    changed: read !== null && changed === true,
  });
  setChosen(localStorage.getItem(chosenKeyOf(user)) ?? "");
}

/** Keeps layouts as they are now; `changed`: the login does not have them yet. */
export function keepLayouts(next: Kept, isReplaced = false): void {
  const before = shownText();
  setKept(next);
  // Panels lose what is being typed in them: they begin again only for other contents.
  if (isReplaced && shownText() !== before) setGeneration(generation() + 1);
  if (owner === null) return;
  const { document, version, changed } = next;
  try {
    localStorage.setItem(keyOf(owner), JSON.stringify({ document: documentToStored(document), version, changed }));
  } catch {
    // The browser's storage is full: the login still gets them.
  }
}

const shownText = (): string => JSON.stringify([currentId(), layout()]);

function write(layouts: readonly SavedLayout[], isReplaced = false): void {
  keepLayouts({ document: { current: currentId(), layouts }, version: kept().version, changed: true }, isReplaced);
  for (const act of listeners) act();
}

/** Changes the layout that is shown. */
export function changeLayout(act: (layout: Layout) => Layout): void {
  const before = layout();
  const after = act(before);
  if (after === before) return;
  const id = currentId();
  const saved: SavedLayout = { id, name: layoutName(), layout: after };
  const { layouts } = kept().document;
  write(savedLayout(id) === null ? [...layouts, saved] : layouts.map((each) => (each.id === id ? saved : each)));
}

/** Shows another layout from now on, on this device. */
export function chooseLayout(id: string): void {
  setChosen(id);
  if (owner !== null) localStorage.setItem(chosenKeyOf(owner), id);
}

/** Why a layout cannot have a name; null: it can. */
export function nameRefusal(name: string, but: string | null): string | null {
  const text = name.trim();
  if (text === "") return LAYOUT_TEXT.nameMissing;
  return namedLayouts().some((each) => each.id !== but && each.name === text) ? LAYOUT_TEXT.nameTaken : null;
}

/** Saves what is shown under a name of its own, and shows it. A changed preset goes back to how it came. */
export function saveLayoutAs(name: string): void {
  const { layouts } = kept().document;
  const id = newLayoutId(new Set(layouts.map((each) => each.id)));
  const saved: SavedLayout = { id, name: name.trim(), layout: layout() };
  const before = currentId();
  write([...layouts.filter((each) => each.id !== before || presetOf(before) === null), saved]);
  chooseLayout(id);
}

export function renameLayout(id: string, name: string): void {
  write(kept().document.layouts.map((each) => (each.id === id ? { ...each, name: name.trim() } : each)));
}

/** Deletes a named layout; of a preset, what was changed. */
export function removeLayout(id: string): void {
  write(
    kept().document.layouts.filter((each) => each.id !== id),
    true,
  );
  if (presetOf(id) === null) chooseLayout(firstFor(innerWidth));
}
