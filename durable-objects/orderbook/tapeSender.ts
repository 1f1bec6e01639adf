import { retryWaitMs } from "../actor/retryWait.ts";
import type { Log } from "../../protocol/log/events.ts";
import type { TapeAppend, TapeAppended, TapeBars } from "../../protocol/rpc/tape.ts";
import { packTrades } from "../../domain/market/bars/packedTrades.ts";
import type { BookState } from "../../domain/matching/bookState.ts";
import type { QuoteBatch, QuoteOutbox } from "./quoteOutbox.ts";
import type { TapeBatch, TapeOutbox } from "./tapeOutbox.ts";

const NO_TRADES = packTrades([]);

/** Trades and quotes of one call; never null both. */
interface Sending {
  readonly month: string;
  readonly trades: TapeBatch | null;
  readonly quotes: QuoteBatch | null;
}

/** Trades gather for so long before they are sent: one call in two seconds, however many there are. */
export const GATHER_MS = 2_000;
/** Quotes, without trades, gather for longer while they change: most symbols quote far more often than they trade. */
export const GATHER_QUOTES_MS = 10_000;
/** Quotes that do not change for so long are sent at once: then the book sleeps. */
const QUIET_QUOTES_MS = 1_500;
/** The alarm that sends what a restart has left, after the time of sending. */
const ALARM_AFTER_MS = 3_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_LONGEST_MS = 60_000;

/** The tapes of a symbol, alarm, clock and timer. Calls without an answer reject in the end. */
export interface TapeSenderPorts {
  /** Lists a month before its first trade. */
  open(month: string): Promise<void>;
  append(month: string, request: TapeAppend): Promise<TapeAppended>;
  /** Nobody has the trades between two numbers any more. */
  gapFound(gap: { readonly month: string; readonly after: number; readonly before: number }): void;
  /** The tape has these newest bars. */
  barsChanged(bars: TapeBars): void;
  /** The book. Throws while memory has trades that were not committed. */
  state(): Readonly<BookState>;
  armBy(at: number): void;
  /** Call after sending: the alarm may not be needed any more. */
  settled(): void;
  now(): number;
  random(): number;
  after(ms: number, run: () => void): void;
  readonly log: Log;
}

/** What is planned: nothing, sending quotes, or sending soon, because there are trades. */
type Planned = "nothing" | "quotes" | "trades";

/**
 * Sends the trades and quotes of a book to its tapes, in order and with one call in flight. A call may be lost or arrive
 * twice: the tape takes only what follows its newest trade and quote, and says through which trade it has them. What fails
 * is repeated by the alarm of the book, with growing waits.
 */
export class TapeSender {
  readonly #outbox: TapeOutbox;
  readonly #quotes: QuoteOutbox;
  readonly #ports: TapeSenderPorts;
  #planned: Planned = "nothing";
  /** The time at which the alarm repeats what is planned or has failed. */
  #dueAt = 0;
  /** The book has changed since the timer of quotes was set. */
  #isFresh = false;
  #sending: Promise<void> | null = null;
  #failures = 0;
  #retryAt = 0;
  /** The month that is known to be listed. */
  #opened: string | null = null;

  constructor(outbox: TapeOutbox, quotes: QuoteOutbox, ports: TapeSenderPorts) {
    this.#outbox = outbox;
    this.#quotes = quotes;
    this.#ports = ports;
  }

  /** Call after each commit, and when the object has started. */
  changed(): void {
    if (this.#sending !== null || this.#failures > 0 || this.#planned === "trades") return;
    if (this.#outbox.hasPending) return this.#plan("trades", GATHER_MS);
    this.#isFresh = true;
    if (this.#planned === "quotes") return;
    if (this.#quotes.hasPending || this.#quotes.isBehind(this.#ports.state())) this.#plan("quotes", GATHER_QUOTES_MS);
  }

  /** Sets the alarm while the tapes lack something. When they have all, that is stored. */
  arm(): void {
    if (!this.#hasNews()) {
      this.#outbox.storeAcknowledged();
      return this.#quotes.storeAcknowledged();
    }
    const now = this.#ports.now();
    // A clock that was set back must not make the wait longer.
    this.#ports.armBy(Math.max(now + ALARM_AFTER_MS, Math.min(this.#dueAt, now + RETRY_LONGEST_MS * 2)));
  }

  /** Call it from the object's alarm. */
  onAlarm(): void {
    this.arm();
    const isBusy = this.#sending !== null || this.#planned !== "nothing";
    if (isBusy || this.#retryAt > this.#ports.now() || !this.#hasNews()) return;
    void this.#sendAll();
  }

  #plan(what: Planned, waitMs: number): void {
    this.#planned = what;
    this.#dueAt = this.#ports.now() + waitMs + ALARM_AFTER_MS;
    this.#ports.armBy(this.#dueAt);
    if (what === "quotes") return this.#gatherQuotes(this.#ports.now() + waitMs);
    this.#ports.after(waitMs, () => this.#sendPlanned(what));
  }

  #gatherQuotes(until: number): void {
    this.#isFresh = false;
    this.#ports.after(QUIET_QUOTES_MS, () => {
      const waits = this.#isFresh && this.#planned === "quotes" && this.#ports.now() < until;
      if (waits) this.#gatherQuotes(until);
      else this.#sendPlanned("quotes");
    });
  }

  /** Trades that came after a timer for quotes have a sooner one. */
  #sendPlanned(what: Planned): void {
    if (this.#planned === what && this.#sending === null) void this.#sendAll();
  }

  #hasNews(): boolean {
    return this.#outbox.hasPending || this.#quotes.hasPending || this.#quotes.isBehind(this.#ports.state());
  }

  /** Sends what is pending at once. Rejects when the tape does not take it, or did not a moment ago. */
  async flush(): Promise<void> {
    if (this.#failures === 0 || this.#ports.now() >= this.#retryAt) await this.#sendAll();
    if (this.#outbox.hasPending) throw new Error("the tape lacks trades of the book");
  }

  #sendAll(): Promise<void> {
    this.#planned = "nothing";
    this.#sending ??= this.#sendEach().finally(() => {
      this.#sending = null;
      if (this.#failures === 0) this.changed();
      this.#ports.settled();
    });
    return this.#sending;
  }

  async #sendEach(): Promise<void> {
    try {
      this.#quotes.endSecond(this.#ports.state(), this.#ports.now());
      for (let next = this.#next(); next !== null; next = this.#next()) {
        await this.#send(next);
        this.#ports.state();
        this.#failures = 0;
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The oldest trades and quotes of one tape. */
  #next(): Sending | null {
    const [trades, quotes] = [this.#outbox.next(), this.#quotes.next()];
    if (trades === null) return quotes === null ? null : { month: quotes.month, trades, quotes };
    return { month: trades.month, trades, quotes: quotes?.month === trades.month ? quotes : null };
  }

  async #send({ month, trades, quotes }: Sending): Promise<void> {
    if (this.#opened !== month) {
      await this.#ports.open(month);
      this.#opened = month;
    }
    const call = { trades: trades?.trades ?? NO_TRADES, ...(quotes === null ? {} : { quotes: quotes.quotes }) };
    let { through, bars } = await this.#ports.append(month, { ...call, acceptGap: false });
    if (trades !== null && through < trades.first - 1) {
      // Nobody has the trades between them any more.
      const gap = { month, after: through, before: trades.first };
      this.#ports.log("tape.gap", gap);
      this.#ports.gapFound(gap);
      ({ through, bars } = await this.#ports.append(month, { ...call, acceptGap: true }));
    }
    if (trades !== null && through < trades.last) {
      throw new Error(`the tape has trades through ${through}, not ${trades.last}`);
    }
    this.#ports.state();
    if (trades !== null) this.#outbox.acknowledged(through);
    if (quotes !== null) this.#quotes.acknowledged(quotes.last);
    if (bars !== undefined && trades !== null) this.#ports.barsChanged(bars);
  }

  #failed(error: unknown): void {
    const failures = ++this.#failures;
    const waitMs = retryWaitMs(failures, RETRY_FIRST_MS, RETRY_LONGEST_MS, () => this.#ports.random());
    this.#retryAt = this.#ports.now() + waitMs;
    this.#ports.log("tape.failed", { failures, error: String(error) });
    this.#dueAt = this.#retryAt;
    this.#ports.armBy(this.#retryAt);
  }
}
