/** The test feed as elements of the data stream, in the shapes of listed shares. */
import { Packr } from "msgpackr";
import { TEST_SYMBOL, testBar, testQuote, type TestTrade, testTrade } from "../../domain/market/testFeed.ts";
import { CHANNELS } from "../stream/channels.ts";
import { QUOTE_CONDITIONS, TAPE, VENUE_LETTER } from "../wire/market.ts";
import { barValues } from "./bars.ts";
import { takerToWire } from "./cryptoData.ts";
import { priceNumber } from "./tradesAndQuotes.ts";

const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: "number" });

/** What a slot sends: each channel with its element. The bar is that of the minute that ends with the slot. */
export function testElements(
  slot: number,
): { readonly channel: "trades" | "quotes" | "bars"; readonly bytes: Uint8Array }[] {
  const trade = testTrade(slot);
  const bar = testBar(slot);
  const S = TEST_SYMBOL;
  const bars = bar === null ? null : { T: CHANNELS.bars.code, S, t: new Date(bar.at), ...barValues(bar, 1) };
  const each = { trades: trade === null ? null : tradeElement(trade), quotes: quoteElement(slot), bars };
  return (["trades", "quotes", "bars"] as const).flatMap((channel) => {
    const element = each[channel];
    // A copy, because the packer's result is a view of a larger buffer.
    return element === null ? [] : [{ channel, bytes: Uint8Array.from(packr.pack(element) as Uint8Array) }];
  });
}

function tradeElement({ slot, tradeId, at, price, qty, takerSide }: TestTrade): object {
  const c = qty < 100 ? ["@", "I"] : ["@"];
  const terms = { i: tradeId, x: VENUE_LETTER, p: priceNumber(price), s: qty, c, z: TAPE, tks: takerToWire(takerSide) };
  return { T: CHANNELS.trades.code, S: TEST_SYMBOL, ...terms, t: new Date(at), seq: slot };
}

function quoteElement(slot: number): object {
  const { at, bid, ask } = testQuote(slot);
  const sides = { bp: priceNumber(bid.price), bs: bid.qty, ap: priceNumber(ask.price), as: ask.qty };
  const venue = { bx: VENUE_LETTER, ax: VENUE_LETTER, c: QUOTE_CONDITIONS, z: TAPE };
  return { T: CHANNELS.quotes.code, S: TEST_SYMBOL, ...sides, ...venue, t: new Date(at), seq: slot };
}
