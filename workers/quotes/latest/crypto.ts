/**
 * The newest data in the shapes of coins, without authentication. ccxt reads shares by these routes as well, so they serve
 * every symbol.
 */
import { Hono } from "hono";
import {
  cryptoQuoteToWire,
  cryptoTradeToWire,
  orderbookToWire,
  readCryptoLatestQuery,
} from "../../../protocol/mapping/cryptoData.ts";
import { unwrap } from "../../../protocol/http/apiFault.ts";
import { listedSymbols, type QuotesContext, type QuotesHono } from "../context.ts";
import { LatestReads } from "./latestReads.ts";
import { readSnapshots } from "./snapshots.ts";

export const latestOfCrypto = new Hono<QuotesHono>();

/** The newest element of a symbol; null or undefined when it has none. */
type Found = readonly [symbol: string, element: object | null | undefined];
type Reader = (reads: LatestReads, symbols: readonly string[]) => Promise<readonly Found[]>;

serve("quotes", async (reads, symbols) =>
  (await reads.tops(symbols)).map((top) => [top.symbol, cryptoQuoteToWire(top)]),
);
serve("trades", async (reads, symbols) =>
  (await reads.tops(symbols)).map((top) => [top.symbol, cryptoTradeToWire(top)]),
);
serve("bars", async (reads, symbols) =>
  (await reads.of("values", symbols)).map(({ bars }) => [bars.symbol, bars.minuteBar]),
);
serve("orderbooks", async (reads, symbols) =>
  (await reads.of("depths", symbols)).map(({ top, bids, asks }) => [top.symbol, orderbookToWire(top, bids, asks)]),
);

latestOfCrypto.get("/:loc/snapshots", async (c) => {
  const symbols = await symbolsOf(c);
  const reads = new LatestReads(c);
  const shapes = { quote: cryptoQuoteToWire, trade: cryptoTradeToWire };
  return reads.answer({ snapshots: await readSnapshots(reads, symbols, shapes) });
});

/** Serves the newest element of each symbol that has one. */
function serve(kind: "quotes" | "trades" | "bars" | "orderbooks", read: Reader): void {
  latestOfCrypto.get(`/:loc/latest/${kind}`, async (c) => {
    const symbols = await symbolsOf(c);
    const reads = new LatestReads(c);
    const found = (await read(reads, symbols)).filter(([, element]) => element !== null && element !== undefined);
    return reads.answer({ [kind]: Object.fromEntries(found) });
  });
}

/** The listed symbols of a request. */
function symbolsOf(c: QuotesContext): Promise<string[]> {
  const { searchParams } = new URL(c.req.url);
  const { symbols } = unwrap(readCryptoLatestQuery(c.req.param("loc") ?? "", searchParams));
  return listedSymbols(c.env, symbols);
}
