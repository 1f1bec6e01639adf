/** The bars of one symbol and timeframe: what was read, kept current by the stream, with older pages on demand. */
import { errorText } from "../../../api/error.ts";
import type { Bar, Trade } from "../../../feed/messages.ts";
import type { ChartBar } from "./bars.ts";
import { readBars, readNewest, readTrades } from "./history.ts";
import { LiveBars } from "./liveBars.ts";
import { barKey, calendarOf, type ChartTimeframe, type ChartTrade } from "./timeframes.ts";

export interface DataState {
  readonly kind: "loading" | "ready" | "failed";
  readonly error: string | null;
  /** There are no bars before the first one. */
  readonly isFirst: boolean;
}

export interface DataEvents {
  /** Bars from a place on have changed; 0 when all of them may have. */
  readonly bars: (from: number) => void;
  readonly state: (state: DataState) => void;
}

const REFILL_MS = 1_000;
const RETRY_MS = 4_000;
/** Trades that charts of trades and seconds keep. */
const TRADES_MAX = 60_000;
/** A bar of the stream that is this much older than now was changed by a late trade. */
const LATE_MS = 150_000;

export class ChartData {
  readonly #symbol: string;
  readonly #timeframe: ChartTimeframe;
  readonly #events: DataEvents;
  readonly #keyOf: (trade: ChartTrade) => number | null;
  readonly #live: LiveBars;
  #trades: ChartTrade[] = [];
  #isFirst = false;
  #isReadingOlder = false;
  #isDisposed = false;
  #isReady = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** The beginning of the newest bar at the last time that no trade was missing. */
  #safeAt: number | null = null;

  constructor(symbol: string, timeframe: ChartTimeframe, events: DataEvents) {
    this.#symbol = symbol;
    this.#timeframe = timeframe;
    this.#events = events;
    this.#keyOf = barKey(timeframe, calendarOf(symbol));
    this.#live = new LiveBars(this.#keyOf, timeframe.kind !== "ticks");
    void this.#begin();
  }

  get bars(): readonly ChartBar[] {
    return this.#live.bars;
  }

  /** Nothing more is told, and what is being read is dropped. */
  dispose(): void {
    this.#isDisposed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Takes the trades of the stream; those of other symbols are skipped. */
  stream(all: readonly Trade[]): void {
    const trades = all.flatMap((trade) => (trade.symbol === this.#symbol ? [chartTrade(trade)] : []));
    if (trades.length === 0) return;
    if (this.#timeframe.kind !== "bars") this.#keepTrades(trades);
    const from = this.#live.stream(trades);
    if (from !== null) this.#events.bars(from);
    this.#settle();
  }

  /** Takes the bars of minutes of the stream. */
  correct(all: readonly Bar[]): void {
    for (const bar of all) {
      if (bar.symbol !== this.#symbol) continue;
      if (this.#timeframe.id === "1Min") {
        const turnover = bar.vwap * bar.volume;
        const from = this.#live.correct({ ...bar, key: bar.at, turnover, lastAt: bar.at });
        if (from !== null) this.#events.bars(from);
      } else if (Date.now() - bar.at > LATE_MS && this.#timeframe.kind === "bars") this.#later(REFILL_MS);
    }
    this.#settle();
  }

  /** Reads the newest bars again: after a time without a stream. */
  refill(): void {
    if (this.#isReady) this.#later(0);
  }

  /** Reads a page of older bars, unless one is being read or there is none. */
  async older(): Promise<void> {
    if (!this.#isReady || this.#isReadingOlder || this.#isFirst) return;
    this.#isReadingOlder = true;
    try {
      if (this.#timeframe.kind === "bars") await this.#olderBars();
      else await this.#olderTrades();
    } catch {
      // The next scroll tries again.
    } finally {
      this.#isReadingOlder = false;
    }
  }

  /** Reads pages until there are bars from a time on, or none before. */
  async reach(at: number): Promise<void> {
    while (!this.#isDisposed && !this.#isFirst && (this.bars[0]?.at ?? 0) > at) {
      const { length } = this.bars;
      await this.older();
      if (this.bars.length === length) return;
    }
  }

  async #begin(): Promise<void> {
    this.#events.state({ kind: "loading", error: null, isFirst: false });
    try {
      await this.#readNewest();
      if (this.#isDisposed) return;
      this.#isReady = true;
      this.#safeAt = this.bars.at(-1)?.at ?? null;
      this.#tell();
      this.#settle();
    } catch (error) {
      if (this.#isDisposed) return;
      this.#events.state({ kind: "failed", error: errorText(error), isFirst: false });
      this.#timer = setTimeout(() => void this.#begin(), RETRY_MS);
    }
  }

  async #readNewest(since?: number): Promise<void> {
    if (this.#timeframe.kind !== "bars") return this.#readNewestTrades();
    const { items, isFirst, through, isExact } = await readNewest(this.#symbol, this.#timeframe, since);
    if (this.#isDisposed) return;
    if (since === undefined) this.#isFirst = isFirst;
    this.#live.read(items, through);
    // Some trades may count twice in the newest bar: it alone is read again, which is faster than the next trade.
    if (!isExact) this.#later(REFILL_MS);
  }

  async #readNewestTrades(): Promise<void> {
    const { items, isFirst } = await readTrades(this.#symbol);
    const [first] = items;
    const last = items.at(-1);
    if (this.#isDisposed) return;
    const newer = this.#trades.filter(({ id }) => id > (last?.id ?? 0));
    const older = this.#trades.filter(({ id }) => id < (first?.id ?? 0));
    // Trades that are missing before these ones are read when the user scrolls there.
    const isJoined = older.at(-1)?.id === (first?.id ?? 0) - 1;
    if (!isJoined) this.#isFirst = isFirst;
    this.#trades = [...(isJoined ? older : []), ...items, ...newer];
    this.#build(last?.id ?? 0);
  }

  /** Builds all bars of the trades that are here. The first bar may lack some, unless nothing is before it. */
  #build(through: number): void {
    const [first] = this.#trades;
    const key = first === undefined || this.#isFirst ? null : this.#keyOf(first);
    const read = this.#trades.filter((trade) => trade.id <= through && this.#keyOf(trade) !== key);
    this.#live.clear();
    this.#live.readTrades(read, through);
  }

  async #olderBars(): Promise<void> {
    const [first] = this.bars;
    if (first === undefined) return;
    const { items, isFirst } = await readBars(this.#symbol, this.#timeframe, { before: first.at });
    if (this.#isDisposed) return;
    this.#isFirst = isFirst;
    this.#live.prepend(items);
    this.#tell();
  }

  async #olderTrades(): Promise<void> {
    const [first] = this.#trades;
    if (first === undefined || this.#trades.length >= TRADES_MAX) return;
    // Others of the same millisecond may be on the page before.
    const { items, isFirst } = await readTrades(this.#symbol, first.at + 1);
    if (this.#isDisposed) return;
    this.#isFirst = isFirst;
    this.#trades = [...items.filter(({ id }) => id < first.id), ...this.#trades];
    this.#build(this.#trades.at(-1)?.id ?? 0);
    this.#tell();
  }

  #keepTrades(trades: readonly ChartTrade[]): void {
    const last = this.#trades.at(-1)?.id ?? 0;
    this.#trades.push(...trades.filter(({ id }) => id > last));
  }

  #tell(): void {
    this.#events.bars(0);
    this.#events.state({ kind: "ready", error: null, isFirst: this.#isFirst });
  }

  /** Remembers that nothing is missing, or has what is missing read. */
  #settle(): void {
    if (!this.#isReady) return;
    if (this.#live.isComplete) this.#safeAt = this.bars.at(-1)?.at ?? null;
    else this.#later(REFILL_MS);
  }

  #later(wait: number): void {
    if (this.#timer !== null || this.#isDisposed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#readNewest(this.#safeAt ?? this.bars.at(-1)?.at).then(
        () => {
          if (this.#isDisposed) return;
          this.#tell();
          this.#settle();
        },
        () => this.#later(RETRY_MS),
      );
    }, wait);
  }
}

function chartTrade({ id, at, price, size, conditions }: Trade): ChartTrade {
  return { id, at, price, size, extended: conditions.includes("T") };
}
