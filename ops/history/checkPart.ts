/** Compares a sealed part with the audit trail, and makes its files again. */
import { createHash } from "node:crypto";
import type { Asset } from "../../domain/market/asset.ts";
import type { Bar } from "../../domain/market/bars/bar.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { isoDate } from "../../domain/market/newYork.ts";
import { sameData } from "../../domain/sameData.ts";
import { barOfRow, barsFile, MinuteBars } from "../../durable-objects/tape/sealed/barsFile.ts";
import { ParquetFile } from "../../durable-objects/tape/sealed/parquet.ts";
import { TradeChain } from "../../durable-objects/tape/sealed/tradeChain.ts";
import { tradeOfRow, TradesFile } from "../../durable-objects/tape/sealed/tradesFile.ts";
import type { Unaudited } from "../../durable-objects/tape/sealed/unaudited.ts";
import { manifestText, sealedKeys, type SealedManifest } from "../../protocol/wire/sealedHistory.ts";
import type { TrailTrade } from "./auditedTrades.ts";

/** The files of the bucket, in the order in which they are compared. */
export const FILES = ["trades", "bars", "manifest"] as const;
export type FileKind = (typeof FILES)[number];

/** What a manifest must continue. */
export interface ChainPlace {
  readonly tradeId: number;
  readonly head: string;
  /** SHA-256 of the manifest; null before the first. */
  readonly manifest: string | null;
}

export interface PartInput {
  readonly asset: Asset;
  /** As the tape has it. */
  readonly manifest: SealedManifest;
  /** Its number among the parts of its day, from 1 on. */
  readonly nth: number;
  readonly before: ChainPlace;
  /** As the bucket has them; null for one that is missing. */
  readonly files: Readonly<Record<FileKind, Uint8Array | null>>;
  readonly unaudited: readonly Unaudited[];
  /** The trades of these numbers in the audit trail. */
  readonly audited: readonly TrailTrade[];
}

export interface PartVerdict {
  /** Descriptions of what differs. */
  readonly faults: readonly string[];
  /** The files that are missing or damaged. */
  readonly damaged: readonly FileKind[];
  /** The trades of the audit trail with what the tape knows of them; null when these do not fit. */
  readonly trades: readonly TapeTrade[] | null;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The place after a manifest. */
export function placeAfter(manifest: SealedManifest): ChainPlace {
  const { last_trade_id: tradeId, chain } = manifest;
  return { tradeId, head: chain.head, manifest: sha256(manifestText(manifest)) };
}

/** Checks a part: manifest, chain, digests, and each trade and bar. Changes nothing. */
export async function checkPart(input: PartInput): Promise<PartVerdict> {
  const faults = [...manifestFaults(input)];
  const trades = tradesOfTrail(input, faults);
  const damaged: FileKind[] = [];
  for (const kind of FILES) {
    const fault = await fileFault(kind, input, trades);
    if (fault === null) continue;
    faults.push(fault.text);
    if (fault.damaged) damaged.push(kind);
  }
  return { faults, damaged, trades };
}

function* manifestFaults({ asset, manifest, nth, before }: PartInput): Generator<string, void> {
  const keys = sealedKeys(asset.symbol, manifest.day, manifest.part);
  if (manifest.symbol !== asset.symbol || manifest.part !== nth) yield "the manifest is of another symbol or part";
  if (manifest.trades.key !== keys.trades || manifest.bars.key !== keys.bars) yield "the manifest names other files";
  const calendar = new BarCalendar(asset);
  const days = [manifest.first_at, manifest.last_at].map((at) => isoDate(calendar.dayOf(at)));
  if (days.some((day) => day !== manifest.day)) yield `its trades are of ${days.join(" and ")}`;
  if (manifest.trades.rows !== manifest.last_trade_id - manifest.first_trade_id + 1) yield "its numbers have a gap";
  if (manifest.previous_trade_id !== before.tradeId || manifest.previous_manifest !== before.manifest) {
    yield "its manifest does not follow the one before";
  }
  if (manifest.chain.previous !== before.head) yield "its chain does not continue the one before";
}

/** The trades as the trail and the tape have them. Adds what does not fit to the faults. */
function tradesOfTrail({ asset, manifest, audited, unaudited }: PartInput, faults: string[]): TapeTrade[] | null {
  const count = manifest.last_trade_id - manifest.first_trade_id + 1;
  for (const { tradeId, contradictions } of audited) {
    if (contradictions.length > 0) faults.push(`trade ${tradeId}: its fills differ in ${contradictions.join(", ")}`);
  }
  if (audited.length !== count || unaudited.length !== count) {
    faults.push(`the audit trail has ${audited.length} of its ${count} trades, the tape has kept ${unaudited.length}`);
    return null;
  }
  const chain = new TradeChain(asset.symbol, manifest.chain.previous);
  chain.add(audited);
  if (chain.head !== manifest.chain.head) faults.push("the chain of the audited trades has another head");
  return audited.map(({ tradeId, at, price, qty, takerSide, auction }, nth) => {
    const { sequence, regular } = unaudited[nth] ?? { sequence: 0, regular: false };
    return { tradeId, sequence, at, price, qty, takerSide, auction, regular };
  });
}

interface FileFault {
  readonly text: string;
  /** Whether the file is not the one that was sealed. */
  readonly damaged: boolean;
}

async function fileFault(
  kind: FileKind,
  { manifest, files }: PartInput,
  trades: readonly TapeTrade[] | null,
): Promise<FileFault | null> {
  const bytes = files[kind];
  if (bytes === null) return { text: `the file of ${kind} is missing`, damaged: true };
  const digest = kind === "manifest" ? sha256(manifestText(manifest)) : manifest[kind].sha256;
  if (sha256(bytes) !== digest) return { text: `the file of ${kind} is damaged: its digest differs`, damaged: true };
  if (kind === "manifest" || trades === null) return null;
  const rows = await rowsOf(bytes);
  const difference =
    kind === "trades"
      ? firstDifference(rows.map(tradeOfRow), trades, ({ tradeId }) => `trade ${tradeId}`)
      : firstDifference(
          rows.map(barOfRow),
          minuteBarsOf(trades),
          ({ at }) => `the bar at ${new Date(at).toISOString()}`,
        );
  return difference === null ? null : { text: `${difference} differs from the audit trail`, damaged: false };
}

/** The minute bars of trades. */
export function minuteBarsOf(trades: readonly TapeTrade[]): Bar[] {
  const bars = new MinuteBars();
  bars.add(trades);
  return bars.sorted();
}

async function rowsOf(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const whole = Uint8Array.from(bytes).buffer;
  const read = (offset: number, length: number): Promise<ArrayBuffer> =>
    Promise.resolve(whole.slice(offset, offset + length));
  const file = await ParquetFile.open(whole.byteLength, read);
  const rows: Record<string, unknown>[] = [];
  for (const group of file.groups) {
    for (const row of await file.read(whole.byteLength, read, group)) rows.push(row);
  }
  return rows;
}

function firstDifference<Item>(
  found: readonly Item[],
  expected: readonly Item[],
  name: (item: Item) => string,
): string | null {
  if (found.length !== expected.length) return `their number (${found.length}, not ${expected.length})`;
  for (const [nth, item] of expected.entries()) if (!sameData(item, found[nth])) return name(item);
  return null;
}

/** A file of a part, made again. Throws when it would not be the one that was sealed. */
export async function rebuiltFile(
  kind: FileKind,
  { asset, manifest }: Pick<PartInput, "asset" | "manifest">,
  trades: readonly TapeTrade[] | null,
): Promise<Uint8Array> {
  if (kind === "manifest") return new TextEncoder().encode(manifestText(manifest));
  if (trades === null) throw new Error("the audit trail does not have its trades");
  let bytes: Uint8Array;
  if (kind === "bars") bytes = await barsFile(asset, minuteBarsOf(trades));
  else {
    const file = new TradesFile(asset);
    await file.add(trades);
    bytes = await file.finish();
  }
  if (sha256(bytes) !== manifest[kind].sha256)
    throw new Error(`the file of ${kind} made of the audit trail is another one`);
  return bytes;
}
