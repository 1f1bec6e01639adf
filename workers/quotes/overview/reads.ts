/** What an isolate has read for overviews of the market, for everybody who asks. */
import { priceBoardObject, tapeObject } from "../../../durable-objects/actor/namespaces.ts";
import { listedInstruments } from "../../../durable-objects/instrumentCache/cachedInstruments.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { BarCalendar } from "../../../domain/market/bars/barCalendar.ts";
import { sparkBars } from "../../../domain/market/bars/sparkBars.ts";
import { priceNumber } from "../../../protocol/mapping/tradesAndQuotes.ts";
import { readBoards } from "../../../protocol/rpc/priceBoard.ts";
import type { MarketOverview } from "../../../protocol/wire/overview.ts";
import { edgeStore } from "../latest/edgeStore.ts";
import { type RequestScope, SharedReads } from "../latest/sharedReads.ts";
import { NO_SPARK, type Spark, symbolOverview } from "./symbolOverview.ts";

/** Symbols of an overview: those of an exchange that lists more are too many to look at. */
const SYMBOLS_MAX = 40;
/** Far enough back for the sessions before a weekend and a holiday. */
const SPARK_MS = 5 * 86_400_000;
const SPARK_TIMEFRAME = { unit: "minute", count: 10 } as const;
/** A trading day of 24 hours has 144 bars. */
const SPARK_BARS = 180;
/** The past changes slowly, and each symbol is an object to read. */
const SPARK_FRESH_MS = 60_000;

interface OverviewReads {
  readonly overviews: SharedReads<MarketOverview>;
  readonly sparks: SharedReads<Spark>;
}

/** One for each environment that the worker is given: mostly one an isolate. */
const isolates = new WeakMap<object, OverviewReads>();

/** The market now, or at most a second ago. */
export function readOverview(env: QuotesEnv, scope: RequestScope): Promise<MarketOverview> {
  return readsOf(env).overviews.get("all", scope);
}

function readsOf(env: QuotesEnv): OverviewReads {
  const known = isolates.get(env);
  if (known !== undefined) return known;
  const now = () => Date.now();
  const sparks = new SharedReads<Spark>({
    read: (symbol) => readSpark(env, symbol),
    edge: edgeStore("lines", SPARK_FRESH_MS),
    freshMs: SPARK_FRESH_MS,
    now,
  });
  const made: OverviewReads = {
    sparks,
    overviews: new SharedReads({ read: (_, scope) => read(env, sparks, scope), edge: edgeStore("overviews"), now }),
  };
  isolates.set(env, made);
  return made;
}

async function read(env: QuotesEnv, sparks: OverviewReads["sparks"], scope: RequestScope): Promise<MarketOverview> {
  const { all } = await listedInstruments(env, "quotes");
  const listed = all.filter(({ status }) => status === "active").slice(0, SYMBOLS_MAX);
  const names = listed.map(({ symbol }) => symbol);
  const [boards, pasts] = await Promise.all([
    readBoards((nth) => priceBoardObject(env, nth), names),
    // A tape that does not answer leaves one line undrawn.
    Promise.all(names.map((symbol) => sparks.get(symbol, scope).catch(() => NO_SPARK))),
  ]);
  const now = Date.now();
  const symbols = listed.map(({ symbol, name, assetClass }, nth) =>
    symbolOverview({ symbol, name, asset_class: assetClass }, boards.get(symbol) ?? null, pasts[nth] ?? NO_SPARK, now),
  );
  return { at: new Date(now).toISOString(), symbols };
}

/** The closes of the newest sessions, from the tapes of the month, and of the month before at its beginning. */
async function readSpark(env: QuotesEnv, symbol: string): Promise<Spark> {
  const calendar = new BarCalendar(assetOf(symbol));
  const to = Date.now();
  const from = to - SPARK_MS;
  const months = [...new Set([calendar.monthOf(from), calendar.monthOf(to)])];
  const query = { timeframe: SPARK_TIMEFRAME, from, to, limit: SPARK_BARS, descending: true };
  const pages = await Promise.all(months.map((month) => tapeObject(env, symbol, month).bars(query)));
  const bars = sparkBars(
    pages.flatMap(({ items }) => items.toReversed()),
    calendar,
    to,
  );
  return { from: bars[0]?.at ?? null, closes: bars.map(({ close }) => priceNumber(close)) };
}
