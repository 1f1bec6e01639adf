import { assetOf } from "../../../domain/market/asset.ts";
import type { Bar } from "../../../domain/market/bars/bar.ts";
import type { BarCalendar } from "../../../domain/market/bars/barCalendar.ts";
import type { TapeTrade } from "../../../domain/market/bars/tapeTrade.ts";
import { isOfDays } from "../../../domain/market/bars/timeframe.ts";
import type {
  BarQuery,
  SealedMonth,
  TapeChainEnd,
  TapeCoverage,
  TapePage,
  TapeRpc,
  TradeQuery,
} from "../../../protocol/rpc/tape.ts";
import { type SealedFileKind, sealedKeys } from "../../../protocol/wire/sealedHistory.ts";
import { BoundedCalls } from "../../actor/boundedCalls.ts";
import type { TapeStorage, TapeStore } from "../tapeStore.ts";
import type { SealBucket } from "./bucket.ts";
import { SealedBars } from "./sealedBars.ts";
import { SealedFiles, SealedTrades } from "./sealedTrades.ts";
import { Sealer, type SealerPorts } from "./sealer.ts";
import { Sealing, type SealingPorts } from "./sealing.ts";
import { SealStore } from "./sealStore.ts";
import { FIRST_CHAIN_HEAD } from "./tradeChain.ts";
import { packParts } from "./unaudited.ts";

/** A call of the bucket without an answer is given up after this time. */
const GIVE_UP_MS = 60_000;

export interface TapeSealingPorts extends Pick<SealingPorts, "armBy" | "now" | "random" | "log"> {
  readonly symbol: string;
  readonly month: string;
  readonly calendar: BarCalendar;
  readonly storage: TapeStorage;
  readonly bucket: SealBucket;
  /** The tape of the newest month before this one; null when there is none. */
  readonly before: () => Promise<Pick<TapeRpc, "sealedEnd"> | null>;
  readonly pause: () => Promise<void>;
  readonly tradesAFile?: SealerPorts["tradesAFile"];
}

/** What a tape does beside its tables: it seals days that are over, and reads them. */
export class TapeSealing {
  readonly store: SealStore;
  readonly #tape: TapeStore;
  readonly #ports: TapeSealingPorts;
  readonly #sealer: Sealer;
  readonly #sealing: Sealing;
  readonly #trades: SealedTrades;
  readonly #bars: SealedBars;

  constructor(tape: TapeStore, ports: TapeSealingPorts) {
    const { calendar, storage, symbol, month, tradesAFile, now, pause } = ports;
    const { trades, minutes, bars } = tape.tables;
    const bucket = bounded(ports.bucket);
    const files = new SealedFiles(bucket);
    this.#tape = tape;
    this.#ports = ports;
    this.store = new SealStore(storage);
    const { store } = this;
    this.#trades = new SealedTrades(trades, store, files);
    this.#bars = new SealedBars({ minutes, bars }, store, files, calendar);
    bars.tradedDays = () => store.droppedDays();
    const before = (): Promise<TapeChainEnd | null> => this.#before();
    const dayOf = (at: number): number => calendar.dayOf(at);
    const own = tradesAFile === undefined ? {} : { tradesAFile };
    this.#sealer = new Sealer({ asset: assetOf(symbol), trades, store, bucket, dayOf, before, now, pause, ...own });
    const { armBy, random, log } = ports;
    const parts = { trades, minutes, store, sealer: this.#sealer, bars: this.#bars };
    this.#sealing = new Sealing({ name: `${symbol}/${month}`, calendar, ...parts, armBy, now, random, log });
  }

  /** Call it after each append. */
  appended(): void {
    this.#sealing.arm();
  }

  onAlarm(): Promise<void> {
    return this.#sealing.onAlarm();
  }

  async trades(query: TradeQuery): Promise<TapePage<TapeTrade>> {
    return this.#trades.page(query);
  }

  async bars(query: BarQuery): Promise<TapePage<Bar>> {
    if (isOfDays(query.timeframe) || this.store.droppedDays().size === 0) return this.#tape.bars(query);
    return this.#bars.page(query);
  }

  /** Which trades the tape has, in its rows and in its files. */
  coverage(): TapeCoverage {
    const { trades } = this.#tape.tables;
    const first = this.store.first ?? trades.first;
    return { first, last: trades.newest?.tradeId ?? null, gaps: this.#tape.gaps() };
  }

  async sealedEnd(): Promise<TapeChainEnd | null> {
    if (!this.#sealing.hasUnsealed) return this.#sealer.end(() => this.#before());
    this.#sealing.arm();
    return null;
  }

  sealed(): SealedMonth {
    const { failures, error, retryAt } = this.store.trouble;
    const manifests = this.store.all().map(({ manifest }) => manifest);
    const waitingSince = this.#tape.tables.trades.oldestAfter(this.store.through);
    return { manifests, through: this.#tape.latest().through, waitingSince, failures, error, retryAt };
  }

  async sealedFile(first: number, kind: SealedFileKind): Promise<Uint8Array | null> {
    const manifest = this.store.at(first)?.manifest;
    if (manifest === undefined) return null;
    if (kind === "unaudited") return packParts(this.store.unaudited(first, manifest.last_trade_id));
    const key = sealedKeys(this.#ports.symbol, manifest.day, manifest.part)[kind];
    const found = await this.#ports.bucket.get(key);
    return found === null ? null : new Uint8Array(await found.arrayBuffer());
  }

  async #before(): Promise<TapeChainEnd | null> {
    const tape = await this.#ports.before();
    return tape === null ? { through: 0, head: FIRST_CHAIN_HEAD, manifest: null } : tape.sealedEnd();
  }
}

function bounded(bucket: SealBucket): SealBucket {
  const calls = new BoundedCalls();
  const late = (key: string): string => `the bucket does not answer for ${key}`;
  return {
    put: (key, value, options) => calls.within(GIVE_UP_MS, late(key), () => bucket.put(key, value, options)),
    get: (key, options) => calls.within(GIVE_UP_MS, late(key), () => bucket.get(key, options)),
  };
}
