import type { FeedItem, FeedState } from "../../domain/market/feeds/feed.ts";
import { type FeedNews, NewestOfSymbol } from "../../domain/market/feeds/newest.ts";
import { REPORT_MS } from "../../domain/market/feeds/liveness.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Log } from "../../protocol/log/events.ts";
import type { FeedReport, ReportAnswer } from "../../protocol/rpc/feed.ts";

/** At most ten reports a second to a book, which publishes as often. */
const WINDOW_MS = 100;
/** A book that did not answer so often in a row is not followed any more: it asks again when it needs prices. */
const FAILURES_MAX = 12;

export interface FollowedPorts {
  readonly report: (report: FeedReport) => Promise<ReportAnswer>;
  readonly state: () => FeedState;
  /** The symbols that are followed are others now. */
  readonly changed: (followed: ReadonlyMap<string, Instrument>) => void;
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => void;
  readonly log: Log;
}

interface Followed {
  readonly instrument: Instrument;
  readonly newest: NewestOfSymbol;
  dirty: boolean;
  windowOpen: boolean;
  busy: boolean;
  failures: number;
  reportedAt: number;
  /** Grows with each request of the book: an answer to an earlier report does not end a newer request. */
  requests: number;
}

/** The symbols that books follow: what is known of each, and reports to its book, one in flight at a time (MD-113). */
export class FollowedSymbols {
  readonly #ports: FollowedPorts;
  readonly #followed = new Map<string, Followed>();
  #items = 0;

  constructor(ports: FollowedPorts) {
    this.#ports = ports;
  }

  get instruments(): ReadonlyMap<string, Instrument> {
    return new Map([...this.#followed].map(([symbol, { instrument }]) => [symbol, instrument]));
  }

  get counts(): { readonly items: number; readonly dropped: number } {
    const dropped = [...this.#followed.values()].reduce((sum, { newest }) => sum + newest.dropped, 0);
    return { items: this.#items, dropped };
  }

  /** Follows a symbol; an instrument that is known is replaced by its newer version. */
  follow(instrument: Instrument): void {
    const { symbol } = instrument;
    const known = this.#followed.get(symbol);
    if (known?.instrument.version === instrument.version) {
      known.requests++;
      return;
    }
    this.#followed.set(symbol, this.#begin(instrument, (known?.requests ?? 0) + 1));
    this.#ports.changed(this.instruments);
  }

  /** Follows a symbol as before a restart; nothing is asked of the source yet. */
  restore(instrument: Instrument): void {
    this.#followed.set(instrument.symbol, this.#begin(instrument, 0));
  }

  /** Everything that is known of a symbol. */
  all(symbol: string): FeedReport {
    const news = this.#followed.get(symbol)?.newest.all() ?? { quote: null, status: null, trades: [] };
    return this.#reportOf(symbol, news);
  }

  add(items: readonly FeedItem[]): void {
    for (const item of items) {
      const followed = this.#followed.get(item.symbol);
      if (followed?.newest.add(item) !== true) continue;
      this.#items++;
      this.#touch(item.symbol, followed);
    }
  }

  /** The state of the feed is another one: every book is told. */
  stateChanged(): void {
    const isDown = this.#ports.state() === "down";
    for (const [symbol, followed] of this.#followed) {
      if (isDown) followed.newest.forgetStatus();
      this.#touch(symbol, followed);
    }
  }

  /** Books that have heard nothing for a while get the state. */
  tick(): void {
    const due = this.#ports.now() - REPORT_MS;
    for (const [symbol, followed] of this.#followed) if (followed.reportedAt <= due) this.#touch(symbol, followed);
  }

  #begin(instrument: Instrument, requests: number): Followed {
    return {
      instrument,
      newest: new NewestOfSymbol(),
      dirty: false,
      windowOpen: false,
      busy: false,
      failures: 0,
      reportedAt: this.#ports.now(),
      requests,
    };
  }

  #touch(symbol: string, followed: Followed): void {
    followed.dirty = true;
    if (!followed.windowOpen && !followed.busy) void this.#report(symbol, followed);
  }

  async #report(symbol: string, followed: Followed): Promise<void> {
    followed.dirty = false;
    followed.busy = followed.windowOpen = true;
    this.#ports.after(WINDOW_MS, () => {
      followed.windowOpen = false;
      this.#reportAgain(symbol, followed);
    });
    const { requests } = followed;
    followed.reportedAt = this.#ports.now();
    try {
      const { keep } = await this.#ports.report(this.#reportOf(symbol, followed.newest.take()));
      followed.failures = 0;
      if (!keep && followed.requests === requests) this.#forget(symbol, followed);
    } catch (error) {
      followed.failures++;
      this.#ports.log("feed.book_unreached", { symbol, failures: followed.failures, error: String(error) });
      if (followed.failures >= FAILURES_MAX) this.#forget(symbol, followed);
    }
    followed.busy = false;
    this.#reportAgain(symbol, followed);
  }

  #reportAgain(symbol: string, followed: Followed): void {
    // A book that does not answer gets the next report with the next tick.
    if (!followed.dirty || followed.windowOpen || followed.busy || followed.failures > 0) return;
    if (this.#followed.get(symbol) === followed) void this.#report(symbol, followed);
  }

  #forget(symbol: string, followed: Followed): void {
    if (this.#followed.get(symbol) !== followed) return;
    this.#followed.delete(symbol);
    this.#ports.changed(this.instruments);
  }

  #reportOf(symbol: string, news: FeedNews): FeedReport {
    return { symbol, state: this.#ports.state(), ...news };
  }
}
