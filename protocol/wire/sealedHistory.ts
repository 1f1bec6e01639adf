/** Manifests of sealed trades: what a symbol has of a trading day in files, and how it continues what was sealed before. */
import * as z from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const whole = z.number().int().nonnegative();

const sealedFile = z.object({
  key: z.string().meta({ description: "key in the bucket" }),
  bytes: whole,
  sha256,
  rows: whole,
});

/** The manifest of one part of the trades of a trading day. A day has one part, unless it had very many trades. */
export const sealedManifest = z.object({
  format: z.literal(1).meta({ description: "of the files and of the manifest" }),
  symbol: z.string(),
  day: z.iso.date().meta({ description: "trading day" }),
  part: z.number().int().positive().meta({ description: "1, unless the trades of the day are in several files" }),
  first_trade_id: whole,
  last_trade_id: whole,
  first_sequence: whole.meta({ description: "the book's sequence after the first trade" }),
  last_sequence: whole.meta({ description: "the book's sequence after the last trade" }),
  first_at: whole.meta({ description: "earliest time of a trade, epoch milliseconds" }),
  last_at: whole.meta({ description: "latest time of a trade, epoch milliseconds" }),
  trades: sealedFile,
  bars: sealedFile.meta({ description: "bars of minutes of these trades" }),
  chain: z
    .object({ previous: sha256, head: sha256 })
    .meta({ description: "the book's chain of trades before the first trade, and after the last" }),
  previous_trade_id: whole.meta({ description: "the last trade sealed before; 0 for none" }),
  previous_manifest: sha256.nullable().meta({ description: "SHA-256 of the manifest before; null for none" }),
});

export type SealedManifest = z.infer<typeof sealedManifest>;

/** The text of a manifest, whose digest the next one has. */
export function manifestText(manifest: SealedManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The keys of the files of a part of a day, `2026-11-30`, and of its manifest. A coin's `BTC/USD` is `BTC-USD`. */
export function sealedKeys(symbol: string, day: string, part: number) {
  const name = symbol.replace("/", "-");
  const place = `${name}/${day.replaceAll("-", "/")}${part === 1 ? "" : `-${part}`}`;
  return {
    trades: `${ROOT}/trades/${place}.parquet`,
    bars: `${ROOT}/bars/${place}.parquet`,
    manifest: `${ROOT}/manifests/${place}.json`,
  };
}

/** The first part of every key: another version of the layout would have another one. */
const ROOT = "history/v1";
