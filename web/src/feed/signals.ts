/** What is known of each symbol, as signals: a panel paints again what it has read and what has changed. */
import { createSignal, type Accessor, type Setter } from "solid-js";
import type { Day } from "./day.ts";
import type { Bands, Bar, Depth, Imbalance, MarketStatus, Queue, Quote, Trade } from "./messages.ts";

interface Known {
  readonly quote: Quote | null;
  readonly trade: Trade | null;
  /** The trading day: change since the close before, open, high, low, volume. Kept by trades where those are followed. */
  readonly day: Day | null;
  /** Newest first, at most 500, without gaps. */
  readonly trades: readonly Trade[];
  readonly bar: Bar | null;
  readonly depth: Depth | null;
  /** The account's orders in the queues of the book; of channel `orders`. */
  readonly queue: Queue | null;
  readonly status: MarketStatus | null;
  readonly bands: Bands | null;
  readonly imbalance: Imbalance | null;
  /** False when the stream has stopped to tell of the symbol. */
  readonly isFresh: boolean;
}

/** What is known of one symbol; each part is a signal of its own. */
export type SymbolState = { readonly [K in keyof Known]: Accessor<Known[K]> };

export type Signals = SymbolState & { readonly set: { readonly [K in keyof Known]: Setter<Known[K]> } };

const NOTHING: Known = {
  quote: null,
  trade: null,
  day: null,
  trades: [],
  bar: null,
  depth: null,
  queue: null,
  status: null,
  bands: null,
  imbalance: null,
  isFresh: true,
};

const symbols = new Map<string, Signals>();

/** The signals of a symbol with their setters. */
export function signalsOf(symbol: string): Signals {
  let known = symbols.get(symbol);
  if (known === undefined) symbols.set(symbol, (known = newSignals()));
  return known;
}

function newSignals(): Signals {
  const pairs = Object.entries(NOTHING).map(([name, value]) => [name, createSignal<unknown>(value)] as const);
  return {
    ...Object.fromEntries(pairs.map(([name, [get]]) => [name, get])),
    set: Object.fromEntries(pairs.map(([name, [, set]]) => [name, set])),
  } as unknown as Signals;
}
