/** What has changed since the page took the last batch: the newest quote and book of a symbol, every trade. */
import type { Book } from "./book.ts";
import { at, number, readBar, readQuote, readTrade, text } from "./elements.ts";
import type { Element } from "./marketSocket.ts";
import type { OrderQueues } from "./orderQueues.ts";
import type {
  Bands,
  Bar,
  Batch,
  Depth,
  Health,
  Imbalance,
  MarketStatus,
  Queue,
  Quote,
  Trade,
  TradingEvent,
} from "./messages.ts";

/** A page that is hidden paints nothing: of each symbol it misses all but the newest trades. */
const TRADES_WAITING_MAX = 5_000;

const NO_HEALTH: Health = {
  market: "off",
  trading: "off",
  lagMs: null,
  clockOffsetMs: null,
  verifiedBooks: 0,
  checksumFailures: 0,
  resumes: 0,
  lastFrameAt: null,
};

export class Changes {
  readonly #post: (batch: Batch) => void;
  readonly #quotes = new Map<string, Quote>();
  #trades: Trade[] = [];
  #bars: Bar[] = [];
  readonly #days = new Map<string, Bar>();
  readonly #books = new Map<string, Book>();
  readonly #queues = new Map<string, OrderQueues>();
  readonly #statuses = new Map<string, MarketStatus>();
  readonly #bands = new Map<string, Bands>();
  readonly #imbalances = new Map<string, Imbalance>();
  #trading: TradingEvent[] = [];
  #health: Health = NO_HEALTH;
  #isAsked = false;
  #hasChanged = true;

  constructor(post: (batch: Batch) => void) {
    this.#post = post;
  }

  /** The page takes the batch: at once, or when there is something. */
  take(): void {
    this.#isAsked = true;
    if (this.#hasChanged) this.#hand();
  }

  element(element: Element): void {
    const symbol = element.S ?? "";
    this.#health = { ...this.#health, lastFrameAt: Date.now() };
    if (element.T === "q") this.#quotes.set(symbol, readQuote(symbol, element));
    else if (element.T === "t") {
      this.#trades.push(readTrade(symbol, element));
      if (this.#trades.length > TRADES_WAITING_MAX) this.#trades.splice(0, this.#trades.length - TRADES_WAITING_MAX);
    } else if (element.T === "b" || element.T === "u") this.#bars.push(readBar(symbol, element));
    else if (element.T === "d") this.#days.set(symbol, readBar(symbol, element));
    else if (element.T === "s") this.#statuses.set(symbol, statusOf(symbol, element));
    else if (element.T === "l") this.#bands.set(symbol, bandsOf(symbol, element));
    else if (element.T === "i") this.#imbalances.set(symbol, imbalanceOf(symbol, element));
    if (element.T === "q" || element.T === "t")
      this.#health = { ...this.#health, lagMs: Date.now() - at(element["t"]) };
    this.#changed();
  }

  book(symbol: string, book: Book): void {
    this.#books.set(symbol, book);
    this.#health = { ...this.#health, verifiedBooks: this.#health.verifiedBooks + 1 };
    this.#changed();
  }

  queues(symbol: string, queues: OrderQueues): void {
    this.#queues.set(symbol, queues);
    this.#changed();
  }

  trading(event: TradingEvent): void {
    this.#trading.push(event);
    this.#changed();
  }

  health(part: Partial<Health>): void {
    this.#health = { ...this.#health, ...part };
    this.#changed();
  }

  checksumFailed(): void {
    this.health({ checksumFailures: this.#health.checksumFailures + 1 });
  }

  resumed(): void {
    this.health({ resumes: this.#health.resumes + 1 });
  }

  #changed(): void {
    this.#hasChanged = true;
    if (this.#isAsked) this.#hand();
  }

  #hand(): void {
    this.#isAsked = this.#hasChanged = false;
    this.#post({
      kind: "batch",
      quotes: drain(this.#quotes),
      trades: this.#trades,
      bars: this.#bars,
      days: drain(this.#days),
      depth: [...this.#books].map(([symbol, book]) => depthOf(symbol, book)),
      queues: [...this.#queues].map(([symbol, queues]) => queueOf(symbol, queues)),
      statuses: drain(this.#statuses),
      bands: drain(this.#bands),
      imbalances: drain(this.#imbalances),
      trading: this.#trading,
      health: this.#health,
    });
    this.#books.clear();
    this.#queues.clear();
    this.#trades = [];
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

function statusOf(symbol: string, one: Element): MarketStatus {
  return {
    symbol,
    code: text(one["sc"]),
    reason: text(one["rc"]),
    phase: text(one["phase"]),
    since: at(one["t"]),
    session: text(one["session"]),
    until: one["until"] === undefined ? null : at(one["until"]),
  };
}

function bandsOf(symbol: string, one: Element): Bands {
  return {
    symbol,
    upper: number(one["u"]),
    lower: number(one["d"]),
    indicator: text(one["i"]),
    reference: number(one["ref"]),
    limit: text(one["limit"]),
    since: at(one["t"]),
  };
}

function imbalanceOf(symbol: string, one: Element): Imbalance {
  return {
    symbol,
    price: number(one["p"]),
    paired: number(one["paired"]),
    imbalance: number(one["imbalance"]),
    side: text(one["side"]),
    at: at(one["t"]),
  };
}
