import type { MarketSince } from "../../../protocol/rpc/orderBook.ts";
import { type Channel, CHANNEL_NAMES, CHANNELS, isDelivered } from "../../../protocol/stream/channels.ts";
import { CURSOR_REFUSED, dataErrorFrame, ownOrdersFrame, snapshotElement } from "../../../protocol/stream/data.ts";
import { type Book, latestElementOf, latestUnsequenced } from "./book.ts";
import type { BackfillRequest } from "./channelSymbols.ts";
import { type ChannelElements, Elements, type MarketDataUpdate, throughAll, updateOfSegment } from "./conflation.ts";
import type { Backfill, Connection } from "./connection.ts";
import { subscribesTo } from "./streamFeed.ts";
import type { DepthImages } from "./depth/images.ts";
import { orderbookBytes } from "./depth/orderbooks.ts";

/** Reads what a book has published after a sequence, for one subscriber that resumes. */
export type Resume = (subscriber: Connection, symbol: string, sequence: number) => Promise<MarketSince>;

/** What a subscriber gets for a new subscription: notices, each in a frame of its own, then elements. */
export interface BackfillResult {
  readonly notices: readonly unknown[];
  readonly backfills: readonly Backfill[];
}

/** Makes what new subscribers lack of the books that the relay follows. */
export class Backfills {
  readonly #books: ReadonlyMap<string, Book>;
  readonly #images: DepthImages;
  readonly #resume: Resume;

  constructor(books: ReadonlyMap<string, Book>, images: DepthImages, resume: Resume) {
    this.#books = books;
    this.#images = images;
    this.#resume = resume;
  }

  /**
   * What a subscriber lacks of subscribed books. The caller holds the subscriber's updates meanwhile. Rejects when a
   * book is out of reach.
   */
  async of(subscriber: Connection, { cursors, begins }: BackfillRequest): Promise<BackfillResult> {
    const notices: unknown[] = [];
    const backfills: Backfill[] = [];
    const starting = [...begins];
    const answers = await Promise.all(
      cursors.map(async ([symbol, cursor]) => {
        return { symbol, cursor, since: await this.#resume(subscriber, symbol, cursor) };
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
      backfills.push(
        { change, through: throughAll(change.sequence) },
        ...latestUnsequenced(symbol, this.#books.get(symbol)),
      );
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
      if (isDelivered(channel, "unsequenced") || isDelivered(channel, "events")) continue;
      through[channel] = position;
      const image = isDelivered(channel, "changes")
        ? this.#images.snapshot(symbol, CHANNELS[channel].part, position)
        : null;
      if (image !== null) {
        through[channel] = image.sequence;
        const { bytes } = image;
        parts.push({
          channel,
          elements: new Elements(channel === "orderbooks" ? () => orderbookBytes(bytes) : bytes, 1),
        });
      }
      const elements = isDelivered(channel, "latest") ? latestElementOf(book, channel, position) : undefined;
      if (elements !== undefined) parts.push({ channel, elements });
    }
    const change: MarketDataUpdate = { symbol, previous: position, sequence: position, parts };
    return [{ change, through }, ...latestUnsequenced(symbol, this.#books.get(symbol))];
  }

  /** Which orders of a snapshot are the subscriber's own. */
  #ownOfImage(symbol: string, { session }: Connection): unknown[] {
    const own = session.accountId === null ? [] : this.#images.ownedBy(symbol, "orders", session.accountId);
    return own.length === 0 ? [] : [ownOrdersFrame(symbol, own)];
  }
}

/** Which orders of an update are those of the subscriber's account; nobody else is told. */
export function ownOrders({ symbol, parts }: MarketDataUpdate, { session }: Connection): unknown[] {
  const { accountId } = session;
  if (accountId === null || !subscribesTo(session, "orders", symbol)) return [];
  const own = parts.flatMap(({ owners }) => owners?.[accountId] ?? []);
  return own.length === 0 ? [] : [ownOrdersFrame(symbol, own)];
}
