import type { Asset } from "../../../domain/market/asset.ts";
import type { Bar } from "../../../domain/market/bars/bar.ts";
import type { TapeTrade } from "../../../domain/market/bars/tapeTrade.ts";
import { isoDate } from "../../../domain/market/newYork.ts";
import { sameData } from "../../../domain/sameData.ts";
import type { TapeChainEnd } from "../../../protocol/rpc/tape.ts";
import { manifestText, sealedKeys, type SealedManifest } from "../../../protocol/wire/sealedHistory.ts";
import type { TradeTable } from "../tradeTable.ts";
import { barOfRow, barsFile, MinuteBars } from "./barsFile.ts";
import { readWhole, type SealBucket, SealedFileLost, sha256Of } from "./bucket.ts";
import { ParquetFile } from "./parquet.ts";
import type { SealStore, UnauditedPart } from "./sealStore.ts";
import { TradeChain } from "./tradeChain.ts";
import { FILE_FORMAT, tradeOfRow, TradesFile } from "./tradesFile.ts";
import { packUnaudited } from "./unaudited.ts";

/** Trades of one file: some five megabytes, of which memory holds a few copies while they are checked. */
export const TRADES_A_FILE = 2 ** 19;

export interface SealerPorts {
  readonly asset: Asset;
  readonly trades: TradeTable;
  readonly store: SealStore;
  readonly bucket: SealBucket;
  /** The trading day of a time, numbered from 1970-01-01. */
  readonly dayOf: (at: number) => number;
  /** Where the chain of the earlier months ends; null while these have trades that are not sealed. */
  readonly before: () => Promise<TapeChainEnd | null>;
  readonly now: () => number;
  /** Lets the other objects of the thread run. */
  readonly pause: () => Promise<void>;
  readonly tradesAFile?: number;
}

/** The trades and bars of a part of a day, as they are in files, and what becomes rows. */
interface Part {
  readonly day: number;
  readonly first: TapeTrade;
  readonly last: TapeTrade;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly rows: number;
  readonly bars: readonly Bar[];
  readonly trades: Uint8Array<ArrayBuffer>;
  readonly head: string;
  readonly unaudited: readonly UnauditedPart[];
}

/**
 * Moves the trades of a trading day that is over into files: writes the files, reads them again and compares every trade and
 * bar, writes the manifest, and then, in one transaction, adds the row of the manifest and removes the trades. Whatever fails
 * before that transaction leaves the trades where they are; the same keys get the same bytes when it is done again.
 */
export class Sealer {
  readonly #ports: SealerPorts;

  constructor(ports: SealerPorts) {
    this.#ports = ports;
  }

  /** Seals the oldest trades, all of one trading day. Null while the trades of earlier months are not sealed. */
  async sealNext(): Promise<SealedManifest | null> {
    const { store, before, now, trades } = this.#ports;
    const end = await this.end(before);
    if (end === null) return null;
    const part = await this.#write(end.head);
    const manifest = await this.#putFiles(part, end);
    await this.#readFiles(manifest, part);
    const digest = await this.#putManifest(manifest);
    store.add({ manifest, digest }, part.unaudited, now(), () => trades.removeThrough(manifest.last_trade_id));
    return manifest;
  }

  /** Where the chain of what is sealed ends. */
  async end(before: SealerPorts["before"]): Promise<TapeChainEnd | null> {
    const newest = this.#ports.store.newest();
    if (newest === null) return before();
    const { manifest, digest } = newest;
    return { through: manifest.last_trade_id, head: manifest.chain.head, manifest: digest };
  }

  /** Makes the file of the oldest trades that are not sealed. */
  async #write(head: string): Promise<Part> {
    const { asset, store, trades, dayOf, pause, tradesAFile = TRADES_A_FILE } = this.#ports;
    const [file, bars, chain] = [new TradesFile(asset), new MinuteBars(), new TradeChain(asset.symbol, head)];
    const unaudited: UnauditedPart[] = [];
    let first: TapeTrade | null = null;
    let last: TapeTrade | null = null;
    let [firstAt, lastAt, rows] = [Number.POSITIVE_INFINITY, 0, 0];
    for (let through = store.through; rows < tradesAFile;) {
      const some = trades.after(through).slice(0, tradesAFile - rows);
      const [begin, end] = [some[0], some.at(-1)];
      if (begin === undefined || end === undefined) break;
      // A file has consecutive trades of one trading day.
      if (last !== null && (begin.tradeId !== last.tradeId + 1 || dayOf(begin.at) !== dayOf(last.at))) break;
      first ??= begin;
      last = end;
      through = end.tradeId;
      rows += some.length;
      for (const { at } of some) [firstAt, lastAt] = [Math.min(firstAt, at), Math.max(lastAt, at)];
      bars.add(some);
      chain.add(some);
      unaudited.push({ first: begin.tradeId, body: packUnaudited(some) });
      await file.add(some);
      await pause();
    }
    if (first === null || last === null) throw new Error("no trade waits to be sealed");
    const made = { bars: bars.sorted(), trades: await file.finish(), head: chain.head, unaudited };
    return { day: dayOf(first.at), first, last, firstAt, lastAt, rows, ...made };
  }

  async #putFiles(part: Part, end: TapeChainEnd): Promise<SealedManifest> {
    const { asset, bucket, store } = this.#ports;
    const day = isoDate(part.day);
    const number = store.partsOf(day).length + 1;
    const keys = sealedKeys(asset.symbol, day, number);
    const bars = await barsFile(asset, part.bars);
    const [ofTrades, ofBars] = [await sha256Of(part.trades), await sha256Of(bars)];
    await bucket.put(keys.trades, part.trades, { sha256: ofTrades });
    await bucket.put(keys.bars, bars, { sha256: ofBars });
    return {
      format: FILE_FORMAT,
      symbol: asset.symbol,
      day,
      part: number,
      first_trade_id: part.first.tradeId,
      last_trade_id: part.last.tradeId,
      first_sequence: part.first.sequence,
      last_sequence: part.last.sequence,
      first_at: part.firstAt,
      last_at: part.lastAt,
      trades: { key: keys.trades, bytes: part.trades.length, sha256: ofTrades, rows: part.rows },
      bars: { key: keys.bars, bytes: bars.length, sha256: ofBars, rows: part.bars.length },
      chain: { previous: end.head, head: part.head },
      previous_trade_id: end.through,
      previous_manifest: end.manifest,
    };
  }

  /** Compares what the bucket has with the trades of the tape and their bars. */
  async #readFiles(manifest: SealedManifest, part: Part): Promise<void> {
    const { bucket, trades, pause } = this.#ports;
    const expected = trades.between(manifest.first_trade_id, manifest.last_trade_id);
    for await (const rows of wholeFile(bucket, manifest.trades)) {
      for (const row of rows) {
        const next = expected.next();
        if (next.done === true || !isSame(next.value, tradeOfRow(row))) throw differs(manifest.trades.key);
      }
      await pause();
    }
    if (expected.next().done !== true) throw differs(manifest.trades.key);
    const bars: Bar[] = [];
    for await (const rows of wholeFile(bucket, manifest.bars)) for (const row of rows) bars.push(barOfRow(row));
    if (!sameData(bars, part.bars)) throw differs(manifest.bars.key);
  }

  async #putManifest(manifest: SealedManifest): Promise<string> {
    const { asset, bucket } = this.#ports;
    const bytes = Uint8Array.from(new TextEncoder().encode(manifestText(manifest)));
    const digest = await sha256Of(bytes);
    const key = sealedKeys(asset.symbol, manifest.day, manifest.part).manifest;
    await bucket.put(key, bytes, { sha256: digest });
    if ((await sha256Of(await readWhole(bucket, key))) !== digest) throw differs(key);
    return digest;
  }
}

function isSame(one: TapeTrade, other: TapeTrade): boolean {
  return (
    one.tradeId === other.tradeId &&
    one.sequence === other.sequence &&
    one.at === other.at &&
    one.price === other.price &&
    one.qty === other.qty &&
    one.takerSide === other.takerSide &&
    one.auction === other.auction &&
    one.regular === other.regular
  );
}

/** The rows of a file, a group at a time, after its digest was compared. */
async function* wholeFile(
  bucket: SealBucket,
  { key, sha256 }: SealedManifest["trades"],
): AsyncGenerator<Record<string, unknown>[], void> {
  const bytes = await readWhole(bucket, key);
  if ((await sha256Of(bytes)) !== sha256) throw differs(key);
  const read = (offset: number, length: number): Promise<ArrayBuffer> =>
    Promise.resolve(bytes.buffer.slice(offset, offset + length));
  const file = await ParquetFile.open(bytes.length, read);
  for (const group of file.groups) yield await file.read(bytes.length, read, group);
}

function differs(key: string): SealedFileLost {
  return new SealedFileLost(key, "the file is not what was written");
}
