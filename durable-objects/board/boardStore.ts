import type { DayClose } from "../../domain/market/dayClose.ts";
import { tradingDayOf } from "../../domain/market/session.ts";
import type { PriceSeries } from "../../domain/portfolio/history/priceSeries.ts";
import { latestBarsToWire } from "../../protocol/mapping/bars.ts";
import type { WireLatestBars } from "../../protocol/wire/bars.ts";
import type {
  BoardCall,
  BoardCloses,
  BoardUpdate,
  BoardUpdated,
  BoardValues,
  DayRange,
} from "../../protocol/rpc/priceBoard.ts";
import type { BookTop } from "../../protocol/rpc/orderBook.ts";
import { joinBars, learnedBars } from "./joinBars.ts";

/** The storage of a board. Structural, so that tests run the same SQL elsewhere. */
export interface BoardStorage {
  readonly sql: {
    exec(query: string, ...binds: (string | number | ArrayBuffer)[]): Iterable<Record<string, unknown>>;
  };
}

/** A book that is awake tells its state so often at least; without news for so long its values count as unknown. */
export const UNTOLD_MS = 15_000;

/** The last values of a symbol, as they are stored. */
interface Entry {
  readonly top: BookTop;
  readonly close: DayClose | null;
  readonly bars: WireLatestBars | null;
  /** The bars are all that the tapes have; otherwise a reader reads the tapes. */
  readonly whole: boolean;
  /** The call that told them; rows of an earlier release lack it. */
  readonly call?: BoardCall;
}

interface Known extends Entry {
  readonly quiet: boolean;
  readonly toldAt: number;
}

/** A close and its day, 8 bytes each. */
const CLOSE_BYTES = 16;

/**
 * The last values of symbols. The row of a symbol is written when its book goes to sleep. When the book wakes and tells
 * something new, the row is marked: a board that restarts then does not give values that are no longer valid.
 */
export class BoardStore {
  readonly #sql: BoardStorage["sql"];
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  /** Symbols whose row counts. */
  readonly #stored = new Set<string>();

  constructor({ sql }: BoardStorage, now: () => number) {
    this.#sql = sql;
    this.#now = now;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS last_values (symbol TEXT PRIMARY KEY, quiet INTEGER NOT NULL, body TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS board_closes (symbol TEXT PRIMARY KEY, first_day INTEGER NOT NULL, body BLOB NOT NULL)`,
    );
    for (const { symbol, body } of sql.exec("SELECT symbol, body FROM last_values WHERE quiet = 1")) {
      const entry = JSON.parse(String(body)) as Entry;
      this.#known.set(String(symbol), { ...entry, quiet: true, toldAt: 0 });
      this.#stored.add(String(symbol));
    }
  }

  update(update: BoardUpdate): BoardUpdated {
    const { top, close, closes, bars, quiet, call } = update;
    const { symbol } = top;
    const before = this.#known.get(symbol);
    // A call that was given up may arrive after later ones.
    if (before !== undefined && isLate(update, before)) return { lacksBars: false };
    const joined =
      bars === null || bars === "unknown"
        ? { bars: before?.bars ?? null, whole: bars === null && before?.whole === true }
        : joinBars(latestBarsToWire(symbol, bars), before?.whole === true ? before.bars : null);
    const entry: Entry = { top, close, ...joined, ...(call && { call }) };
    this.#known.set(symbol, { ...entry, quiet, toldAt: this.#now() });
    if (closes !== null) this.#writeCloses(symbol, closes);
    if (quiet) this.#write(symbol, entry);
    else if (this.#stored.delete(symbol)) this.#sql.exec("UPDATE last_values SET quiet = 0 WHERE symbol = ?", symbol);
    return { lacksBars: !entry.whole };
  }

  learnBars(bars: WireLatestBars): void {
    const before = this.#known.get(bars.symbol);
    if (before === undefined) return;
    const after: Known = { ...before, bars: learnedBars(bars, before.bars), whole: true };
    this.#known.set(bars.symbol, after);
    const { quiet: _quiet, toldAt: _toldAt, ...entry } = after;
    if (this.#stored.has(bars.symbol)) this.#write(bars.symbol, entry);
  }

  read(symbols: readonly string[], closes: DayRange | null): (BoardValues | null)[] {
    const now = this.#now();
    return symbols.map((symbol) => {
      const known = this.#known.get(symbol);
      if (known === undefined || (!known.quiet && Math.abs(now - known.toldAt) > UNTOLD_MS)) return null;
      const { top, close, bars, whole } = known;
      // The prices of a feed change without a change of the book.
      if (top.feed !== undefined) return null;
      const series = closes === null ? null : this.#closes(symbol, close, closes, now);
      return { top, close, bars: whole ? bars : null, closes: series };
    });
  }

  /** The newest bars of all symbols of which they are known. */
  bars(): WireLatestBars[] {
    return Array.from(this.#known.values(), ({ bars }) => bars).filter((bars) => bars !== null);
  }

  #write(symbol: string, entry: Entry): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO last_values (symbol, quiet, body) VALUES (?, 1, ?)",
      symbol,
      JSON.stringify(entry),
    );
    this.#stored.add(symbol);
  }

  #writeCloses(symbol: string, { from, series: { at, price } }: BoardCloses): void {
    const numbers = new Float64Array(2 * at.length);
    numbers.set(at);
    numbers.set(price, at.length);
    this.#sql.exec(
      "INSERT OR REPLACE INTO board_closes (symbol, first_day, body) VALUES (?, ?, ?)",
      symbol,
      from,
      numbers.buffer,
    );
  }

  /** The closes of the days that are over, with the newest one before them; null when older ones are not stored. */
  #closes(symbol: string, close: DayClose | null, { from, to }: DayRange, now: number): PriceSeries | null {
    for (const { first_day: first, body } of this.#sql.exec(
      "SELECT first_day, body FROM board_closes WHERE symbol = ?",
      symbol,
    )) {
      if (Number(first) > from) return null;
      const numbers = new Float64Array(body instanceof Uint8Array ? body.slice().buffer : (body as ArrayBuffer));
      const count = (numbers.byteLength / CLOSE_BYTES) | 0;
      const last = Math.min(to, tradingDayOf(now) - 1);
      const prices = new Map<number, number>();
      for (let nth = 0; nth < count; nth++) prices.set(numbers[nth] ?? 0, numbers[count + nth] ?? 0);
      if (close !== null) prices.set(tradingDayOf(close.until - 1), close.price);
      return seriesWithin(prices, from, last);
    }
    return null;
  }
}

/** Whether a call was made before the one that told these values. */
function isLate({ top, call }: BoardUpdate, { top: { sequence }, call: newest }: Entry): boolean {
  if (top.sequence !== sequence || call === undefined || newest === undefined) return top.sequence < sequence;
  return call[0] < newest[0] || (call[0] === newest[0] && call[1] < newest[1]);
}

/** Closes from a day to another; of those before the first only the newest. */
function seriesWithin(prices: ReadonlyMap<number, number>, from: number, last: number): PriceSeries {
  const sorted = [...prices].filter(([day]) => day <= last).sort(([one], [other]) => one - other);
  const begin = sorted.findLastIndex(([day]) => day <= from);
  const kept = sorted.slice(Math.max(0, begin));
  return { at: Float64Array.from(kept, ([day]) => day), price: Float64Array.from(kept, ([, price]) => price) };
}
