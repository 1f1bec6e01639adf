/** The latest quote and trade of symbols, in the shapes of shares. */
import { Hono } from "hono";
import { quoteToWire, readLatestQuery, readNewestQuery, tradeToWire } from "../../../protocol/mapping/marketData.ts";
import type { BookTop } from "../../../protocol/rpc/orderBook.ts";
import type { WireQuote, WireTrade } from "../../../protocol/wire/market.ts";
import { ApiFault, unwrap } from "../../../protocol/http/apiFault.ts";
import { listedSymbol, listedSymbols, type QuotesHono } from "../context.ts";
import { LatestReads } from "./latestReads.ts";

export const latestOfStocks = new Hono<QuotesHono>();

type Element = (top: BookTop) => WireQuote | WireTrade | null;

serve("quote", quoteToWire);
serve("trade", tradeToWire);

/** Serves both forms: many symbols as a map without those that have no data, and one symbol. */
function serve(kind: "quote" | "trade", element: Element): void {
  latestOfStocks.get(`/${kind}s/latest`, async (c) => {
    const { symbols } = unwrap(readLatestQuery(new URL(c.req.url).searchParams));
    const reads = new LatestReads(c);
    const found: Record<string, unknown> = {};
    for (const top of await reads.of("tops", await listedSymbols(c.env, symbols))) {
      const of = element(top);
      if (of !== null) found[top.symbol] = of;
    }
    return reads.answer({ [`${kind}s`]: found });
  });

  latestOfStocks.get(`/:symbol/${kind}s/latest`, async (c) => {
    const name = c.req.param("symbol");
    unwrap(readNewestQuery(name, new URL(c.req.url).searchParams));
    const symbol = await listedSymbol(c.env, name);
    const reads = new LatestReads(c);
    const [top] = await reads.of("tops", [symbol]);
    const found = top === undefined ? null : element(top);
    if (found === null) throw new ApiFault({ reason: "no_market_data", kind, symbol });
    return reads.answer({ symbol, [kind]: found });
  });
}
