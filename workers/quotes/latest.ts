/** The latest quote and trade of symbols, from the top of their books. */
import { Hono } from "hono";
import { orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import { quoteToWire, readLatestQuery, readNewestQuery, tradeToWire } from "../../protocol/mapping/marketData.ts";
import type { BookTop } from "../../protocol/rpc/orderBook.ts";
import type { WireQuote, WireTrade } from "../../protocol/wire/market.ts";
import { ApiFault, ask, unwrap } from "../../protocol/http/apiFault.ts";
import { listedSymbol, listedSymbols, type QuotesHono } from "./context.ts";
import { ConcurrencyLimiter } from "./relay/concurrencyLimiter.ts";

export const latest = new Hono<QuotesHono>();

/** Concurrent calls of one request. */
const BOOKS_AT_ONCE = 32;

type Element = (top: BookTop) => WireQuote | WireTrade | null;

serve("quote", quoteToWire);
serve("trade", tradeToWire);

/** Serves both forms: many symbols as a map without those that have no data, and one symbol. */
function serve(kind: "quote" | "trade", element: Element): void {
  latest.get(`/${kind}s/latest`, async (c) => {
    const { symbols } = unwrap(readLatestQuery(new URL(c.req.url).searchParams));
    const listed = await listedSymbols(c.env, symbols);
    const gate = new ConcurrencyLimiter(BOOKS_AT_ONCE);
    const tops = await Promise.all(listed.map((symbol) => gate.run("", () => topOf(c.env, symbol))));
    const found: Record<string, unknown> = {};
    for (const top of tops) {
      const of = element(top);
      if (of !== null) found[top.symbol] = of;
    }
    return c.json({ [`${kind}s`]: found });
  });

  latest.get(`/:symbol/${kind}s/latest`, async (c) => {
    const name = c.req.param("symbol");
    unwrap(readNewestQuery(name, new URL(c.req.url).searchParams));
    const symbol = await listedSymbol(c.env, name);
    const found = element(await topOf(c.env, symbol));
    if (found === null) throw new ApiFault({ reason: "no_market_data", kind, symbol });
    return c.json({ symbol, [kind]: found });
  });
}

function topOf(env: QuotesEnv, symbol: string): Promise<BookTop> {
  return ask(() => orderBookObject(env, symbol).top());
}
