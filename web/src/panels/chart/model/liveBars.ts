/**
 * The bars of a symbol that trades keep current. What was read is known to have every trade through some number; the
 * trades after it come from the stream, numbered without a gap. So each trade counts once, whatever the order in which the
 * two arrive, and a missing one is noticed.
 */
import { type ChartBar, barOfTrade, placeOf, withTrade } from "./bars.ts";
import type { ChartTrade } from "./timeframes.ts";

/** Trades that are kept to be applied again to bars that are read later. */
const TRADES_KEPT = 4_000;

export class LiveBars {
  readonly #keyOf: (trade: ChartTrade) => number | null;
  /** Whether the key of a bar is its beginning; those of bars of trades are numbers. */
  readonly #isTime: boolean;
  #bars: ChartBar[] = [];
  #trades: ChartTrade[] = [];
  #through: number | null = null;
  #isComplete = true;

  constructor(keyOf: (trade: ChartTrade) => number | null, isTime: boolean) {
    this.#keyOf = keyOf;
    this.#isTime = isTime;
  }

  get bars(): readonly ChartBar[] {
    return this.#bars;
  }

  /** False when trades are missing between what was read and what was streamed: read the newest bars again. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** The number of the newest trade that the bars have. */
  get through(): number | null {
    return this.#through;
  }

  /** Puts bars that were read in the place of the ones from their first on; they have every trade through a number. */
  read(bars: readonly ChartBar[], through: number): void {
    const [first] = bars;
    if (first !== undefined) this.#bars = [...this.#bars.slice(0, placeOf(this.#bars, first.key)), ...bars];
    this.#replay(through);
  }

  /** Forgets all bars, and keeps the trades of the stream. */
  clear(): void {
    this.#bars = [];
  }

  /** Builds bars of trades that were read, in order: all there are through a number. */
  readTrades(trades: readonly ChartTrade[], through: number): void {
    for (const trade of trades) this.#apply(trade);
    this.#replay(through);
  }

  /** Puts older bars before all others. */
  prepend(bars: readonly ChartBar[]): void {
    const [first] = this.#bars;
    const older = first === undefined ? bars : bars.slice(0, placeOf(bars, first.key));
    this.#bars = [...older, ...this.#bars];
  }

  /** Takes trades of the stream, in order. Gives the place of the first bar that changed; null when none did. */
  stream(trades: readonly ChartTrade[]): number | null {
    let from: number | null = null;
    for (const trade of trades) {
      const last = this.#trades.at(-1)?.id ?? 0;
      if (trade.id <= last) continue;
      this.#trades.push(trade);
      const { isNext, place } = this.#take(trade);
      if (!isNext) this.#isComplete = false;
      if (place !== null) from = Math.min(from ?? place, place);
    }
    if (this.#trades.length > 2 * TRADES_KEPT) this.#trades.splice(0, this.#trades.length - TRADES_KEPT);
    return from;
  }

  /** Takes a bar of the stream, which is whole: it counts when it has as many trades as the one here, or more. */
  correct(bar: ChartBar): number | null {
    const place = placeOf(this.#bars, bar.key);
    const known = this.#bars[place];
    if (known?.key !== bar.key || bar.count < known.count) return null;
    // More trades than the stream has brought: those after them are still to come, and would count twice.
    if (bar.count > known.count) this.#isComplete = false;
    this.#bars[place] = { ...bar, lastAt: Math.max(bar.lastAt, known.lastAt) };
    return place;
  }

  #replay(through: number): void {
    this.#through = through;
    this.#isComplete = true;
    for (const trade of this.#trades) {
      if (trade.id > through && !this.#take(trade).isNext) this.#isComplete = false;
    }
  }

  #take(trade: ChartTrade): { readonly isNext: boolean; readonly place: number | null } {
    const through = this.#through;
    // Nothing was read yet: it waits.
    if (through === null || trade.id <= through) return { isNext: true, place: null };
    this.#through = trade.id;
    return { isNext: trade.id === through + 1, place: this.#apply(trade) };
  }

  /** Puts a trade into its bar, and gives the place of the bar. */
  #apply(trade: ChartTrade): number | null {
    const key = this.#keyOf(trade);
    if (key === null) return null;
    const last = this.#bars.at(-1);
    const place = last === undefined || key > last.key ? this.#bars.length : placeOf(this.#bars, key);
    const known = this.#bars[place];
    if (known?.key === key) this.#bars[place] = withTrade(known, trade);
    // A bar between others: a trade that came late, the only one of its time.
    else this.#bars.splice(place, 0, barOfTrade(key, this.#beginOf(key, place, trade), trade));
    return place;
  }

  /** Two bars of trades may begin in the same millisecond; a chart needs times that ascend. */
  #beginOf(key: number, place: number, { at }: ChartTrade): number {
    return this.#isTime ? key : Math.max(at, (this.#bars[place - 1]?.at ?? 0) + 1);
  }
}
