/**
 * What the stream is to be asked next, so that it sends what panels follow. One question at a time: the exchange answers
 * each with the list of all that is subscribed, and the next question is what that list still lacks.
 */
import type { Channel } from "./messages.ts";

/** Symbols by channel. */
export type Symbols<C extends string = Channel> = Readonly<Partial<Record<C, readonly string[]>>>;

/** Channels of the exchange: bars that got a late trade come with the bars. */
export type WireChannel = Channel | "updatedBars";

/** Channels that begin with a snapshot of a book, which costs the exchange more, and has no use for a cursor here. */
const COPIES = ["depth", "orders"] as const satisfies readonly WireChannel[];
const OTHERS = [
  "quotes",
  "trades",
  "bars",
  "updatedBars",
  "dailyBars",
  "statuses",
  "lulds",
  "imbalances",
] as const satisfies readonly WireChannel[];
export const WIRE_CHANNELS: readonly WireChannel[] = [...OTHERS, ...COPIES];

/** The exchange grants some 200 at once: a symbol with a cursor costs 2, a snapshot 5. */
const SYMBOLS_AT_ONCE = 40;
const SNAPSHOTS_AT_ONCE = 12;

export interface Question {
  readonly action: "subscribe" | "unsubscribe";
  readonly symbols: Symbols<WireChannel>;
  /** By symbol, after what to continue. */
  readonly cursors: Readonly<Record<string, number>>;
}

/** What panels follow in the exchange's channels. */
export function wanted(followed: Symbols): Symbols<WireChannel> {
  return followed.bars === undefined ? followed : { ...followed, updatedBars: followed.bars };
}

/**
 * The next question; null when there is none. `refused` are `channel symbol` that the exchange does not give.
 */
export function nextQuestion(
  want: Symbols<WireChannel>,
  have: Symbols<WireChannel>,
  cursorOf: (symbol: string) => number | undefined,
  refused: ReadonlySet<string> = new Set(),
): Question | null {
  const gone = difference(have, want, WIRE_CHANNELS, Number.POSITIVE_INFINITY, refused);
  if (gone !== null) return { action: "unsubscribe", symbols: gone, cursors: {} };
  const lacking = difference(want, have, OTHERS, SYMBOLS_AT_ONCE, refused);
  if (lacking !== null) {
    const cursors: Record<string, number> = {};
    const known = new Set(WIRE_CHANNELS.flatMap((channel) => have[channel] ?? []));
    for (const symbol of new Set(Object.values(lacking).flat())) {
      const cursor = known.has(symbol) ? undefined : cursorOf(symbol);
      if (cursor !== undefined) cursors[symbol] = cursor;
    }
    return { action: "subscribe", symbols: lacking, cursors };
  }
  const copies = difference(want, have, COPIES, SNAPSHOTS_AT_ONCE, refused);
  return copies === null ? null : { action: "subscribe", symbols: copies, cursors: {} };
}

/** By channel, the symbols of `a` that `b` lacks, of at most so many symbols; null when there are none. */
function difference(
  a: Symbols<WireChannel>,
  b: Symbols<WireChannel>,
  channels: readonly WireChannel[],
  atMost: number,
  refused: ReadonlySet<string>,
): Symbols<WireChannel> | null {
  const symbols = new Set<string>();
  const found: Partial<Record<WireChannel, string[]>> = {};
  for (const channel of channels) {
    const there = new Set(b[channel]);
    for (const symbol of a[channel] ?? []) {
      if (there.has(symbol) || refused.has(`${channel} ${symbol}`)) continue;
      if (symbols.size >= atMost && !symbols.has(symbol)) continue;
      symbols.add(symbol);
      (found[channel] ??= []).push(symbol);
    }
  }
  return symbols.size === 0 ? null : found;
}
