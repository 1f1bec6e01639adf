/** Indicators over the bars of a symbol. */
import { Hono } from "hono";
import { INDICATORS, indicatorNamed } from "../../../domain/indicators/catalogue.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { BarCalendar } from "../../../domain/market/bars/barCalendar.ts";
import { ApiFault, unwrap } from "../../../protocol/http/apiFault.ts";
import { indicatorToWire, readIndicatorQuery } from "../../../protocol/mapping/indicators.ts";
import { listedSymbol, type QuotesContext, type QuotesHono } from "../context.ts";
import { readBars } from "../history/tapeReads.ts";
import { indicatorPage, type ReadBars } from "./indicatorPage.ts";
import { recentFirst } from "./recentFirst.ts";

export const indicators = new Hono<QuotesHono>();

indicators.get("/", (c) => c.json({ indicators: INDICATORS.map(indicatorToWire) }));

indicators.get("/:name", async (c) => {
  const name = c.req.param("name");
  const definition = indicatorNamed(name);
  if (definition === undefined) throw new ApiFault({ reason: "indicator_not_found", name });
  const request = unwrap(readIndicatorQuery(definition, new URL(c.req.url).searchParams, Date.now()));
  const symbol = await listedSymbol(c.env, request.symbol);
  const calendar = new BarCalendar(assetOf(symbol));
  const sessionOf = (at: number): number => calendar.dayOf(at);
  return c.json(await indicatorPage(definition, { ...request, symbol }, recentFirst(barsOf(c, symbol)), sessionOf));
});

/** Reads bars of one symbol. */
function barsOf(c: QuotesContext, symbol: string): ReadBars {
  return async ({ timeframe, ...range }) => {
    const { items } = await readBars(c, [symbol], timeframe, { ...range, after: null });
    return items.get(symbol) ?? [];
  };
}
