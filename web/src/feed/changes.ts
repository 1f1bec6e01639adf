/** What has changed since the page took the last batch: the newest quote and book of a symbol, every trade. */
import type { Book } from "./book.ts";
import { at, readBands, readBar, readImbalance, readQuote, readStatus, readTrade } from "./elements.ts";
import { Lag } from "./lag.ts";
import type { Element } from "./marketSocket.ts";
import type { OrderQueues } from "./orderQueues.ts";
import type {
  Bands,
  Bar,
  Batch,
  Depth,
  Imbalance,
  Link,
  MarketStatus,
  Queue,
  Quote,
  StreamHealth,
  Trade,
  TradingEvent,
  Trouble,
} from "./messages.ts";

/** Of each symbol, trades that wait for a page that does not paint; older ones are read from REST when they are needed. */
const TRADES_WAITING_MAX = 1_000;
/** Events of the account that wait; with more the page reads the account again. */
const TRADING_WAITING_MAX = 2_000;
const BARS_WAITING_MAX = 2_000;

/** As if the stream could not resume: the page reads the account again. */
const READ_AGAIN: TradingEvent = { stream: "snapshot", data: {} };

/** Before anything is known of the streams. */
export const NO_HEALTH: StreamHealth = {
  market: "off",
  trading: "off",
  marketTrouble: null,
  tradingTrouble: null,
  lostAt: null,
  lagMs: null,
  verifiedBooks: 0,
  checksumFailures: 0,
  bookGaps: 0,
  bookGapAt: null,
  repairing: [],
  resumes: 0,
  lastFrameAt: null,
};

export class Changes {
  readonly #post: (batch: Batch) => void;
  readonly #quotes = new Map<string, Quote>();
  readonly #trades = new Map<string, Trade[]>();
  readonly #gaps = new Set<string>();
  readonly #dropped = new Set<string>();
  readonly #restarted = new Set<string>();
  #bars: Bar[] = [];
  readonly #days = new Map<string, Bar>();
  readonly #books = new Map<string, Book>();
  readonly #queues = new Map<string, OrderQueues>();
  readonly #statuses = new Map<string, MarketStatus>();
  readonly #bands = new Map<string, Bands>();
  readonly #imbalances = new Map<string, Imbalance>();
  readonly #lag = new Lag();
  #trading: TradingEvent[] = [];
  #fresh: readonly string[] | null = null;
  #health: StreamHealth = NO_HEALTH;
  #isAsked = false;
  #hasChanged = true;
  #isHanding = false;

  constructor(post: (batch: Batch) => void) {
    this.#post = post;
  }

  /** The page takes the batch: at once, or when there is something. */
  take(): void {
    this.#isAsked = true;
    if (this.#hasChanged) this.#hand();
  }

  /** `isSettled`: it came as it happened. */
  element(element: Element, isSettled: boolean): void {
    const { T: kind, S: symbol = "" } = element;
    const now = Date.now();
    this.#health = { ...this.#health, lastFrameAt: now };
    if (kind === "q") this.#quotes.set(symbol, readQuote(symbol, element));
    else if (kind === "t") this.#trade(readTrade(symbol, element));
    else if (kind === "b" || kind === "u") {
      this.#bars.push(readBar(symbol, element));
      if (this.#bars.length > BARS_WAITING_MAX) this.#bars.splice(0, this.#bars.length - BARS_WAITING_MAX);
    } else if (kind === "d") this.#days.set(symbol, readBar(symbol, element));
    else if (kind === "s") this.#statuses.set(symbol, readStatus(symbol, element));
    else if (kind === "l") this.#bands.set(symbol, readBands(symbol, element));
    else if (kind === "i") this.#imbalances.set(symbol, readImbalance(symbol, element));
    if (isSettled && (kind === "q" || kind === "t")) this.#lag.add(now, now - at(element["t"]));
    this.#changed();
  }

  book(symbol: string, book: Book): void {
    this.#books.set(symbol, book);
    this.#note({ verifiedBooks: this.#health.verifiedBooks + 1 });
  }

  queues(symbol: string, queues: OrderQueues): void {
    this.#queues.set(symbol, queues);
    this.#changed();
  }

  /** A copy of a book was wrong and is read again. */
  copyLost(why: "gap" | "wrong checksum"): void {
    const { bookGaps, checksumFailures } = this.#health;
    if (why === "gap") this.#note({ bookGaps: bookGaps + 1, bookGapAt: Date.now() });
    else this.#note({ checksumFailures: checksumFailures + 1 });
  }

  /** The symbols whose copies are being read again. */
  repairing(symbols: ReadonlySet<string>): void {
    this.#note({ repairing: [...symbols] });
  }

  trading(event: TradingEvent): void {
    if (this.#trading.length >= TRADING_WAITING_MAX) this.#trading = [READ_AGAIN];
    this.#trading.push(event);
    this.#changed();
  }

  /** The link to market data has changed. */
  marketLink(market: Link, marketTrouble: Trouble | null): void {
    if (market !== "live") this.#lag.clear();
    const lostAt = market === "live" || market === "off" ? null : (this.#health.lostAt ?? Date.now());
    this.#note({ market, marketTrouble, lostAt });
  }

  tradingLink(trading: Link, tradingTrouble: Trouble | null): void {
    this.#note({ trading, tradingTrouble });
  }

  gap(symbol: string): void {
    this.#gaps.add(symbol);
    this.#changed();
  }

  restarted(symbol: string): void {
    this.#restarted.add(symbol);
    this.#changed();
  }

  fresh(symbols: ReadonlySet<string>): void {
    this.#fresh = [...symbols];
    this.#changed();
  }

  resumed(): void {
    this.#note({ resumes: this.#health.resumes + 1 });
  }

  #note(part: Partial<StreamHealth>): void {
    this.#health = { ...this.#health, ...part };
    this.#changed();
  }

  #trade(trade: Trade): void {
    const waiting = this.#trades.get(trade.symbol) ?? [];
    this.#trades.set(trade.symbol, waiting);
    waiting.push(trade);
    if (waiting.length <= TRADES_WAITING_MAX) return;
    waiting.splice(0, waiting.length - TRADES_WAITING_MAX);
    this.#dropped.add(trade.symbol);
  }

  /** A frame has many elements: they are handed over together. */
  #changed(): void {
    this.#hasChanged = true;
    if (!this.#isAsked || this.#isHanding) return;
    this.#isHanding = true;
    queueMicrotask(() => {
      this.#isHanding = false;
      if (this.#isAsked) this.#hand();
    });
  }

  #hand(): void {
    this.#isAsked = this.#hasChanged = false;
    const lagMs = this.#lag.median(Date.now());
    this.#post({
      kind: "batch",
      fresh: this.#fresh,
      gaps: [...this.#gaps],
      dropped: [...this.#dropped],
      restarted: [...this.#restarted],
      quotes: drain(this.#quotes),
      trades: drain(this.#trades).flat(),
      bars: this.#bars,
      days: drain(this.#days),
      depth: [...this.#books].map(([symbol, book]) => depthOf(symbol, book)),
      queues: [...this.#queues].map(([symbol, queues]) => queueOf(symbol, queues)),
      statuses: drain(this.#statuses),
      bands: drain(this.#bands),
      imbalances: drain(this.#imbalances),
      trading: this.#trading,
      health: lagMs === this.#health.lagMs ? this.#health : (this.#health = { ...this.#health, lagMs }),
    });
    this.#books.clear();
    this.#queues.clear();
    this.#gaps.clear();
    this.#dropped.clear();
    this.#restarted.clear();
    this.#fresh = null;
    this.#bars = [];
    this.#trading = [];
  }
}

function drain<T>(map: Map<string, T>): T[] {
  const all = [...map.values()];
  map.clear();
  return all;
}

function depthOf(symbol: string, book: Book): Depth {
  return { symbol, bids: book.bids, asks: book.asks, seq: book.seq ?? 0, verified: book.verified };
}

function queueOf(symbol: string, queues: OrderQueues): Queue {
  return { symbol, own: queues.own(), verified: queues.verified };
}
