/** What a relay keeps of a book that it follows. */
import type { ElementList } from "../../../protocol/rpc/orderBook.ts";
import { concatBytes } from "../../../protocol/stream/bytes.ts";
import type { ChannelOf } from "../../../protocol/stream/channels.ts";
import { isDelivered } from "../../../protocol/stream/channels.ts";
import { eachElement } from "../../../protocol/stream/segment.ts";
import { Elements, type MarketDataUpdate } from "./conflation.ts";
import type { Backfill } from "./connection.ts";
import type { SequencedReader } from "./sequencedReader.ts";

/** The latest element of a channel as of a sequence. */
interface LatestAt {
  readonly elements: Elements;
  readonly sequence: number;
}

export interface Book {
  readonly reader: SequencedReader<MarketDataUpdate>;
  /** The sequence through which updates were given to the receivers. */
  delivered: number;
  /** By channel, the element that was sent last, and the one that was current when the relay subscribed. */
  readonly lastSent: Map<ChannelOf<"latest">, LatestAt>;
  readonly atSubscription: Map<ChannelOf<"latest">, LatestAt>;
  /** The latest elements outside of the sequence: null when they have ended, undefined before the first. */
  readonly unsequenced: Map<ChannelOf<"unsequenced">, Elements | null>;
  /** By channel, the event that came last. */
  readonly events: Map<ChannelOf<"events">, Elements>;
}

/** The events of a list that are new: a push may be repeated, and after a restart a book repeats its newest bar. */
export function newEvents({ events }: Book, channel: ChannelOf<"events">, { bytes }: ElementList): Elements | null {
  const all = eachElement(bytes).map((element) => new Elements(element, 1));
  const last = events.get(channel);
  const repeated = last === undefined ? -1 : all.findIndex((element) => element.equals(last));
  const newest = all.at(-1);
  if (newest !== undefined) events.set(channel, newest);
  const fresh = all.slice(repeated + 1);
  return fresh.length === 0 ? null : new Elements(concatBytes(fresh.map((element) => element.bytes)), fresh.length);
}

/** Remembers the latest elements, and leaves out those that were sent already: a pull repeats them. */
export function withoutRepeats({ lastSent }: Book, change: MarketDataUpdate): MarketDataUpdate {
  const parts = change.parts.filter(({ channel, elements }) => {
    if (!isDelivered(channel, "latest")) return true;
    const isRepeated = lastSent.get(channel)?.elements.equals(elements) === true;
    if (!isRepeated) lastSent.set(channel, { elements, sequence: change.sequence });
    return !isRepeated;
  });
  return { ...change, parts };
}

/** The latest element of a channel at the reader's position. */
export function latestElementOf(
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
export function unsequencedUpdate(
  symbol: string,
  { reader }: Book,
  channel: ChannelOf<"unsequenced" | "events">,
  elements: Elements,
): MarketDataUpdate {
  const at = reader.position ?? 0;
  return { symbol, previous: at, sequence: at, parts: [{ channel, elements }] };
}

/** The latest unsequenced elements of a book, except those that have ended. */
export function latestUnsequenced(symbol: string, book: Book | undefined): Backfill[] {
  if (book === undefined) return [];
  return [...book.unsequenced].flatMap(([channel, elements]) =>
    elements === null ? [] : [{ change: unsequencedUpdate(symbol, book, channel, elements), through: {} }],
  );
}
