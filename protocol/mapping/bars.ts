/** Bars and past trades as they are sent. */
import { vwapOf, type Bar } from "../../domain/market/bars/bar.ts";
import type { TapeQuote } from "../../domain/market/bars/tapeQuote.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { isoDate } from "../../domain/market/newYork.ts";
import { lotsPerShare } from "../../domain/market/instrument.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { auctionCondition, tradeConditions } from "../../domain/market/tradeConditions.ts";
import type { TapeBars } from "../rpc/tape.ts";
import type { WireAuction, WireBar, WireDailyAuctions, WireLatestBars } from "../wire/bars.ts";
import type { WireCryptoQuote, WireCryptoTrade } from "../wire/cryptoData.ts";
import { QUOTE_CONDITIONS, TAPE, VENUE_LETTER, type WireQuote, type WireTrade } from "../wire/market.ts";
import { takerToWire } from "./cryptoData.ts";
import { priceNumber, sizeNumber } from "./tradesAndQuotes.ts";

const VWAP_UNITS = 1_000_000;

/** A bar of a symbol: prices in dollars, the volume in shares or coins. */
export function barToWire(symbol: string, bar: Bar): WireBar {
  return { t: new Date(bar.at).toISOString(), ...barValues(bar, lotsPerShare(assetOf(symbol))) };
}

/** The values of a bar whose volume is in lots. */
export function barValues(bar: Bar, lots: number): Omit<WireBar, "t"> {
  return {
    o: priceNumber(bar.open),
    h: priceNumber(bar.high),
    l: priceNumber(bar.low),
    c: priceNumber(bar.close),
    v: Number(bar.volume) / lots,
    n: bar.count,
    vw: vwapOf(bar) / VWAP_UNITS,
  };
}

export function latestBarsToWire(symbol: string, latest: TapeBars): WireLatestBars {
  const of = (bar: Bar | null): WireBar | undefined => (bar === null ? undefined : barToWire(symbol, bar));
  const [minuteBar, dailyBar, prevDailyBar] = [latest.minuteBar, latest.dailyBar, latest.previousDailyBar].map(of);
  return {
    symbol,
    ...(minuteBar === undefined ? {} : { minuteBar }),
    ...(dailyBar === undefined ? {} : { dailyBar }),
    ...(prevDailyBar === undefined ? {} : { prevDailyBar }),
  };
}

/** A past trade in the shape of shares. */
export function pastTradeToWire(symbol: string, trade: TapeTrade): WireTrade {
  const { at, price, qty, tradeId } = trade;
  return {
    t: new Date(at).toISOString(),
    x: VENUE_LETTER,
    p: priceNumber(price),
    s: sizeNumber(symbol, qty),
    c: tradeConditions(assetOf(symbol), trade),
    i: tradeId,
    z: TAPE,
  };
}

/** A past trade in the shape of coins. */
export function pastCryptoTradeToWire(symbol: string, trade: TapeTrade): WireCryptoTrade {
  const { at, price, qty, tradeId, takerSide } = trade;
  return {
    t: new Date(at).toISOString(),
    p: priceNumber(price),
    s: sizeNumber(symbol, qty),
    i: tradeId,
    tks: takerToWire(takerSide ?? undefined),
  };
}

/** A past quote in the shape of shares. */
export function pastQuoteToWire(symbol: string, quote: TapeQuote): WireQuote {
  const { at, bidPrice, bidQty, askPrice, askQty } = quote;
  return {
    t: new Date(at).toISOString(),
    ax: VENUE_LETTER,
    ap: priceNumber(askPrice),
    as: sizeNumber(symbol, askQty),
    bx: VENUE_LETTER,
    bp: priceNumber(bidPrice),
    bs: sizeNumber(symbol, bidQty),
    c: QUOTE_CONDITIONS,
    z: TAPE,
  };
}

/** A past quote in the shape of coins. */
export function pastCryptoQuoteToWire(symbol: string, quote: TapeQuote): WireCryptoQuote {
  const { t, ap, as, bp, bs } = pastQuoteToWire(symbol, quote);
  return { t, ap, as, bp, bs };
}

/** An auction that has traded: its time, price in 1/10,000 dollar and quantity in lots. */
interface Print {
  readonly at: number;
  readonly price: number;
  readonly qty: number;
}

/** The auctions of a trading day, numbered from 1970-01-01. */
export function auctionsToWire(
  symbol: string,
  { day, open, close }: { readonly day: number; readonly open: Print | null; readonly close: Print | null },
): WireDailyAuctions {
  const of = (print: Print | null, c: string): WireAuction[] => {
    if (print === null) return [];
    const { at, price, qty } = print;
    return [{ t: new Date(at).toISOString(), x: VENUE_LETTER, p: priceNumber(price), s: sizeNumber(symbol, qty), c }];
  };
  return { d: isoDate(day), o: of(open, auctionCondition("opening")), c: of(close, auctionCondition("closing")) };
}
