/** Makes a recorded day of a file of ITCH 5.0: its best prices, trades and halts, as lines. */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { pipeline } from "node:stream";
import { assetOf } from "../../domain/market/asset.ts";
import { newYorkInstant } from "../../domain/market/newYork.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { ItchBooks, type ItchCounts } from "../../domain/market/feeds/itch/books.ts";
import { ItchFileReader } from "../../domain/market/feeds/itch/parse.ts";
import { RECORDING_FORMAT, type RecordingHeader } from "../../domain/market/feeds/recording.ts";
import { feedElement } from "../../protocol/mapping/feedElements.ts";

const DAY_MS = 86_400_000;

export interface ItchSource {
  readonly file: string;
  /** The day of the file in New York, `2026-11-30`. */
  readonly day: string;
  /** Stocks to record; null: all of them. */
  readonly symbols: ReadonlySet<string> | null;
}

/** What a recording has left out. */
export interface RecordedCounts extends ItchCounts {
  readonly elements: number;
}

/** Writes the lines of a recorded day, the header first. Throws on a file that was cut off. */
export async function recordItch(source: ItchSource, write: (line: string) => void): Promise<RecordedCounts> {
  const header: RecordingHeader = { format: RECORDING_FORMAT, day: source.day, source: "itch5.0" };
  write(JSON.stringify(header));
  const day = Date.parse(`${source.day}T00:00:00Z`) / DAY_MS;
  if (!Number.isSafeInteger(day)) throw new Error(`no day: ${source.day}`);
  const books = new ItchBooks((stock) => shareNamed(stock, source.symbols), newYorkInstant(day, 0));
  const reader = new ItchFileReader();
  let elements = 0;
  for await (const chunk of bytesOf(source.file)) {
    for (const message of reader.add(chunk as Uint8Array)) {
      for (const item of books.apply(message)) {
        elements++;
        write(JSON.stringify(feedElement(item)));
      }
    }
  }
  if (reader.incomplete > 0) throw new Error(`the file was cut off: ${reader.incomplete} bytes of a message`);
  return { elements, ...books.counts };
}

function bytesOf(file: string): AsyncIterable<unknown> {
  const stream = createReadStream(file);
  // A broken file ends the iteration with its error.
  return file.endsWith(".gz") ? pipeline(stream, createGunzip(), () => undefined) : stream;
}

/** Terms do not matter: prices of ITCH are not rounded, and its quantities are whole shares. */
function shareNamed(stock: string, symbols: ReadonlySet<string> | null): Instrument | undefined {
  if (symbols !== null && !symbols.has(stock)) return undefined;
  try {
    return { ...requireInstrument("AAPL"), ...assetOf(stock) };
  } catch {
    return undefined;
  }
}
