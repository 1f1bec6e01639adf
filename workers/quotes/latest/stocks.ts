/** The newest quotes, trades, bars and snapshots of symbols, in the shapes of shares. */
import { Hono } from "hono";
import { quoteToWire, readLatestQuery, readNewestQuery, tradeToWire } from "../../../protocol/mapping/marketData.ts";
import { ApiFault, unwrap } from "../../../protocol/http/apiFault.ts";
import { listedSymbol, listedSymbols, type QuotesContext, type QuotesHono } from "../context.ts";
import { LatestReads } from "./latestReads.ts";
import { readSnapshots } from "./snapshots.ts";

export const latestOfStocks = new Hono<QuotesHono>();

/** Reads the newest element of symbols, in their order; null or undefined for one that has none. */
type Reader = (reads: LatestReads, symbols: readonly string[]) => Promise<readonly (object | null | undefined)[]>;

serve("quote", async (reads, symbols) => (await reads.tops(symbols)).map((top) => quoteToWire(top)));
serve("trade", async (reads, symbols) => (await reads.tops(symbols)).map((top) => tradeToWire(top)));
serve("bar", async (reads, symbols) => (await reads.of("values", symbols)).map(({ bars }) => bars.minuteBar));

latestOfStocks.get("/snapshots", async (c) => {
  const symbols = await symbolsOf(c);
  const reads = new LatestReads(c);
  // Clients take each key for a symbol.
  return reads.answer(await readSnapshots(reads, symbols, { quote: quoteToWire, trade: tradeToWire }));
});

latestOfStocks.get("/:symbol/snapshot", async (c) => {
  const symbol = await symbolOf(c);
  const reads = new LatestReads(c);
  const found = await readSnapshots(reads, [symbol], { quote: quoteToWire, trade: tradeToWire });
  return reads.answer({ symbol, ...found[symbol] });
});

/** Serves both forms: many symbols as a map without those that have no data, and one symbol. */
function serve(kind: "quote" | "trade" | "bar", read: Reader): void {
  latestOfStocks.get(`/${kind}s/latest`, async (c) => {
    const symbols = await symbolsOf(c);
    const reads = new LatestReads(c);
    const elements = await read(reads, symbols);
    const found = symbols.flatMap((symbol, nth) => (elements[nth] ? [[symbol, elements[nth]] as const] : []));
    return reads.answer({ [`${kind}s`]: Object.fromEntries(found) });
  });

  latestOfStocks.get(`/:symbol/${kind}s/latest`, async (c) => {
    const symbol = await symbolOf(c);
    const reads = new LatestReads(c);
    const [element] = await read(reads, [symbol]);
    if (!element) throw new ApiFault({ reason: "no_market_data", kind, symbol });
    return reads.answer({ symbol, [kind]: element });
  });
}

function symbolsOf(c: QuotesContext): Promise<string[]> {
  const { symbols } = unwrap(readLatestQuery(new URL(c.req.url).searchParams));
  return listedSymbols(c.env, symbols);
}

function symbolOf(c: QuotesContext): Promise<string> {
  const name = c.req.param("symbol") ?? "";
  unwrap(readNewestQuery(name, new URL(c.req.url).searchParams));
  return listedSymbol(c.env, name);
}
