/**
 * The newest data in the shapes of coins, without authentication. ccxt reads shares by these routes as well, so that they
 * serve every symbol.
 */
import { Hono } from "hono";
import {
  cryptoQuoteToWire,
  cryptoTradeToWire,
  orderbookToWire,
  readCryptoLatestQuery,
} from "../../../protocol/mapping/cryptoData.ts";
import type { BookTop } from "../../../protocol/rpc/orderBook.ts";
import { unwrap } from "../../../protocol/http/apiFault.ts";
import { listedSymbols, type QuotesContext, type QuotesHono } from "../context.ts";
import { LatestReads } from "./latestReads.ts";

export const latestOfCrypto = new Hono<QuotesHono>();

serve("quotes", cryptoQuoteToWire);
serve("trades", cryptoTradeToWire);

latestOfCrypto.get("/:loc/latest/orderbooks", async (c) => {
  const symbols = await symbolsOf(c);
  const reads = new LatestReads(c);
  const found: Record<string, unknown> = {};
  for (const { top, bids, asks } of await reads.of("depths", symbols)) {
    const book = orderbookToWire(top, bids, asks);
    if (book !== null) found[top.symbol] = book;
  }
  return reads.answer({ orderbooks: found });
});

/** Serves the newest element of each symbol that has one. */
function serve(kind: "quotes" | "trades", element: (top: BookTop) => object | null): void {
  latestOfCrypto.get(`/:loc/latest/${kind}`, async (c) => {
    const symbols = await symbolsOf(c);
    const reads = new LatestReads(c);
    const found: Record<string, unknown> = {};
    for (const top of await reads.of("tops", symbols)) {
      const of = element(top);
      if (of !== null) found[top.symbol] = of;
    }
    return reads.answer({ [kind]: found });
  });
}

/** The listed symbols of a request. */
export function symbolsOf(c: QuotesContext): Promise<string[]> {
  const { searchParams } = new URL(c.req.url);
  const { symbols } = unwrap(readCryptoLatestQuery(c.req.param("loc") ?? "", searchParams));
  return listedSymbols(c.env, symbols);
}
