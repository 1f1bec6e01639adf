/** Reads bars and trades of the past from the exchange. */
import { call } from "../../../api/client.ts";
import { type ChartBar, barOfJson, type JsonBar } from "./bars.ts";
import type { ChartTimeframe, ChartTrade } from "./timeframes.ts";

/** Everything before it is older than the exchange. */
const BEGINNING = "2000-01-01";
const PAGE = 1_000;
const TRADES_PAGE = 2_000;

interface JsonTrade {
  readonly t: string;
  readonly p: number;
  readonly s: number;
  readonly i: number;
  readonly c?: readonly string[];
}

interface Page<T> {
  readonly next_page_token: string | null;
  readonly bars?: Readonly<Record<string, readonly T[]>>;
  readonly trades?: Readonly<Record<string, readonly T[]>>;
}

/** Some bars or trades in order of time, and whether there are none before them. */
export interface Past<T> {
  readonly items: readonly T[];
  readonly isFirst: boolean;
}

const pathOf = (symbol: string, what: "bars" | "trades"): string =>
  `${symbol.includes("/") ? "/v1beta3/crypto/us" : "/v2/stocks"}/${what}?symbols=${encodeURIComponent(symbol)}`;

async function newestFirst<T>(path: string, what: "bars" | "trades", symbol: string, limit: number): Promise<Past<T>> {
  const found: T[] = [];
  let token: string | null = null;
  do {
    const after: string = token === null ? "" : `&page_token=${encodeURIComponent(token)}`;
    const page: Page<T> = await call<Page<T>>("GET", `${path}&sort=desc&limit=${limit - found.length}${after}`);
    found.push(...(page[what]?.[symbol] ?? []));
    token = page.next_page_token;
  } while (token !== null && found.length < limit);
  return { items: found.reverse(), isFirst: token === null };
}

const isoTime = (at: number): string => new Date(at).toISOString();

/** The bars before a time, at most a page; the newest ones without a time. */
export async function readBars(
  symbol: string,
  timeframe: ChartTimeframe,
  { before, since, limit = PAGE }: { readonly before?: number; readonly since?: number; readonly limit?: number } = {},
): Promise<Past<ChartBar>> {
  const start = since === undefined ? BEGINNING : isoTime(since);
  const end = before === undefined ? "" : `&end=${isoTime(before - 1)}`;
  const path = `${pathOf(symbol, "bars")}&timeframe=${timeframe.id}&start=${start}${end}`;
  const { items, isFirst } = await newestFirst<JsonBar>(path, "bars", symbol, limit);
  return { items: items.map(barOfJson), isFirst };
}

/** The trades before a time, at most a page; the newest ones without a time. */
export async function readTrades(symbol: string, before?: number, limit = TRADES_PAGE): Promise<Past<ChartTrade>> {
  const end = before === undefined ? "" : `&end=${isoTime(before - 1)}`;
  const path = `${pathOf(symbol, "trades")}&start=${BEGINNING}${end}`;
  const { items, isFirst } = await newestFirst<JsonTrade>(path, "trades", symbol, limit);
  return { items: items.map(tradeOfJson), isFirst };
}

function tradeOfJson({ t, p, s, i, c }: JsonTrade): ChartTrade {
  return { id: i, at: Date.parse(t), price: p, size: s, extended: c?.includes("T") ?? false };
}

const newestTrade = async (symbol: string): Promise<number> =>
  (await readTrades(symbol, undefined, 1)).items[0]?.id ?? 0;

/** The newest bars, and which trades they have. */
export interface Newest extends Past<ChartBar> {
  /** They have every trade through this number. */
  readonly through: number;
  /** They have none after it: it was the newest trade before and after they were read. */
  readonly isExact: boolean;
}

export async function readNewest(symbol: string, timeframe: ChartTimeframe, since?: number): Promise<Newest> {
  const through = await newestTrade(symbol);
  const { items, isFirst } = await readBars(symbol, timeframe, since === undefined ? {} : { since });
  return { items, isFirst, through, isExact: (await newestTrade(symbol)) === through };
}

/** Trading days of which bars were not made by trades of this exchange. */
export interface Backfill {
  readonly source: "generated" | "imported";
  readonly end: string;
}

/** The past of a symbol that no trades of this exchange made; null when all of it is of trades. */
export async function readBackfill(symbol: string): Promise<Backfill | null> {
  const { backfill } = await call<{ backfill: readonly Backfill[] }>(
    "GET",
    `/v1/history/${encodeURIComponent(symbol)}`,
  );
  const [first] = backfill;
  if (first === undefined) return null;
  const end =
    backfill
      .map((one) => one.end)
      .sort()
      .at(-1) ?? first.end;
  return { source: backfill.some(({ source }) => source === "generated") ? "generated" : "imported", end };
}
