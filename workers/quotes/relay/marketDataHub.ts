/**
 * Distributes market data from books to subscribers. One reader per book reads its segments. A new subscriber first
 * gets what it lacks up to the reader's position, then everything that the reader delivers.
 */
import type { BookSubscribed, DepthPart, MarketSegment, MarketSince } from "../../../protocol/rpc/orderBook.ts";
import { snapshotElement } from "../../../protocol/stream/data.ts";
import { type ChannelOf, CHANNELS } from "../../../protocol/stream/channels.ts";
import { type BackfillResult, Backfills, ownOrders, type Resume } from "./backfills.ts";
import { type Book, newEvents, unsequencedUpdate, withoutRepeats } from "./book.ts";
import { SequencedReader, type LogPage } from "./sequencedReader.ts";
import {
  type MarketDataUpdate,
  updateAfter,
  updateOfSegment,
  Elements,
  EVENTS,
  latestElementsOf,
  throughAll,
  UNSEQUENCED,
  type Receiver,
} from "./conflation.ts";
import type { Connection } from "./connection.ts";
import { POSITIONS_SAVE_MS } from "./limits.ts";
import type { BackfillRequest } from "./channelSymbols.ts";
import { DEPTH_PARTS, DepthImages } from "./depth/images.ts";

export interface MarketDataPorts {
  since(symbol: string, sequence: number): Promise<MarketSince>;
  /** The same for one subscriber that resumes. It may wait for other calls of its account. */
  readonly resume: Resume;
  subscribers(symbol: string): Iterable<Connection>;
  /** Who gets the updates of a book: its subscribers, singly or in groups. */
  receivers(symbol: string): Iterable<Receiver>;
  /** Data was added for a receiver. */
  changed(receiver: Receiver): void;
  after(ms: number, run: () => void): void;
  wait(ms: number): Promise<void>;
  /** Stores the position of each book's reader, so that it survives hibernation. */
  savePositions(positions: Readonly<Record<string, number>>): void;
  failed(symbol: string, error: unknown): void;
}

export class MarketDataHub {
  readonly #ports: MarketDataPorts;
  readonly #books = new Map<string, Book>();
  readonly #images = new DepthImages();
  readonly #backfills: Backfills;
  #saving = false;

  /** `positions`: the positions of readers whose books had subscribers all the time. */
  constructor(ports: MarketDataPorts, positions: Iterable<readonly [symbol: string, position: number]>) {
    this.#ports = ports;
    this.#backfills = new Backfills(this.#books, this.#images, ports.resume);
    for (const [symbol, position] of positions) this.#book(symbol, position);
  }

  /** Receives a push of a book that has subscribers. */
  push(segment: MarketSegment): void {
    const change = updateOfSegment(segment);
    const isNudge = change.previous === change.sequence;
    const book = this.#book(segment.symbol, segment.previous);
    book.reader.push(isNudge ? [] : [change], segment.sequence);
    for (const channel of UNSEQUENCED) {
      const bytes = segment[CHANNELS[channel].part];
      if (bytes !== undefined) this.#takeUnsequenced(segment.symbol, book, channel, bytes);
    }
    for (const channel of EVENTS) {
      const list = segment[CHANNELS[channel].part];
      const elements = list === undefined ? null : newEvents(book, channel, list);
      if (elements !== null) this.send(unsequencedUpdate(segment.symbol, book, channel, elements));
    }
  }

  /** A book accepted the relay's subscription. */
  subscribed(symbol: string, subscribed: BookSubscribed): void {
    const { through } = subscribed;
    const isNew = !this.#books.has(symbol);
    if (isNew) this.#savePositions();
    const book = this.#book(symbol, through);
    for (const { channel, elements } of latestElementsOf(subscribed)) {
      book.atSubscription.set(channel, { elements, sequence: through });
      if (isNew) book.lastSent.set(channel, { elements, sequence: through });
    }
    for (const part of DEPTH_PARTS) {
      const changes = subscribed[part];
      if (changes !== undefined) this.#images.begin(symbol, part, changes);
    }
    book.reader.push([], through);
    for (const channel of UNSEQUENCED) {
      const bytes = subscribed[CHANNELS[channel].part];
      // A push that overtook this answer is newer.
      if (bytes !== undefined && !book.unsequenced.has(channel)) this.#takeUnsequenced(symbol, book, channel, bytes);
    }
  }

  /** The sequence through which a book was read; null when it is not followed. */
  positionOf(symbol: string): number | null {
    return this.#books.get(symbol)?.reader.position ?? null;
  }

  /** The sequence through which a book's updates were given to its receivers; 0 for an unknown book. */
  deliveredOf(symbol: string): number {
    return this.#books.get(symbol)?.delivered ?? 0;
  }

  /** The book has no subscribers, and the relay has unsubscribed from it. */
  forget(symbol: string): void {
    for (const part of DEPTH_PARTS) this.#images.forget(symbol, part);
    this.#books.get(symbol)?.reader.stop();
    if (this.#books.delete(symbol)) this.#savePositions();
  }

  /**
   * What a subscriber lacks of subscribed books. The caller holds the subscriber's updates meanwhile. Rejects when a
   * book is out of reach.
   */
  backfill(subscriber: Connection, request: BackfillRequest): Promise<BackfillResult> {
    return this.#backfills.of(subscriber, request);
  }

  /** A part of the depth of a book has no subscribers. */
  forgetDepth(symbol: string, part: DepthPart): void {
    this.#images.forget(symbol, part);
  }

  #takeUnsequenced(symbol: string, book: Book, channel: ChannelOf<"unsequenced">, bytes: Uint8Array | null): void {
    const before = book.unsequenced.get(channel);
    const elements = bytes === null ? null : new Elements(bytes, 1);
    book.unsequenced.set(channel, elements);
    if (elements === null || before?.equals(elements) === true) return;
    this.send(unsequencedUpdate(symbol, book, channel, elements));
  }

  /** Adds an update to the unsent data of all who want it. */
  send(update: MarketDataUpdate): void {
    const changed: Receiver[] = [];
    for (const receiver of this.#ports.receivers(update.symbol)) if (receiver.add(update)) changed.push(receiver);
    // Afterwards, because a subscriber that is flushed may become a part of a group, which has got the update too.
    for (const receiver of changed) this.#ports.changed(receiver);
  }

  #book(symbol: string, position: number): Book {
    const known = this.#books.get(symbol);
    if (known !== undefined) return known;
    const reader = new SequencedReader<MarketDataUpdate>({
      span: (change) => change,
      after: (change, sequence) => updateAfter(change, throughAll(sequence)),
      pull: (sequence) => this.#pull(symbol, sequence),
      deliver: (changes) => this.#deliver(book, changes),
      wait: (ms) => this.#ports.wait(ms),
      failed: (error) => this.#ports.failed(symbol, error),
    });
    const book: Book = {
      reader,
      delivered: position,
      lastSent: new Map(),
      atSubscription: new Map(),
      unsequenced: new Map(),
      events: new Map(),
    };
    this.#books.set(symbol, book);
    reader.start(position);
    return book;
  }

  async #pull(symbol: string, sequence: number): Promise<LogPage<MarketDataUpdate>> {
    const since = await this.#ports.since(symbol, sequence);
    if (since.kind === "ahead") throw new Error(`book ${symbol} is at ${since.sequence}, behind ${sequence}`);
    const change = updateOfSegment(since.segment);
    const announce = () => {
      for (const subscriber of this.#ports.subscribers(symbol)) {
        if (subscriber.session.resumes) subscriber.reply(snapshotElement(symbol, change.previous));
      }
    };
    const skip = since.kind === "too_old" ? { to: change.previous, announce } : null;
    return { items: [change], through: change.sequence, skip };
  }

  #deliver(book: Book, changes: readonly MarketDataUpdate[]): void {
    for (const change of changes) {
      book.delivered = change.sequence;
      this.#passDepth(change);
      this.send(withoutRepeats(book, change));
    }
    this.#savePositions();
  }

  /** Keeps the images of depth current, and tells the accounts of new orders which are theirs. */
  #passDepth(change: MarketDataUpdate): void {
    const { symbol } = change;
    for (const { channel, elements, owners } of change.parts) {
      // The channel of order books is made of that of depth.
      if (channel !== "depth" && channel !== "orders") continue;
      this.#images.apply(symbol, channel, elements.bytes, owners);
      if (owners === undefined) continue;
      for (const subscriber of this.#ports.subscribers(symbol)) {
        for (const notice of ownOrders(change, subscriber)) subscriber.reply(notice);
      }
    }
  }

  /** Stores the positions of all readers after a delay. The pending timer keeps the object awake until then. */
  #savePositions(): void {
    if (this.#saving) return;
    this.#saving = true;
    this.#ports.after(POSITIONS_SAVE_MS, () => {
      this.#saving = false;
      const positions: Record<string, number> = {};
      for (const [symbol, { reader }] of this.#books) positions[symbol] = reader.position ?? 0;
      this.#ports.savePositions(positions);
    });
  }
}
