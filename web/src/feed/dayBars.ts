/** Spark lines: the closes of the last day, read for many symbols with one call. */
import { createSignal, type Accessor, type Setter } from "solid-js";
import { call } from "../api/client.ts";
import { Batched, isCoin, listOf } from "./snapshots.ts";

const DAY_MS = 86_400_000;
const LIMIT = 10_000;
/** A line has some hundred points at most; with fewer of the last day it is of the last days. */
const POINTS_MIN = 2;
/** Lines are read again after this time. */
const FRESH_MS = 10 * 60_000;

interface Line {
  readonly closes: Accessor<readonly number[]>;
  readonly set: Setter<readonly number[]>;
  readAt: number;
}

type Bars = { readonly bars: Readonly<Record<string, readonly { readonly c: number }[]>> };

const lines = new Map<string, Line>();
const wanted = new Batched(async (symbols) => {
  const found = await readCloses(symbols, "15Min", DAY_MS);
  const missing = symbols.filter((symbol) => (found.get(symbol)?.length ?? 0) < POINTS_MIN);
  const older =
    missing.length === 0 ? new Map<string, readonly number[]>() : await readCloses(missing, "1Hour", 4 * DAY_MS);
  for (const symbol of symbols) {
    const closes = older.get(symbol) ?? found.get(symbol) ?? [];
    const line = lines.get(symbol);
    if (line === undefined) continue;
    line.readAt = Date.now();
    line.set(closes);
  }
});

/** Closes of a symbol over its last day, oldest first; empty until they are read. */
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

async function readCloses(
  symbols: readonly string[],
  timeframe: string,
  spanMs: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const start = new Date(Date.now() - spanMs).toISOString();
  const read = async (path: string, some: readonly string[]): Promise<Bars["bars"]> => {
    if (some.length === 0) return {};
    const query = `symbols=${listOf(some)}&timeframe=${timeframe}&start=${start}&limit=${LIMIT}`;
    return (await call<Bars>("GET", `${path}?${query}`)).bars;
  };
  const [coins, shares] = await Promise.all([
    read("/v1beta3/crypto/us/bars", symbols.filter(isCoin)),
    read(
      "/v2/stocks/bars",
      symbols.filter((symbol) => !isCoin(symbol)),
    ),
  ]);
  return new Map(Object.entries({ ...coins, ...shares }).map(([symbol, bars]) => [symbol, bars.map(({ c }) => c)]));
}
