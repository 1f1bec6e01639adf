import type { TapeTrade } from "../../../domain/market/bars/tapeTrade.ts";
import type { TapePage, TradeQuery } from "../../../protocol/rpc/tape.ts";
import type { TradeTable } from "../tradeTable.ts";
import { rangeOf, type SealBucket, SealedFileLost } from "./bucket.ts";
import { ParquetFile, type RowGroup } from "./parquet.ts";
import type { Sealed, SealStore } from "./sealStore.ts";
import { tradeOfRow } from "./tradesFile.ts";

/** Footers of files in memory: at most 80 kB each. */
const FOOTERS_KEPT = 8;

type SealedFile = Sealed["manifest"]["trades"];

/** Files of the bucket, whose footers are kept. */
export class SealedFiles {
  readonly #bucket: SealBucket;
  readonly #open = new Map<string, Promise<ParquetFile>>();

  constructor(bucket: SealBucket) {
    this.#bucket = bucket;
  }

  async open(of: SealedFile): Promise<ParquetFile> {
    const known = this.#open.get(of.sha256);
    if (known !== undefined) return known;
    const opening = ParquetFile.open(of.bytes, rangeOf(this.#bucket, of.key));
    this.#open.set(of.sha256, opening);
    const [oldest] = this.#open.keys();
    if (this.#open.size > FOOTERS_KEPT && oldest !== undefined) this.#open.delete(oldest);
    try {
      return await opening;
    } catch (error) {
      this.#open.delete(of.sha256);
      throw error;
    }
  }

  /** Some rows of a group, in one read of the bucket. */
  async rows(of: SealedFile, group: Pick<RowGroup, "firstRow" | "rows">): Promise<Readonly<Record<string, unknown>>[]> {
    return (await this.open(of)).read(of.bytes, rangeOf(this.#bucket, of.key), group);
  }
}

/**
 * Pages of trades, of which some are in files. Whether a trade is in a file or in the table is decided anew for each part of
 * a page, at the moment when it is read: a page may be read while its day is sealed.
 */
export class SealedTrades {
  readonly #trades: TradeTable;
  readonly #store: SealStore;
  readonly #files: SealedFiles;

  constructor(trades: TradeTable, store: SealStore, files: SealedFiles) {
    this.#trades = trades;
    this.#store = store;
    this.#files = files;
  }

  async page(query: TradeQuery): Promise<TapePage<TapeTrade>> {
    return query.descending ? this.#newestFirst(query) : this.#oldestFirst(query);
  }

  async #oldestFirst(query: TradeQuery): Promise<TapePage<TapeTrade>> {
    const { from, to, limit } = query;
    const items: TapeTrade[] = [];
    for (let place = query.cursor ?? 0; ;) {
      const sealed = this.#store.next(from, to, place, false);
      if (sealed === null) {
        const after = Math.max(place - 1, this.#store.through);
        const rest = this.#trades.page({ ...query, limit: limit - items.length, cursor: null }, after);
        return { items: [...items, ...rest.items], next: rest.next };
      }
      const next = await this.#take(sealed, place, query, items);
      if (next !== null) return { items, next };
      place = sealed.manifest.last_trade_id + 1;
    }
  }

  async #newestFirst(query: TradeQuery): Promise<TapePage<TapeTrade>> {
    const { from, to, cursor } = query;
    const { through } = this.#store;
    const { items: found, next: first } = this.#trades.page(query, through);
    const items = [...found];
    if (first !== null) return { items, next: first };
    for (let place = Math.min(cursor ?? Number.MAX_SAFE_INTEGER, through); ;) {
      const sealed = this.#store.next(from, to, place, true);
      if (sealed === null) return { items, next: null };
      const next = await this.#take(sealed, place, query, items);
      if (next !== null) return { items, next };
      place = sealed.manifest.first_trade_id - 1;
    }
  }

  /** Adds trades of a file from a place on, until the page is full; then the number of the trade after them. */
  async #take(sealed: Sealed, place: number, query: TradeQuery, items: TapeTrade[]): Promise<number | null> {
    const { from, to, limit, descending } = query;
    const { trades: of, first_trade_id: first } = sealed.manifest;
    const file = await this.#files.open(of);
    const row = place - first;
    const groups = file.groups.filter(({ firstRow, rows, minAt, maxAt }) => {
      const isThere = descending ? firstRow <= row : firstRow + rows > row;
      return isThere && minAt <= to && maxAt >= from;
    });
    for (const group of descending ? groups.reverse() : groups) {
      const found = (await this.#files.rows(of, group)).map(tradeOfRow);
      if (found.length !== group.rows || found[0]?.tradeId !== first + group.firstRow) {
        throw new SealedFileLost(of.key, "the file has other trades than its manifest says");
      }
      for (const trade of descending ? found.reverse() : found) {
        if (trade.at < from || trade.at > to) continue;
        if (descending ? trade.tradeId > place : trade.tradeId < place) continue;
        if (items.length === limit) return trade.tradeId;
        items.push(trade);
      }
    }
    return null;
  }
}
