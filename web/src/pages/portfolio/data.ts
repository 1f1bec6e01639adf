/** What the portfolio page reads from the API. */
import type * as z from "zod";
import type { wirePerformance } from "../../../../protocol/wire/performance.ts";
import type { WirePortfolioHistory } from "../../../../protocol/wire/portfolio.ts";
import type { Explanation } from "../../portfolio/explainApi.ts";
import { call } from "../../api/client.ts";

export type Performance = Readonly<z.infer<typeof wirePerformance>>;
export type History = WirePortfolioHistory;
export type Realized = NonNullable<Explanation["realized"]>[number];
export type RangeId = "1D" | "1W" | "1M" | "3M" | "1A" | "all";

export const RANGES: readonly RangeId[] = ["1D", "1W", "1M", "3M", "1A", "all"];
/** Days of which there is no record are left out: this is all there is. */
const ALL = "50A";

/** The bounds of a range as every route about it has them. */
export function boundsOf(range: RangeId): Readonly<Record<string, string>> {
  return { period: range === "all" ? ALL : range };
}

/** With fewer days a line of days says nothing. */
const DAYS_LEAST = 3;

/** Parts of a day for the short ranges and for an account of a few days, days for the others. */
export async function historyOf(account: string, range: RangeId): Promise<History> {
  if (range === "1D") return readHistory(account, boundsOf(range), "5Min");
  if (range === "1W") return readHistory(account, boundsOf(range), "1H");
  const days = await readHistory(account, boundsOf(range), "1D");
  return days.timestamp.length >= DAYS_LEAST ? days : readHistory(account, { period: "3D" }, "15Min");
}

function readHistory(
  account: string,
  bounds: Readonly<Record<string, string>>,
  timeframe: History["timeframe"],
): Promise<History> {
  const query = new URLSearchParams({ ...bounds, timeframe });
  if (timeframe !== "1D") {
    query.set("intraday_reporting", "continuous");
    query.set("pnl_reset", "no_reset");
  }
  return call<History>("GET", `/v2/account/portfolio/history?${query}`, { account });
}

const PAGE = 500;

/** Figures of a range; with `by` every part of it. */
export async function performanceOf(
  account: string,
  range: RangeId,
  more: { readonly by?: "position" | "day" | "month" | "year"; readonly benchmark?: string } = {},
): Promise<Performance> {
  const query = new URLSearchParams({ ...boundsOf(range), limit: String(PAGE) });
  if (more.by !== undefined) query.set("by", more.by);
  if (more.benchmark !== undefined && more.benchmark !== "") query.set("benchmark", more.benchmark);
  return call<Performance>("GET", `/v1/portfolio/performance?${query}`, { account });
}

const REALIZED_MAX = 5_000;

/** What sales since a day have realised, newest first. */
export async function realizedSince(
  account: string,
  day: string | null,
): Promise<{ readonly items: readonly Realized[]; readonly isAll: boolean }> {
  const items: Realized[] = [];
  for (let place: string | null = null; ;) {
    const query = new URLSearchParams({ page_size: "1000" });
    if (day !== null) query.set("after", day);
    if (place !== null) query.set("page_token", place);
    const page: { items: Realized[]; next_page_token: string | null } = await call(
      "GET",
      `/v1/portfolio/realized?${query}`,
      { account },
    );
    items.push(...page.items);
    place = page.next_page_token;
    if (place === null || items.length >= REALIZED_MAX) return { items: items.reverse(), isAll: place === null };
  }
}
