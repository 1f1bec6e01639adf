import {
  type FeedQuote,
  type FeedState,
  type FeedStatus,
  type FeedTrade,
  isHalted,
} from "../../domain/market/feeds/feed.ts";
import { knownState, UNREPORTED_MS } from "../../domain/market/feeds/liveness.ts";
import { nextFeedSequence } from "../../domain/market/feeds/sequence.ts";
import { endOfTradingDay } from "../../domain/market/session.ts";
import { FeedReference } from "./feedReference.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { NumberedTrade } from "../../domain/matching/bookState.ts";
import type { Log } from "../../protocol/log/events.ts";
import type { TradeElement } from "../../protocol/mapping/tradesAndQuotes.ts";
import type { FeedReport, ReportAnswer } from "../../protocol/rpc/feed.ts";
import type { BookTop } from "../../protocol/rpc/orderBook.ts";

/** A symbol without subscribers is followed for so long after somebody asked for its prices. */
const ASKED_MS = 60_000;
/** Trades of the feed that a client can resume after; and those that a trade is compared with, so that none comes twice. */
const RECENT_TRADES = 2_048;
const TRADES_COMPARED = 256;

export type FeedElement = Omit<TradeElement, "symbol">;

export interface FeedPricesPorts {
  readonly instrument: () => Instrument;
  /** Asks the feed for this symbol's prices, and for reports of what comes. */
  readonly follow: (instrument: Instrument) => Promise<FeedReport>;
  readonly hasListeners: () => boolean;
  /** Something is to be published: these trades, a quote, another state. */
  readonly changed: (trades: readonly FeedElement[]) => void;
  readonly now: () => number;
  /** Makes this the price from which the price limits of the day are measured. */
  readonly reference: (price: number) => Promise<void>;
  readonly armBy: (at: number) => void;
  readonly log: Log;
}

/**
 * The prices of a feed, which an externally priced symbol shows instead of those of its own book (MD-114). In memory
 * only: after a restart the feed is asked again. Published under numbers of their own.
 */
export class FeedPrices {
  readonly #ports: FeedPricesPorts;
  #active: boolean;
  #sequence: number;
  #forgottenThrough: number;
  #recent: FeedElement[] = [];
  #quote: FeedQuote | null = null;
  #trade: FeedTrade | null = null;
  #status: FeedStatus | null = null;
  #state: FeedState = "down";
  #receivedAt = 0;
  #shown: FeedState = "down";
  #askedAt = 0;
  /** The end of the trading day whose reference the feed has given. */
  #referencedUntil = 0;
  readonly #reference = new FeedReference();
  #followedVersion: number | null = null;
  #following: Promise<void> | null = null;

  constructor(ports: FeedPricesPorts) {
    this.#ports = ports;
    this.#active = ports.instrument().priceSource === "feed";
    this.#sequence = this.#forgottenThrough = nextFeedSequence(0, ports.now());
  }

  /** Null for a symbol with prices of its own. */
  get current(): this | null {
    return this.#active ? this : null;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Trades of a number up to this one are not kept: those before a restart. */
  get forgottenThrough(): number {
    return this.#forgottenThrough;
  }

  get recent(): readonly FeedElement[] {
    return this.#recent;
  }

  get isStale(): boolean {
    return this.#known !== "live";
  }

  /** At a price of a halted upstream nobody can trade either. */
  get #known(): FeedState {
    const state = knownState(this.#state, this.#receivedAt, this.#ports.now());
    return state === "live" && isHalted(this.#status) ? "stale" : state;
  }

  /** What a board is to know: that the prices are to be asked for here. */
  get mark(): Pick<BookTop, "feed"> {
    return this.#active ? { feed: { state: this.#known, at: this.#receivedAt } } : {};
  }

  /** What is shown as the top of the book. */
  top(): BookTop {
    const { bid = null, ask = null, at: quotedAt = 0, symbol = this.#ports.instrument().symbol } = this.#quote ?? {};
    const trade = this.#trade;
    const last = trade === null ? null : { tradeId: trade.tradeId, price: trade.price, qty: trade.qty, at: trade.at };
    // Before the feed has anything, nothing is known as of now.
    const at = Math.max(quotedAt, trade?.at ?? 0) || this.#ports.now();
    return { symbol, bid, ask, last, sequence: this.#sequence, at, feed: { state: this.#known, at: this.#receivedAt } };
  }

  /** Call after each commit with its trades; returns those to publish: own trades are not, while a feed gives the prices. */
  committed<T extends NumberedTrade>(trades: readonly T[]): readonly T[] {
    const active = this.#ports.instrument().priceSource === "feed";
    if (!active && !this.#active) return trades;
    if (active && !this.#active) this.#forgottenThrough = this.#advance();
    this.#active = active;
    if (!active) return trades;
    this.#advance();
    // Changed terms: the feed rounds to the tick.
    const { version } = this.#ports.instrument();
    if (this.#wanted && this.#followedVersion !== version) void this.#follow();
    return [];
  }

  /** A relay has subscribed. */
  subscribed(): Promise<void> {
    return this.#active && this.#isUnreported ? this.#follow() : Promise.resolve();
  }

  /** Somebody needs the prices now. */
  asked(): Promise<void> {
    this.#askedAt = this.#ports.now();
    return this.subscribed();
  }

  /** A report of the feed; false when the symbol need not be followed. */
  receive({ state, quote, status, trades }: FeedReport): ReportAnswer {
    if (!this.#active) return { keep: false };
    const { now, changed } = this.#ports;
    this.#state = state;
    this.#receivedAt = now();
    if (quote !== null) this.#quote = quote;
    if (status !== null || state === "down") this.#status = status;
    // After a restart the feed does not know what it has passed on.
    const fresh = trades.filter((trade) => !this.#isKnown(trade));
    const elements = fresh.map((trade) => this.#numbered(trade));
    for (const trade of fresh) if (this.#trade === null || trade.at >= this.#trade.at) this.#trade = trade;
    const shown = this.#known;
    if (quote !== null || elements.length > 0 || this.#shown !== shown) {
      this.#shown = shown;
      this.#advance();
      changed(elements);
    }
    this.#refer(state, quote);
    if (state === "live") this.arm();
    return { keep: this.#wanted };
  }

  /** The first confirmed price of a trading day is its reference; after a restart that of then. */
  #refer(state: FeedState, quote: FeedQuote | null): void {
    const { now, reference, log } = this.#ports;
    if (state !== "live" || quote === null || now() < this.#referencedUntil) return;
    const price = this.#reference.confirmedBy(quote);
    if (price === null) return;
    this.#referencedUntil = endOfTradingDay(now());
    reference(price).catch((error: unknown) => {
      this.#referencedUntil = 0;
      log("feed.no_reference", { error: String(error) });
    });
  }

  /** A feed that dies says nothing: the alarm notices. */
  arm(): void {
    const isShown = this.#active && this.#state === "live" && this.#ports.hasListeners();
    if (isShown) this.#ports.armBy(this.#receivedAt + UNREPORTED_MS);
  }

  /** The time of an alarm: what is shown may have become stale. */
  onAlarm(): void {
    if (!this.#active || this.#shown !== "live") return;
    if (this.#known === "live") return this.arm();
    this.#shown = "stale";
    this.#ports.log("feed.unreported", { symbol: this.#ports.instrument().symbol });
    this.#advance();
    this.#ports.changed([]);
    void this.#follow();
  }

  get #wanted(): boolean {
    return this.#ports.hasListeners() || this.#ports.now() - this.#askedAt < ASKED_MS;
  }

  get #isUnreported(): boolean {
    return this.#ports.now() - this.#receivedAt >= UNREPORTED_MS;
  }

  #follow(): Promise<void> {
    this.#following ??= this.#followNow().finally(() => {
      this.#following = null;
    });
    return this.#following;
  }

  async #followNow(): Promise<void> {
    const { instrument, follow, log } = this.#ports;
    const asked = instrument();
    try {
      const report = await follow(asked);
      this.#followedVersion = asked.version;
      this.receive(report);
    } catch (error) {
      log("feed.unreached", { symbol: asked.symbol, error: String(error) });
    }
  }

  #isKnown({ tradeId, at }: FeedTrade): boolean {
    return (
      tradeId > 0 && this.#recent.slice(-TRADES_COMPARED).some((each) => each.tradeId === tradeId && each.at === at)
    );
  }

  #numbered({ tradeId, price, qty, at }: FeedTrade): FeedElement {
    const element = { tradeId, price, qty, at, sequence: this.#advance() };
    this.#recent.push(element);
    if (this.#recent.length > RECENT_TRADES) this.#forgottenThrough = this.#recent.shift()?.sequence ?? 0;
    return element;
  }

  #advance(): number {
    this.#sequence = nextFeedSequence(this.#sequence, this.#ports.now());
    return this.#sequence;
  }
}
