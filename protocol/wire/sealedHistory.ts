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

/** The files of a part: those of the bucket, and what the tape has of its trades and the audit trail has not. */
export const SEALED_FILES = ["trades", "bars", "manifest", "unaudited"] as const;
export type SealedFileKind = (typeof SEALED_FILES)[number];

/** The months of a symbol that have a tape. */
export const wireSealedMonths = z.object({
  symbol: z.string(),
  months: z.array(z.string()).meta({ description: "oldest first, as 2026-11" }),
});
export type WireSealedMonths = z.infer<typeof wireSealedMonths>;

/** What is sealed of a month, and how sealing goes. */
export const wireSealedMonth = z.object({
  symbol: z.string(),
  month: z.string(),
  last_trade_id: whole.meta({ description: "the newest trade of the month; 0 for none" }),
  sealed_through: whole.meta({ description: "the last trade that is in a file; 0 for none" }),
  waiting_since: z.iso.datetime().nullable().meta({ description: "the earliest trade that is not sealed" }),
  failures: whole.meta({ description: "failed attempts since the last one that succeeded" }),
  error: z.string().nullable().meta({ description: "why the last one failed" }),
  retry_at: z.iso.datetime().nullable().meta({ description: "when it is tried again" }),
  manifests: z.array(sealedManifest),
});
export type WireSealedMonth = z.infer<typeof wireSealedMonth>;

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
