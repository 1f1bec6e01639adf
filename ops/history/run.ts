/** Verifies the sealed history of all symbols, and makes lost files again. */
import { assetOf } from "../../domain/market/asset.ts";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { DAY, HOUR } from "../../domain/market/newYork.ts";
import { sameData } from "../../domain/sameData.ts";
import { FIRST_CHAIN_HEAD } from "../../durable-objects/tape/sealed/tradeChain.ts";
import { mergedBar } from "../../durable-objects/tape/sealed/sealedBars.ts";
import { unpackParts } from "../../durable-objects/tape/sealed/unaudited.ts";
import { barToWire } from "../../protocol/mapping/bars.ts";
import type { WireBar } from "../../protocol/wire/bars.ts";
import {
  type SealedFileKind,
  sealedKeys,
  type SealedManifest,
  type WireSealedMonth,
} from "../../protocol/wire/sealedHistory.ts";
import type { TrailTrade } from "./auditedTrades.ts";
import {
  type ChainPlace,
  checkPart,
  type FileKind,
  FILES,
  minuteBarsOf,
  placeAfter,
  rebuiltFile,
} from "./checkPart.ts";

/** What a verification reads of the exchange. */
export interface HistorySource {
  symbols(): Promise<string[]>;
  months(symbol: string): Promise<readonly string[]>;
  month(symbol: string, month: string): Promise<WireSealedMonth>;
  file(symbol: string, month: string, first: number, kind: SealedFileKind): Promise<Uint8Array | null>;
  /** The minute bars that the API returns, from one time to another, both included. */
  minuteBars(symbol: string, from: number, to: number): Promise<readonly WireBar[]>;
  now(): number;
}

export interface HistoryVerdict {
  readonly parts: number;
  readonly trades: number;
  /** Trades that wait to be sealed. */
  readonly waiting: number;
  /** What differs. */
  readonly faults: readonly string[];
  /** Keys of the files that were made again. */
  readonly rebuilt: readonly string[];
}

interface Part {
  readonly symbol: string;
  readonly month: string;
  readonly manifest: SealedManifest;
}

/** Records of fills are later than their trades by as long as an account was away: nothing is earlier than this before. */
const BEFORE_MS = HOUR;
/** A day is sealed at most three hours after its end, if nothing fails. */
const LATE_MS = 5 * HOUR;

/**
 * Compares what is sealed with the audit trail. `trail` gives the trades recorded since a time, by symbol and number.
 * `keep`, if given, gets each file that is missing or damaged, made again.
 */
export async function verifyHistory(
  source: HistorySource,
  trail: (since: number) => AsyncIterable<TrailTrade>,
  only: string | null,
  keep: ((key: string, bytes: Uint8Array) => Promise<void>) | null,
): Promise<HistoryVerdict> {
  const faults: string[] = [];
  const rebuilt: string[] = [];
  const { parts, waiting } = await partsOf(source, only, faults);
  const since = Math.min(...parts.map(({ manifest }) => manifest.first_at)) - BEFORE_MS;
  const trades = new TradeReader(parts.length === 0 ? emptyTrail() : trail(since));
  const days = new DayBars(source, faults);
  let place: ChainPlace & { symbol: string } = { symbol: "", tradeId: 0, head: FIRST_CHAIN_HEAD, manifest: null };
  const counts = new Map<string, number>();
  let count = 0;
  for (const part of parts) {
    const { symbol, month, manifest } = part;
    const asset = assetOf(symbol);
    if (place.symbol !== symbol) place = { symbol, tradeId: 0, head: FIRST_CHAIN_HEAD, manifest: null };
    const nth = (counts.get(`${symbol} ${manifest.day}`) ?? 0) + 1;
    counts.set(`${symbol} ${manifest.day}`, nth);
    const first = manifest.first_trade_id;
    const [ofTrades, bars, text, unaudited] = await Promise.all(
      [...FILES, "unaudited" as const].map((kind) => source.file(symbol, month, first, kind)),
    );
    const input = {
      asset,
      manifest,
      nth,
      before: place,
      files: { trades: ofTrades ?? null, bars: bars ?? null, manifest: text ?? null },
      unaudited: unpackParts(unaudited ?? new Uint8Array()),
      audited: await trades.between(symbol, first, manifest.last_trade_id),
    };
    const verdict = await checkPart(input);
    const name = `${symbol} ${manifest.day}${manifest.part === 1 ? "" : ` part ${manifest.part}`}`;
    faults.push(...verdict.faults.map((fault) => `${name}: ${fault}`));
    if (keep !== null) rebuilt.push(...(await rebuild(input, verdict.damaged, verdict.trades, keep, name, faults)));
    await days.add(symbol, manifest.day, verdict.trades === null ? null : minuteBarsOf(verdict.trades));
    place = { symbol, ...placeAfter(manifest) };
    count += manifest.trades.rows;
  }
  await days.end();
  return { parts: parts.length, trades: count, waiting, faults, rebuilt };
}

async function rebuild(
  input: Parameters<typeof checkPart>[0],
  damaged: readonly FileKind[],
  trades: Awaited<ReturnType<typeof checkPart>>["trades"],
  keep: (key: string, bytes: Uint8Array) => Promise<void>,
  name: string,
  faults: string[],
): Promise<string[]> {
  const keys: string[] = [];
  for (const kind of damaged) {
    try {
      const key = sealedKeys(input.asset.symbol, input.manifest.day, input.manifest.part)[kind];
      await keep(key, await rebuiltFile(kind, input, trades));
      keys.push(key);
    } catch (error) {
      faults.push(`${name}: not made again: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return keys;
}

/** All parts, by symbol and number, and how many trades wait. Adds failures of sealing to the faults. */
async function partsOf(source: HistorySource, only: string | null, faults: string[]) {
  const parts: Part[] = [];
  let waiting = 0;
  const symbols = only === null ? await source.symbols() : [only];
  for (const symbol of symbols.toSorted()) {
    let through = 0;
    for (const month of await source.months(symbol)) {
      const of = await source.month(symbol, month);
      for (const manifest of of.manifests) parts.push({ symbol, month, manifest });
      through = Math.max(through, of.sealed_through);
      waiting += Math.max(0, of.last_trade_id - through);
      through = Math.max(through, of.last_trade_id);
      if (isLate(symbol, of.waiting_since, source.now())) {
        faults.push(`${symbol} ${month}: trades since ${of.waiting_since ?? ""} are not sealed`);
      }
      if (of.failures > 0) faults.push(`${symbol} ${month}: sealing has failed ${of.failures} times: ${of.error}`);
    }
  }
  return { parts, waiting };
}

/** Whether trades should have been sealed by now. */
function isLate(symbol: string, since: string | null, now: number): boolean {
  if (since === null) return false;
  const calendar = new BarCalendar(assetOf(symbol));
  return calendar.hours(calendar.dayOf(Date.parse(since))).end + LATE_MS < now;
}

async function* emptyTrail(): AsyncGenerator<TrailTrade, void> {}

/** Takes the trades of ranges of a list that is in order, one range after the other. */
class TradeReader {
  readonly #trades: AsyncIterator<TrailTrade>;
  #head: IteratorResult<TrailTrade> | null = null;

  constructor(trades: AsyncIterable<TrailTrade>) {
    this.#trades = trades[Symbol.asyncIterator]();
  }

  async between(symbol: string, first: number, last: number): Promise<TrailTrade[]> {
    const found: TrailTrade[] = [];
    for (;;) {
      const head = (this.#head ??= await this.#trades.next());
      if (head.done === true) return found;
      const { symbol: of, tradeId } = head.value;
      if (of > symbol || (of === symbol && tradeId > last)) return found;
      if (of === symbol && tradeId >= first) found.push(head.value);
      this.#head = null;
    }
  }
}

/** Compares the minute bars of the days of a symbol with those of the API. */
class DayBars {
  readonly #source: HistorySource;
  readonly #faults: string[];
  #symbol = "";
  /** By day; null for a day whose trades are not all known. */
  readonly #days = new Map<string, Map<number, Bar> | null>();

  constructor(source: HistorySource, faults: string[]) {
    this.#source = source;
    this.#faults = faults;
  }

  /** Adds the bars of a part; null when its trades are not known. A day may have several parts, not always in a row. */
  async add(symbol: string, day: string, bars: readonly Bar[] | null): Promise<void> {
    if (this.#symbol !== symbol) await this.end();
    this.#symbol = symbol;
    const known = this.#days.get(day);
    if (bars === null || known === null) return void this.#days.set(day, null);
    const all = known ?? new Map<number, Bar>();
    for (const bar of bars) {
      const other = all.get(bar.at);
      all.set(bar.at, other === undefined ? bar : mergedBar(other, bar));
    }
    this.#days.set(day, all);
    return undefined;
  }

  /** Compares what was added. */
  async end(): Promise<void> {
    for (const [day, bars] of this.#days) if (bars !== null) await this.#compare(day, [...bars.values()]);
    this.#days.clear();
  }

  async #compare(day: string, bars: Bar[]): Promise<void> {
    const symbol = this.#symbol;
    const { begin, end } = new BarCalendar(assetOf(symbol)).hours(Date.parse(day) / DAY);
    bars.sort((one, other) => one.at - other.at);
    const expected = bars.map((bar) => barToWire(symbol, bar));
    const found = await this.#source.minuteBars(symbol, begin, end - 1);
    if (!sameData(found, expected))
      this.#faults.push(`${symbol} ${day}: the bars of the API are not those of its trades`);
  }
}
