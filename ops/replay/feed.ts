/**
 * Recorded order-level feeds: CSV, plain or gzipped, with the columns id, timestamp (ms), price (dollars), volume
 * (×1e8), action (created, changed, deleted) and direction (bid, ask), one row per event in the order received.
 */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { PRICE_DECIMALS, parseDecimal } from "../../domain/decimal.ts";
import type { Side } from "../../domain/order/side.ts";
import { StartFailure, errorCode, errorText } from "../../dev/failure.ts";

/** Decimals of a feed's volumes. */
export const VOLUME_DECIMALS = 8;

export interface FeedEvent {
  readonly id: string;
  /** Epoch milliseconds at which the event was received. */
  readonly at: number;
  readonly action: "created" | "changed" | "deleted";
  readonly side: Side;
  /** In 1/10,000 dollar. */
  readonly price: number;
  /** In 1e-8 of a coin or share. */
  readonly volume: number;
}

const COLUMNS = ["id", "timestamp", "price", "volume", "action", "direction"] as const;
type Column = (typeof COLUMNS)[number];
const ACTIONS: readonly string[] = ["created", "changed", "deleted"];
/** The syntax of an id, which with the run's prefix is a client order id. */
const ID = /^[\w.:-]{1,64}$/;

/** Reads at most `limit` events of a feed. Throws StartFailure with file, line and error. */
export async function readFeed(file: string, limit: number): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  let columns: ReadonlyMap<Column, number> | null = null;
  let line = 0;
  try {
    for await (const text of linesOf(file)) {
      line++;
      if (text.trim() === "") continue;
      if (columns === null) columns = readHeader(file, text);
      else if (events.push(readRow(columns, text, `${file}, line ${line}`)) >= limit) break;
    }
  } catch (error) {
    throw explain(error, file);
  }
  if (events.length === 0) throw new StartFailure(`${file} holds no events.`);
  return events;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const raw = createReadStream(file);
  let source: Readable = raw;
  if (file.endsWith(".gz")) {
    const gunzip = createGunzip();
    raw.on("error", (error) => gunzip.destroy(error));
    source = raw.pipe(gunzip);
  }
  let failure: Error | null = null;
  const lines = createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY });
  // readline does not report an error of its input.
  source.on("error", (error: Error) => {
    failure = error;
    lines.close();
  });
  try {
    yield* lines;
  } finally {
    raw.destroy();
  }
  throwIfAny(failure);
}

/** A function, because the compiler does not see that a listener has set the variable. */
function throwIfAny(failure: Error | null): void {
  if (failure !== null) throw failure;
}

function fieldsOf(text: string): string[] {
  return text.split(",").map((field) => field.trim().replace(/^"(.*)"$/, "$1"));
}

function readHeader(file: string, text: string): ReadonlyMap<Column, number> {
  const names = fieldsOf(text.replace(/^\ufeff/, ""));
  const columns = new Map(COLUMNS.map((column) => [column, names.indexOf(column)]));
  const missing = COLUMNS.filter((column) => columns.get(column) === -1);
  if (missing.length > 0) {
    throw new StartFailure(
      `${file} is no order feed: its first line lacks ${missing.join(", ")} (needed: ${COLUMNS.join(", ")}).`,
    );
  }
  return columns;
}

function readRow(columns: ReadonlyMap<Column, number>, text: string, place: string): FeedEvent {
  const fields = fieldsOf(text);
  const field = (column: Column): string => fields[columns.get(column) ?? -1] ?? "";
  const whole = (column: Column): number => {
    const value = parseDecimal(field(column), 0);
    if (typeof value === "number" && value >= 0) return value;
    throw new StartFailure(`${place}: ${column} ${JSON.stringify(field(column))} is not a whole number.`);
  };
  const id = field("id");
  if (!ID.test(id)) throw new StartFailure(`${place}: ${JSON.stringify(id)} is not an order id.`);
  const action = field("action");
  if (!isAction(action)) {
    throw new StartFailure(`${place}: action ${JSON.stringify(action)} is none of ${ACTIONS.join(", ")}.`);
  }
  const direction = field("direction");
  if (direction !== "bid" && direction !== "ask") {
    throw new StartFailure(`${place}: direction ${JSON.stringify(direction)} is neither bid nor ask.`);
  }
  const price = parseDecimal(field("price"), PRICE_DECIMALS);
  if (typeof price !== "number" || price < 0) {
    throw new StartFailure(`${place}: price ${JSON.stringify(field("price"))} is not an amount of dollars.`);
  }
  const side = direction === "bid" ? "buy" : "sell";
  return { id, at: whole("timestamp"), action, side, price, volume: whole("volume") };
}

function isAction(text: string): text is FeedEvent["action"] {
  return ACTIONS.includes(text);
}

function explain(error: unknown, file: string): Error {
  if (error instanceof StartFailure) return error;
  const code = errorCode(error);
  if (code === "ENOENT") return new StartFailure(`There is no file ${file}.`);
  if (code === "EISDIR") return new StartFailure(`${file} is a folder.`);
  if (code.startsWith("Z_")) return new StartFailure(`${file} is not a whole gzip file: ${errorText(error)}.`);
  return new StartFailure(`Cannot read ${file}: ${errorText(error)}.`);
}
