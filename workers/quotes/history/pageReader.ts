/**
 * Pages over several symbols and months. Each part (a month of a symbol) is one object; parts are read in the order of the
 * response, some of them ahead, until the page is full.
 */
import type { PagePlace } from "../../../protocol/mapping/marketHistory.ts";
import type { TapePage } from "../../../protocol/rpc/tape.ts";

/** Parts that are read at the same time. Those behind the end of the page are read in vain. */
const AHEAD = 8;
/** A page reads no more parts: it ends early, with a token. */
export const PARTS_MAX = 250;

/** A month of a symbol; the month is empty where one object has all of them. */
export interface Part {
  readonly symbol: string;
  readonly month: string;
}

export interface PartReader<Item> {
  /** A page of the part from a place on, which is null at the beginning. */
  read(part: Part, next: number | null, limit: number): Promise<TapePage<Item>>;
  /** The place of an item in its part. */
  placeOf(item: Item): number;
}

/** Items by symbol, without symbols that have none, and where the next page begins; null at the end. */
export interface HistoryPage<Item> {
  readonly items: Map<string, Item[]>;
  readonly next: PagePlace | null;
}

/** Reads a page of at most `limit` items and `partsMax` parts; `after`: where the page before ended. */
export async function readPage<Item>(
  parts: AsyncIterable<Part>,
  after: PagePlace | null,
  limit: number,
  reader: PartReader<Item>,
  partsMax = PARTS_MAX,
): Promise<HistoryPage<Item>> {
  const items = new Map<string, Item[]>();
  let left = limit;
  let count = 0;
  for await (const { part, page } of pagesAhead(parts, after, limit, reader)) {
    if (left === 0 || count++ === partsMax) return { items, next: { ...part, next: null } };
    const taken = page.items.slice(0, left);
    const of = items.get(part.symbol) ?? [];
    of.push(...taken);
    if (taken.length > 0) items.set(part.symbol, of);
    left -= taken.length;
    const cut = page.items[taken.length];
    const nextPlace = cut === undefined ? page.next : reader.placeOf(cut);
    if (nextPlace !== null) return { items, next: { ...part, next: nextPlace } };
  }
  return { items, next: null };
}

interface Reading<Item> {
  readonly part: Part;
  readonly page: Promise<TapePage<Item>>;
}

/** The first page of each part, read ahead. */
async function* pagesAhead<Item>(
  parts: AsyncIterable<Part>,
  after: PagePlace | null,
  limit: number,
  reader: PartReader<Item>,
): AsyncGenerator<{ readonly part: Part; readonly page: TapePage<Item> }, void> {
  const source = parts[Symbol.asyncIterator]();
  const reading: Reading<Item>[] = [];
  let done = false;
  for (;;) {
    while (!done && reading.length < AHEAD) {
      const found: IteratorResult<Part, unknown> = await source.next();
      done = found.done === true;
      if (found.done === true) break;
      const part = found.value;
      const continues = part.symbol === after?.symbol && part.month === after.month;
      const page = reader.read(part, continues ? after.next : null, limit);
      // A read that fails behind the end of the page fails nobody.
      page.catch(() => undefined);
      reading.push({ part, page });
    }
    const first = reading.shift();
    if (first === undefined) return;
    yield { part: first.part, page: await first.page };
  }
}
