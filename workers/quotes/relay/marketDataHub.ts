/**
 * Distributes market data from books to subscribers. One reader per book reads its segments. A new subscriber first
 * gets what it lacks up to the reader's position, then everything that the reader delivers.
 */
import type { BookSubscribed, MarketSegment, MarketSince } from "../../../protocol/rpc/orderBook.ts";
import { CURSOR_REFUSED, dataErrorFrame, ownOrdersFrame, snapshotElement } from "../../../protocol/stream/data.ts";
import {
  type Channel,
  type ChannelOf,
  CHANNEL_NAMES,
  CHANNELS,
  isDelivered,
} from "../../../protocol/stream/channels.ts";
import { SequencedReader, type LogPage } from "./sequencedReader.ts";
import {
  type MarketDataUpdate,
  updateAfter,
  updateOfSegment,
  Elements,
  type ChannelElements,
  CHANGES,
  latestElementsOf,
  throughAll,
  UNSEQUENCED,
  type Receiver,
} from "./conflation.ts";
import type { Connection, Backfill } from "./connection.ts";
import { POSITIONS_SAVE_MS } from "./limits.ts";
import type { BackfillRequest } from "./channelSymbols.ts";
import { DepthImages } from "./depth/images.ts";

export interface MarketDataPorts {
  since(symbol: string, sequence: number): Promise<MarketSince>;
  /** The same for one subscriber that resumes. It may wait for other calls of its account. */
  resume(subscriber: Connection, symbol: string, sequence: number): Promise<MarketSince>;
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

/** The latest element of a channel as of a sequence. */
interface LatestAt {
  readonly elements: Elements;
  readonly sequence: number;
}

interface Book {
  readonly reader: SequencedReader<MarketDataUpdate>;
  /** The sequence through which updates were given to the receivers. */
  delivered: number;
  /** By channel, the element that was sent last, and the one that was current when the relay subscribed. */
  readonly lastSent: Map<ChannelOf<"latest">, LatestAt>;
  readonly atSubscription: Map<ChannelOf<"latest">, LatestAt>;
  /** The latest elements outside of the sequence: null when they have ended, undefined before the first. */
  readonly unsequenced: Map<ChannelOf<"unsequenced">, Elements | null>;
}

/** What a subscriber gets for a new subscription: notices, each in a frame of its own, then elements. */
export interface BackfillResult {
  readonly notices: readonly unknown[];
  readonly backfills: readonly Backfill[];
}

export class MarketDataHub {
  readonly #ports: MarketDataPorts;
  readonly #books = new Map<string, Book>();
  readonly #images = new DepthImages();
  #saving = false;

  /** `positions`: the positions of readers whose books had subscribers all the time. */
  constructor(ports: MarketDataPorts, positions: Iterable<readonly [symbol: string, position: number]>) {
    this.#ports = ports;
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
    for (const channel of CHANGES) {
      const changes = subscribed[CHANNELS[channel].part];
      if (changes !== undefined) this.#images.begin(symbol, channel, changes);
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
    for (const channel of CHANGES) this.#images.forget(symbol, channel);
    this.#books.get(symbol)?.reader.stop();
    if (this.#books.delete(symbol)) this.#savePositions();
  }

  /** A depth channel of a book has no subscribers. */
  forgetDepth(symbol: string, channel: ChannelOf<"changes">): void {
    this.#images.forget(symbol, channel);
  }

  /**
   * What a subscriber lacks of subscribed books. The caller holds the subscriber's updates meanwhile. Rejects when a
   * book is out of reach.
   */
  async backfill(subscriber: Connection, { cursors, begins }: BackfillRequest): Promise<BackfillResult> {
    const notices: unknown[] = [];
    const backfills: Backfill[] = [];
    const starting = [...begins];
    const answers = await Promise.all(
      cursors.map(async ([symbol, cursor]) => {
        return { symbol, cursor, since: await this.#ports.resume(subscriber, symbol, cursor) };
      }),
    );
    for (const { symbol, cursor, since } of answers) {
      if (since.kind === "ahead") {
        const text = `cursor ${cursor} is ahead of ${symbol}, which is at ${since.sequence}`;
        notices.push(dataErrorFrame(CURSOR_REFUSED, text));
        starting.push([symbol, CHANNEL_NAMES]);
        continue;
      }
      const change = updateOfSegment(since.segment);
      if (since.kind === "too_old") notices.push(snapshotElement(symbol, change.previous));
      backfills.push({ change, through: throughAll(change.sequence) }, ...this.#latestUnsequenced(symbol));
      notices.push(...ownOrders(change, subscriber));
    }
    const books = starting.flatMap(([symbol]) => this.#books.get(symbol) ?? []);
    await Promise.all(books.map(({ reader }) => reader.settled));
    for (const [symbol, channels] of starting) {
      backfills.push(...this.#latestElements(symbol, channels));
      if (channels.includes("orders")) notices.push(...this.#ownOfImage(symbol, subscriber));
    }
    return { notices, backfills };
  }

  /** The latest elements of a book in these channels. A channel that delivers every element starts at the position. */
  #latestElements(symbol: string, channels: readonly Channel[]): Backfill[] {
    const book = this.#books.get(symbol);
    const position = book?.reader.position;
    if (book === undefined || position === undefined || position === null) return [];
    const parts: ChannelElements[] = [];
    const through: Partial<Record<Channel, number>> = {};
    for (const channel of channels) {
      if (isDelivered(channel, "unsequenced")) continue;
      through[channel] = position;
      const image = isDelivered(channel, "changes") ? this.#images.snapshot(symbol, channel, position) : null;
      if (image !== null) {
        through[channel] = image.sequence;
        parts.push({ channel, elements: new Elements(image.bytes, 1) });
      }
      const elements = isDelivered(channel, "latest") ? latestElementOf(book, channel, position) : undefined;
      if (elements !== undefined) parts.push({ channel, elements });
    }
    const change: MarketDataUpdate = { symbol, previous: position, sequence: position, parts };
    return [{ change, through }, ...this.#latestUnsequenced(symbol)];
  }

  /** The latest unsequenced elements of a book, except those that have ended. */
  #latestUnsequenced(symbol: string): Backfill[] {
    const book = this.#books.get(symbol);
    if (book === undefined) return [];
    return [...book.unsequenced].flatMap(([channel, elements]) =>
      elements === null ? [] : [{ change: unsequencedUpdate(symbol, book, channel, elements), through: {} }],
    );
  }

  #takeUnsequenced(symbol: string, book: Book, channel: ChannelOf<"unsequenced">, bytes: Uint8Array | null): void {
    const before = book.unsequenced.get(channel);
    const elements = bytes === null ? null : new Elements(bytes, 1);
    book.unsequenced.set(channel, elements);
    if (elements === null || before?.equals(elements) === true) return;
    this.#send(unsequencedUpdate(symbol, book, channel, elements));
  }

  /** Which orders of a snapshot are the subscriber's own. */
  #ownOfImage(symbol: string, { session }: Connection): unknown[] {
    const own = session.accountId === null ? [] : this.#images.ownedBy(symbol, "orders", session.accountId);
    return own.length === 0 ? [] : [ownOrdersFrame(symbol, own)];
  }

  /** Adds an update to the unsent data of all who want it. */
  #send(update: MarketDataUpdate): void {
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
      this.#send(withoutRepeats(book, change));
    }
    this.#savePositions();
  }

  /** Keeps the images of depth current, and tells the accounts of new orders which are theirs. */
  #passDepth(change: MarketDataUpdate): void {
    const { symbol } = change;
    for (const { channel, elements, owners } of change.parts) {
      if (!isDelivered(channel, "changes")) continue;
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

/** Remembers the latest elements, and leaves out those that were sent already: a pull repeats them. */
function withoutRepeats({ lastSent }: Book, change: MarketDataUpdate): MarketDataUpdate {
  const parts = change.parts.filter(({ channel, elements }) => {
    if (!isDelivered(channel, "latest")) return true;
    const isRepeated = lastSent.get(channel)?.elements.equals(elements) === true;
    if (!isRepeated) lastSent.set(channel, { elements, sequence: change.sequence });
    return !isRepeated;
  });
  return { ...change, parts };
}

/** The latest element of a channel at the reader's position. */
function latestElementOf(
  { lastSent, atSubscription }: Book,
  channel: ChannelOf<"latest">,
  position: number,
): Elements | undefined {
  const [last, stood] = [lastSent.get(channel), atSubscription.get(channel)];
  // An element ahead of the reader would be sent before the trades that precede it.
  if (stood === undefined || stood.sequence > position || (last?.sequence ?? -1) >= stood.sequence)
    return last?.elements;
  return stood.elements;
}

/** An unsequenced element as an update, which covers no part of the sequence. */
function unsequencedUpdate(
  symbol: string,
  { reader }: Book,
  channel: ChannelOf<"unsequenced">,
  elements: Elements,
): MarketDataUpdate {
  const at = reader.position ?? 0;
  return { symbol, previous: at, sequence: at, parts: [{ channel, elements }] };
}

/** Which orders of an update are those of the subscriber's account; nobody else is told. */
function ownOrders({ symbol, parts }: MarketDataUpdate, { session: { accountId, channels } }: Connection): unknown[] {
  if (accountId === null || !(channels.orders.includes(symbol) || channels.orders.includes("*"))) return [];
  const own = parts.flatMap(({ owners }) => owners?.[accountId] ?? []);
  return own.length === 0 ? [] : [ownOrdersFrame(symbol, own)];
}
