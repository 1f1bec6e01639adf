/**
 * Conflation: a subscriber gets the first update at once; updates within the following window are merged into one
 * frame. The book encodes an element once and the relay copies the bytes. JSON is made once per segment, for its first
 * JSON subscriber.
 */
import { equalBytes } from "../../../protocol/stream/bytes.ts";
import { concatFrame, segmentAfter, segmentToJson } from "../../../protocol/stream/segment.ts";
import type { DepthChanges, MarketSegment } from "../../../protocol/rpc/orderBook.ts";
import { orderbookBytes } from "./depth/orderbooks.ts";
import { MERGED_AT, mergedElement } from "./depth/mergeChanges.ts";
import type { Codec } from "../../../protocol/stream/codec.ts";
import {
  type Channel,
  type ChannelOf,
  type Channels,
  CHANNELS,
  channelsDelivered,
  type Delivery,
  eachChannel,
  type PartOf,
} from "../../../protocol/stream/channels.ts";
import type { DataFeed } from "../../../protocol/stream/permissions.ts";
import { WINDOW_MS } from "./limits.ts";
import { includesAll } from "./streamFeed.ts";

/** Stream elements in both codecs. JSON is transcoded at first use and shared by all subscribers. */
export class Elements {
  readonly count: number;
  #bytes: Uint8Array | (() => Uint8Array);
  #json: string | null = null;

  /** `bytes` may be made when they are first needed. */
  constructor(bytes: Uint8Array | (() => Uint8Array), count: number) {
    this.#bytes = bytes;
    this.count = count;
  }

  get bytes(): Uint8Array {
    if (typeof this.#bytes === "function") this.#bytes = this.#bytes();
    return this.#bytes;
  }

  get json(): string {
    this.#json ??= segmentToJson(this.bytes);
    return this.#json;
  }

  /** Compares byte for byte. */
  equals(others: Elements): boolean {
    return equalBytes(this.bytes, others.bytes);
  }

  /** The elements with a greater `seq`; null without any. */
  after(sequence: number): Elements | null {
    const { bytes, count } = segmentAfter(this.bytes, sequence);
    return count === 0 ? null : new Elements(bytes, count);
  }
}

/** The elements of one channel in an update: all of them, or the latest one. */
export interface ChannelElements<C extends Channel = Channel> {
  readonly channel: C;
  readonly elements: Elements;
  /** Of a depth channel: by account, its orders among those that the elements add. */
  readonly owners?: DepthChanges["owners"];
}

/** One book's market data that follows `previous`, through `sequence`; `parts` are in the order of their channels. */
export interface MarketDataUpdate {
  readonly symbol: string;
  readonly previous: number;
  readonly sequence: number;
  readonly parts: readonly ChannelElements[];
}

const EVERY = channelsDelivered("every");
export const CHANGES = channelsDelivered("changes");
const LATEST = channelsDelivered("latest");
const SEQUENCED = channelsDelivered("every", "changes", "latest");
export const UNSEQUENCED = channelsDelivered("unsequenced");
export const EVENTS = channelsDelivered("events");

/** The latest elements of the sequenced channels that a segment, or the answer to a subscription, has. */
export function latestElementsOf(from: Pick<MarketSegment, PartOf<"latest">>): ChannelElements<ChannelOf<"latest">>[] {
  const found: ChannelElements<ChannelOf<"latest">>[] = [];
  for (const channel of LATEST) {
    const bytes = from[CHANNELS[channel].part];
    if (bytes !== null && bytes !== undefined) found.push({ channel, elements: new Elements(bytes, 1) });
  }
  return found;
}

/** The sequenced channels of a segment. */
export function updateOfSegment(segment: MarketSegment): MarketDataUpdate {
  const { symbol, previous, sequence } = segment;
  const parts: ChannelElements[] = [];
  for (const channel of EVERY) {
    const { part, count } = CHANNELS[channel];
    if (segment[count] > 0) parts.push({ channel, elements: new Elements(segment[part], segment[count]) });
  }
  for (const channel of CHANGES) {
    const changes = segment[CHANNELS[channel].part];
    if (changes === undefined || changes.count === 0) continue;
    const { bytes, count, owners } = changes;
    // Order books are made only for those who subscribe to them.
    if (channel === "orderbooks") parts.push({ channel, elements: new Elements(() => orderbookBytes(bytes), count) });
    else parts.push({ channel, elements: new Elements(bytes, count), ...(owners === undefined ? {} : { owners }) });
  }
  parts.push(...latestElementsOf(segment));
  return { symbol, previous, sequence, parts };
}

/**
 * By channel, the sequence through which a subscriber has a book's data. It has nothing of a channel that is left out.
 */
export type Through = Readonly<Partial<Record<Channel, number>>>;

/** All sequenced channels through this sequence. */
export function throughAll(sequence: number): Through {
  return Object.fromEntries(SEQUENCED.map((channel) => [channel, sequence]));
}

/** The part of an update that a subscriber lacks. The latest elements belong to the update's end. */
export function updateAfter(update: MarketDataUpdate, through: Through): MarketDataUpdate {
  const parts = update.parts.flatMap((part) => {
    const { channel } = part;
    if (CHANNELS[channel].delivery === "latest") return update.sequence > (through[channel] ?? -1) ? [part] : [];
    const has = through[channel] ?? 0;
    const elements = update.previous >= has ? part.elements : part.elements.after(has);
    return elements === null ? [] : [{ ...part, elements }];
  });
  return { ...update, parts };
}

/** The symbols of each channel that a subscriber wants, `*` for all of its feed. */
export interface Wanted {
  readonly symbols: Readonly<Record<Channel, ReadonlySet<string>>>;
  readonly feed: DataFeed | undefined;
}

export function wantedOf(channels: Channels, feed: DataFeed | undefined): Wanted {
  return { symbols: eachChannel((channel) => new Set(channels[channel])), feed };
}

export function isWanted(wanted: Wanted, channel: Channel, symbol: string): boolean {
  const symbols = wanted.symbols[channel];
  if (symbols.size === 0) return false;
  return symbols.has(symbol) || (symbols.has("*") && includesAll(wanted.feed, symbol));
}

interface Unsent {
  readonly elements: Elements;
  readonly delivery: Delivery;
  /** The channel and the symbol. */
  readonly slot: string;
}

/**
 * Unsent data: every trade, and the latest element of each other channel and symbol. Sequences only grow.
 */
export class ConflationBuffer {
  /**
   * In order of arrival. The latest element of a channel and symbol has their names as its key, so that the next one
   * replaces it; other elements have a number.
   */
  readonly #unsent = new Map<string | number, Unsent>();
  /** The numbers of the elements of each depth channel and symbol, oldest first. */
  readonly #changes = new Map<string, number[]>();
  /** By symbol, the sequence that the first unsent update follows. */
  readonly #previous = new Map<string, number>();
  #added = 0;
  #bytes = 0;

  /** Size of the unsent data in MessagePack. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the channels of an update that are wanted. False when none is. */
  add({ symbol, previous, parts }: MarketDataUpdate, wants: (channel: Channel) => boolean): boolean {
    let added = false;
    for (const { channel, elements } of parts) {
      if (!wants(channel)) continue;
      added = true;
      this.#put({ elements, delivery: CHANNELS[channel].delivery, slot: `${channel} ${symbol}` });
    }
    if (added && !this.#previous.has(symbol)) this.#previous.set(symbol, previous);
    return added;
  }

  /** The sequence of a book that its unsent data follows; undefined when there is none. */
  previousOf(symbol: string): number | undefined {
    return this.#previous.get(symbol);
  }

  /** Adds what another buffer has. */
  addFrom(other: ConflationBuffer): void {
    for (const [symbol, previous] of other.#previous) {
      if (!this.#previous.has(symbol)) this.#previous.set(symbol, previous);
    }
    for (const unsent of other.#unsent.values()) this.#put(unsent);
  }

  #put(unsent: Unsent): void {
    const { delivery, slot } = unsent;
    const isReplaced = delivery === "latest" || delivery === "unsequenced";
    const key = isReplaced ? slot : this.#added++;
    this.#remove(key);
    this.#unsent.set(key, unsent);
    this.#bytes += unsent.elements.bytes.length;
    if (delivery === "changes" && typeof key === "number") this.#mergeChanges(unsent, key);
  }

  /** Removes the elements of a key, if there are any, and returns them. */
  #remove(key: string | number): Elements[] {
    const older = this.#unsent.get(key);
    if (older === undefined) return [];
    this.#unsent.delete(key);
    this.#bytes -= older.elements.bytes.length;
    return [older.elements];
  }

  /** Merges the changes of a slow subscriber's book. */
  #mergeChanges(newest: Unsent, key: number): void {
    const keys = [...(this.#changes.get(newest.slot) ?? []), key];
    this.#changes.set(newest.slot, keys);
    if (keys.length < MERGED_AT) return;
    this.#changes.delete(newest.slot);
    this.#put({ ...newest, elements: mergedOnce(keys.flatMap((each) => this.#remove(each))) });
  }

  /** Everything as one frame; null when there is nothing. */
  frame(codec: Codec): string | Uint8Array | null {
    if (this.#bytes === 0) return null;
    const all = Array.from(this.#unsent.values(), ({ elements }) => elements);
    if (codec === "json") return `[${all.map(({ json }) => json).join(",")}]`;
    const count = all.reduce((sum, elements) => sum + elements.count, 0);
    const segments = all.map(({ bytes }) => bytes);
    return concatFrame(count, segments);
  }

  clear(): void {
    this.#unsent.clear();
    this.#previous.clear();
    this.#changes.clear();
    this.#bytes = 0;
  }

  /** Removes everything and returns it as one frame; null when there is nothing. */
  take(codec: Codec): string | Uint8Array | null {
    const frame = this.frame(codec);
    this.clear();
    return frame;
  }
}

/** What elements were merged to, by the last one: slow subscribers share it. */
const mergedBy = new WeakMap<Elements, { readonly first: Elements; readonly merged: Elements }>();

function mergedOnce(unsent: readonly Elements[]): Elements {
  const [first, last] = [unsent[0], unsent.at(-1)];
  if (first === undefined || last === undefined) throw new Error("nothing to merge");
  const known = mergedBy.get(last);
  if (known?.first === first) return known.merged;
  const merged = new Elements(mergedElement(unsent.map(({ bytes }) => bytes)), 1);
  mergedBy.set(last, { first, merged });
  return merged;
}

/** A subscriber or a group of them, as the scheduler needs it. */
export interface FlushTarget {
  /** Sends the unsent data. False when the socket can take nothing now, and the data still waits. */
  flush(): boolean;
}

/** What gets a book's updates: a subscriber, or a group of them. */
export interface Receiver extends FlushTarget {
  /** Adds the parts of an update that are wanted to the unsent data. False when there are none. */
  add(update: MarketDataUpdate): boolean;
}

/** A clock and a timer. */
export interface SchedulerPorts {
  now(): number;
  after(ms: number, run: () => void): void;
}

/** Subscribers whose windows end within this time share a timer: the platform allows 10,000 timers an object. */
const TIMER_GRANULARITY_MS = 5;

/** Decides when each subscriber is flushed. Timers run only while data waits. */
export class ConflationScheduler {
  readonly #ports: SchedulerPorts;
  readonly #windowEnds = new WeakMap<FlushTarget, number>();
  readonly #waiting = new Set<FlushTarget>();
  readonly #due = new Map<number, FlushTarget[]>();

  constructor(ports: SchedulerPorts) {
    this.#ports = ports;
  }

  /** Data was added for a subscriber. */
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
