/** What users draw on the charts of a symbol. Kept in the browser; every chart of the symbol shows it. */
import { createSignal, type Accessor } from "solid-js";
import { SERIES_COLOURS, type SeriesColour } from "../model/indicators.ts";
import { type Edits, edited, noEdits, redone, undone } from "./edits.ts";

export const DRAWING_KINDS = ["trend", "ray", "horizontal", "rectangle", "fibonacci", "text", "measure"] as const;
export type DrawingKind = (typeof DRAWING_KINDS)[number];

/** A place on the chart that stays where it is when the chart moves. */
export interface Anchor {
  readonly at: number;
  readonly price: number;
}

export interface Drawing {
  readonly id: string;
  readonly kind: DrawingKind;
  readonly anchors: readonly Anchor[];
  readonly colour: SeriesColour;
  /** Of a note only. */
  readonly text?: string;
}

/** How many anchors a kind has. */
export const anchorsOf = (kind: DrawingKind): number => (kind === "horizontal" || kind === "text" ? 1 : 2);

/** The drawings of a symbol, with undo over all that was done since the page was loaded. */
export interface Drawings {
  readonly all: Accessor<readonly Drawing[]>;
  readonly canUndo: Accessor<boolean>;
  readonly canRedo: Accessor<boolean>;
  readonly add: (drawing: Drawing) => void;
  readonly change: (drawing: Drawing) => void;
  readonly remove: (id: string) => void;
  readonly clear: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
}

const DRAWINGS_MAX = 200;
const TEXT_MAX = 200;
const known = new Map<string, Drawings>();

const keyOf = (symbol: string): string => `drawings:${symbol}`;

/** The drawings of a symbol; the same ones for each chart of the page. */
export function drawingsOf(symbol: string): Drawings {
  let found = known.get(symbol);
  if (found === undefined) known.set(symbol, (found = openDrawings(symbol)));
  return found;
}

function openDrawings(symbol: string): Drawings {
  const [edits, setEdits] = createSignal<Edits<readonly Drawing[]>>(
    noEdits(readDrawings(localStorage.getItem(keyOf(symbol)))),
  );
  const keep = (next: Edits<readonly Drawing[]>): void => {
    setEdits(next);
    if (next.now.length === 0) localStorage.removeItem(keyOf(symbol));
    else localStorage.setItem(keyOf(symbol), JSON.stringify(next.now));
  };
  const set = (drawings: readonly Drawing[]): void => keep(edited(edits(), drawings));
  const all = (): readonly Drawing[] => edits().now;
  return {
    all,
    canUndo: () => edits().before.length > 0,
    canRedo: () => edits().after.length > 0,
    add: (drawing) => set([...all(), drawing].slice(-DRAWINGS_MAX)),
    change: (drawing) => set(all().map((one) => (one.id === drawing.id ? drawing : one))),
    remove: (id) => set(all().filter((one) => one.id !== id)),
    clear: () => set([]),
    undo: () => keep(undone(edits())),
    redo: () => keep(redone(edits())),
  };
}

/** The drawings of a stored text; those that are not understood are left out. */
export function readDrawings(stored: string | null): readonly Drawing[] {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(stored ?? "[]");
  } catch {
    // Written by something else.
  }
  return Array.isArray(parsed) ? parsed.flatMap(drawingOf).slice(-DRAWINGS_MAX) : [];
}

function drawingOf(value: unknown): Drawing[] {
  if (typeof value !== "object" || value === null) return [];
  const { id, kind, anchors, colour, text } = value as Readonly<Record<string, unknown>>;
  const known = DRAWING_KINDS.find((one) => one === kind);
  if (typeof id !== "string" || known === undefined || !Array.isArray(anchors)) return [];
  const places = anchors.flatMap((one: Partial<Anchor> | null) =>
    Number.isFinite(one?.at) && Number.isFinite(one?.price) ? [{ at: Number(one?.at), price: Number(one?.price) }] : [],
  );
  if (places.length !== anchorsOf(known)) return [];
  const own = SERIES_COLOURS.find((one) => one === colour) ?? "--series-1";
  const drawing = { id, kind: known, anchors: places, colour: own };
  return [typeof text === "string" ? { ...drawing, text: text.slice(0, TEXT_MAX) } : drawing];
}
