/**
 * Conflation: the first change goes to a subscriber at once, what follows within the window is merged into one frame.
 * Bytes are encoded once by the book and copied; JSON is made once per segment, when the first JSON subscriber wants it.
 */
import { equalBytes } from "../../../protocol/stream/bytes.ts";
import { concatFrame, segmentAfter, segmentToJson } from "../../../protocol/stream/segment.ts";
import type { MarketSegment } from "../../../protocol/rpc/orderBook.ts";
import type { Codec } from "../../../protocol/stream/codec.ts";
import type { ServedChannel, ConflatedChannel } from "../../../protocol/stream/data.ts";
import { WINDOW_MS } from "./limits.ts";

/** Stream elements in both codecs; the JSON is transcoded at its first use and shared by all subscribers. */
export class Elements {
  readonly bytes: Uint8Array;
  readonly count: number;
  #json: string | null = null;

  constructor(bytes: Uint8Array, count: number) {
    this.bytes = bytes;
    this.count = count;
  }

  get json(): string {
    this.#json ??= segmentToJson(this.bytes);
    return this.#json;
  }

  /** Whether these are the same, byte for byte. */
  equals(others: Elements): boolean {
    return equalBytes(this.bytes, others.bytes);
  }

  /** Those with a greater `seq`; null when there are none. */
  after(sequence: number): Elements | null {
    const { bytes, count } = segmentAfter(this.bytes, sequence);
    return count === 0 ? null : new Elements(bytes, count);
  }
}

/** The newest element of one channel. */
export interface LatestElement {
  readonly channel: ConflatedChannel;
  readonly elements: Elements;
}

/** A stretch of one book's market data, ready to be handed out: what follows `previous`, through `sequence`. */
export interface MarketDataUpdate {
  readonly symbol: string;
  readonly previous: number;
  readonly sequence: number;
  readonly trades: Elements | null;
  readonly newest: readonly LatestElement[];
}

/** The parts of a segment or a subscription's answer that say how a book stands, but for its imbalance. */
export function latestElementsOf({
  quote,
  status = null,
  bands = null,
}: Pick<MarketSegment, "quote" | "status" | "bands">): LatestElement[] {
  const newest: LatestElement[] = [];
  if (quote !== null) newest.push({ channel: "quotes", elements: new Elements(quote, 1) });
  if (status !== null) newest.push({ channel: "statuses", elements: new Elements(status, 1) });
  if (bands !== null) newest.push({ channel: "lulds", elements: new Elements(bands, 1) });
  return newest;
}

/** The numbered part of a segment. */
export function updateOfSegment(segment: MarketSegment): MarketDataUpdate {
  const { symbol, previous, sequence, trades, tradeCount } = segment;
  const all = tradeCount === 0 ? null : new Elements(trades, tradeCount);
  return { symbol, previous, sequence, trades: all, newest: latestElementsOf(segment) };
}

/** Sequences through which a subscriber has a book's channels; one that is left out it has nothing of. */
export type Through = Readonly<Partial<Record<ServedChannel, number>>>;

/** The numbered channels, all through this sequence. Imbalances have no numbers. */
export function throughAll(sequence: number): Through {
  return { trades: sequence, quotes: sequence, statuses: sequence, lulds: sequence };
}

/** What of a change a subscriber lacks that has this much. The newest elements are at its end. */
export function updateAfter(change: MarketDataUpdate, through: Through): MarketDataUpdate {
  const has = through.trades ?? 0;
  return {
    ...change,
    trades: change.previous >= has ? change.trades : (change.trades?.after(has) ?? null),
    newest: change.newest.filter(({ channel }) => change.sequence > (through[channel] ?? -1)),
  };
}

/** What waits for one subscriber: every trade, and of each symbol and channel the newest, so that its numbers only grow. */
export class ConflationBuffer {
  /** In the order they came. */
  readonly #elements = new Set<Elements>();
  readonly #newest = new Map<string, Elements>();
  #bytes = 0;

  /** Bytes waiting, in MessagePack. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds what the subscriber wants of a change; false when that is nothing. */
  add(change: MarketDataUpdate, wants: (channel: ServedChannel) => boolean): boolean {
    let added = false;
    if (change.trades !== null && wants("trades")) {
      added = true;
      this.#elements.add(change.trades);
      this.#bytes += change.trades.bytes.length;
    }
    for (const { channel, elements } of change.newest) {
      if (!wants(channel)) continue;
      added = true;
      const key = `${channel} ${change.symbol}`;
      const older = this.#newest.get(key);
      if (older !== undefined) this.#elements.delete(older);
      this.#bytes += elements.bytes.length - (older?.bytes.length ?? 0);
      this.#newest.set(key, elements);
      this.#elements.add(elements);
    }
    return added;
  }

  /** Everything as one frame, and nothing waits any more; null when nothing did. */
  take(codec: Codec): string | Uint8Array | null {
    if (this.#bytes === 0) return null;
    const all = [...this.#elements];
    this.#elements.clear();
    this.#newest.clear();
    this.#bytes = 0;
    if (codec === "json") return `[${all.map(({ json }) => json).join(",")}]`;
    const count = all.reduce((sum, elements) => sum + elements.count, 0);
    const segments = all.map(({ bytes }) => bytes);
    return concatFrame(count, segments);
  }
}

/** A subscriber as the conflation sees it. */
export interface FlushTarget {
  /** Sends what is pending; false when the subscriber can take nothing now and it still waits. */
  flush(): boolean;
}

/** A clock and a timer. */
export interface SchedulerPorts {
  now(): number;
  after(ms: number, run: () => void): void;
}

/** Viewers whose windows end within this are flushed by one timer: the platform allows 10,000 timers, not one a subscriber. */
const TIMER_GRANULARITY_MS = 10;

/** Decides when each subscriber is flushed. Timers run only while something waits. */
export class ConflationScheduler {
  readonly #ports: SchedulerPorts;
  readonly #windowEnds = new WeakMap<FlushTarget, number>();
  readonly #waiting = new Set<FlushTarget>();
  readonly #due = new Map<number, FlushTarget[]>();

  constructor(ports: SchedulerPorts) {
    this.#ports = ports;
  }

  /** Something has been added to what waits for a subscriber. */
  changed(outlet: FlushTarget): void {
    if (this.#waiting.has(outlet)) return;
    const now = this.#ports.now();
    const ends = this.#windowEnds.get(outlet) ?? 0;
    if (now >= ends) this.#flush(outlet, now);
    else this.#wait(outlet, ends, now);
  }

  #flush(outlet: FlushTarget, now: number): void {
    const ends = now + WINDOW_MS;
    this.#windowEnds.set(outlet, ends);
    if (!outlet.flush()) this.#wait(outlet, ends, now);
  }

  #wait(outlet: FlushTarget, until: number, now: number): void {
    this.#waiting.add(outlet);
    const tick = Math.ceil(until / TIMER_GRANULARITY_MS) * TIMER_GRANULARITY_MS;
    const others = this.#due.get(tick);
    if (others !== undefined) {
      others.push(outlet);
      return;
    }
    const outlets = [outlet];
    this.#due.set(tick, outlets);
    this.#ports.after(tick - now, () => {
      this.#due.delete(tick);
      const then = this.#ports.now();
      for (const due of outlets) {
        this.#waiting.delete(due);
        this.#flush(due, then);
      }
    });
  }
}
