/** Spark lines: the closes of the newest session, for coins of 24 hours, read for many symbols with one call. */
import { createSignal, type Accessor, type Setter } from "solid-js";
import { SPARK_LEAST, sparkBars } from "../../../domain/market/bars/sparkBars.ts";
import { call } from "../api/client.ts";
import { calendarOf } from "./day.ts";
import { Batched, isCoin, listOf } from "./snapshots.ts";

const DAY_MS = 86_400_000;
const TIMEFRAME = "10Min";
const BARS_A_DAY = 144;
/** Far enough back for the sessions before a weekend and a holiday. */
const OLDER_DAYS = 5;
const LIMIT = 10_000;
/** Lines are read again after this time. */
const FRESH_MS = 10 * 60_000;

interface Line {
  readonly closes: Accessor<readonly number[]>;
  readonly set: Setter<readonly number[]>;
  readAt: number;
}

interface SparkBar {
  readonly at: number;
  readonly close: number;
}

type Bars = { readonly bars: Readonly<Record<string, readonly { readonly t: string; readonly c: number }[]>> };

const lines = new Map<string, Line>();
const wanted = new Batched(async (symbols) => {
  const found = await readSparks(symbols, 1);
  const short = symbols.filter((symbol) => (found.get(symbol)?.length ?? 0) < SPARK_LEAST);
  const older = await readSparks(short, OLDER_DAYS);
  for (const symbol of symbols) {
    const line = lines.get(symbol);
    if (line === undefined) continue;
    line.readAt = Date.now();
    line.set((older.get(symbol) ?? found.get(symbol) ?? []).map(({ close }) => close));
  }
});

/** Closes of a symbol over its newest session, oldest first; empty until they are read. */
export function dayBars(symbol: string): Accessor<readonly number[]> {
  let line = lines.get(symbol);
  if (line === undefined) {
    const [closes, set] = createSignal<readonly number[]>([]);
    lines.set(symbol, (line = { closes, set, readAt: 0 }));
  }
  if (Date.now() - line.readAt > FRESH_MS) {
    line.readAt = Date.now();
    wanted.want([symbol]);
  }
  return line.closes;
}

/** The bars of the lines of some symbols, looking so many days back. */
async function readSparks(symbols: readonly string[], days: number): Promise<ReadonlyMap<string, readonly SparkBar[]>> {
  const now = Date.now();
  const start = new Date(now - days * DAY_MS).toISOString();
  // An answer has a limit for all its symbols together.
  const together = Math.floor(LIMIT / (BARS_A_DAY * days));
  const read = async (path: string, some: readonly string[]): Promise<Bars["bars"]> => {
    const query = `symbols=${listOf(some)}&timeframe=${TIMEFRAME}&start=${start}&limit=${LIMIT}`;
    return (await call<Bars>("GET", `${path}?${query}`)).bars;
  };
  const readAll = (path: string, all: readonly string[]): Promise<Bars["bars"]>[] =>
    Array.from({ length: Math.ceil(all.length / together) }, (_, nth) =>
      read(path, all.slice(nth * together, (nth + 1) * together)),
    );
  const answers = await Promise.all(
    readAll("/v1beta3/crypto/us/bars", symbols.filter(isCoin)).concat(
      readAll(
        "/v2/stocks/bars",
        symbols.filter((symbol) => !isCoin(symbol)),
      ),
    ),
  );
  return new Map(
    answers
      .flatMap((bars) => Object.entries(bars))
      .map(([symbol, bars]) => {
        const known = bars.map(({ t, c }) => ({ at: Date.parse(t), close: c }));
        return [symbol, sparkBars(known, calendarOf(symbol), now)] as const;
      }),
  );
}
