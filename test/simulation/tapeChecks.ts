import type { Bar } from "../../domain/market/bars/bar.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { unpackTrades } from "../../domain/market/bars/packedTrades.ts";
import { unpackQuotes } from "../../domain/market/bars/packedQuotes.ts";
import { sameQuote, type TapeQuote } from "../../domain/market/bars/tapeQuote.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { NumberedTrade } from "../../domain/matching/bookState.ts";
import { assert, assertEqual } from "../model/assert.ts";
import { naiveBars } from "../model/naiveBars.ts";
import type { ReplayedBook } from "./replay.ts";
import type { World } from "./world.ts";

/** A book has sent a quote so long after the end of its second: a call for quotes is made every ten seconds. */
const SENT_MS = 15_000;

/** MD-54: the tapes of a book have the trades of its journal once and in order; at the end all of them. */
export function checkTapes(world: World, book: ReplayedBook, all: boolean): void {
  const {
    events,
    state: { symbol },
  } = book;
  const calendar = new BarCalendar(assetOf(symbol));
  const kept = tapesOf(world, symbol);
  const trades = kept.flatMap(({ trades: own }) => own);
  const rule = `MD-54: the tapes of ${symbol} have each trade of its journal once`;
  const made = all ? events : events.slice(0, trades.length);
  assertEqual(inWords(trades.map(plain)), inWords(made.map(plain)), rule);
  const clock = world.time.now + (world.objects.get(book.address)?.clock.skew ?? 0);
  checkQuotes(symbol, kept, book.quotes, all ? clock : null);
  const listed = monthsOf(world, symbol);
  const months = kept.filter(({ trades: own }) => own.length > 0).map(({ month }) => month);
  assertEqual(listed.filter((month) => months.includes(month)).join(), months.join(), `MD-54: the months of ${symbol}`);
  for (const { month, trades: own, minutes, days } of kept) {
    for (const trade of own)
      assertEqual(calendar.monthOf(trade.at), month, `MD-54: the month of trade ${trade.tradeId}`);
    const expected = naiveBars(symbol, own, { unit: "minute", count: 1 });
    assertEqual(minutes, barsInWords(expected), `MD-51: the minute bars of ${symbol} in ${month}`);
    const daily = naiveBars(symbol, own, { unit: "day", count: 1 });
    assertEqual(days, barsInWords(daily), `MD-53: the daily bars of ${symbol} in ${month}`);
  }
}

/**
 * MD-56: the tapes have the quote with which each second ended, in which it changed; at the end all that are kept.
 * `clock`: that of the book at the end. A second that is not over by a clock that was set back has no quote yet.
 */
export function checkQuotes(
  symbol: string,
  tapes: readonly { readonly month: string; readonly quotes: readonly TapeQuote[] }[],
  ends: readonly TapeQuote[],
  clock: number | null,
): void {
  const calendar = new BarCalendar(assetOf(symbol));
  const made = ends.filter((quote, nth) => {
    const last = ends[nth - 1];
    return last === undefined || calendar.monthOf(last.at) !== calendar.monthOf(quote.at) || !sameQuote(last, quote);
  });
  const kept = tapes.flatMap(({ quotes }) => quotes);
  // Older ones may be deleted.
  const first = made.findIndex(({ sequence }) => sequence === (kept[0]?.sequence ?? made[0]?.sequence));
  const isOpen = ({ at }: TapeQuote) => clock === null || at > clock - SENT_MS;
  const told = made.findLastIndex((quote) => !isOpen(quote)) + 1;
  const expected = made.slice(first, Math.max(told, first + kept.length));
  const rule = `MD-56: the tapes of ${symbol} have the quote of each second once`;
  assertEqual(JSON.stringify(kept), JSON.stringify(expected), rule);
  for (const { month, quotes } of tapes) {
    for (const { at, sequence } of quotes)
      assertEqual(calendar.monthOf(at), month, `MD-56: the month of quote ${sequence}`);
  }
}

function tapesOf({ objects }: World, symbol: string) {
  const prefix = `tape/${symbol}/`;
  const names = [...objects.keys()].filter((address) => address.startsWith(prefix)).sort();
  return names.flatMap((address) => {
    const storage = objects.get(address)?.storage;
    const [made] = storage?.read("SELECT name FROM sqlite_master WHERE name = 'days'") ?? [];
    if (storage === undefined || made === undefined) return [];
    const rows = storage.read("SELECT body FROM trades ORDER BY first");
    const trades = rows.flatMap(({ body }) => unpackTrades(body as Uint8Array));
    const [kept] = storage.read("SELECT name FROM sqlite_master WHERE name = 'quotes'");
    const packed = kept === undefined ? [] : storage.read("SELECT body FROM quotes ORDER BY first");
    const quotes = packed.flatMap(({ body }) => unpackQuotes(body as Uint8Array));
    const gaps = storage.read("SELECT after FROM gaps");
    assert(gaps.length === 0, `MD-54: ${address} lacks no trade`);
    const bars = (table: string) => JSON.stringify(storage.read(`SELECT * FROM ${table} ORDER BY at`));
    return [{ month: address.slice(prefix.length), trades, quotes, minutes: bars("minutes"), days: bars("days") }];
  });
}

function monthsOf({ objects }: World, symbol: string): string[] {
  const storage = objects.get(`tape-index/${symbol}`)?.storage;
  const [made] = storage?.read("SELECT name FROM sqlite_master WHERE name = 'months'") ?? [];
  if (storage === undefined || made === undefined) return [];
  return storage.read("SELECT month FROM months ORDER BY month").map(({ month }) => String(month));
}

function plain({ tradeId, sequence, at, price, qty }: NumberedTrade | TapeTrade) {
  return [tradeId, sequence, at, price, qty];
}

function inWords(trades: readonly unknown[]): string {
  return JSON.stringify(trades);
}

/** Bars as their rows. */
function barsInWords(bars: readonly Bar[]): string {
  return JSON.stringify(
    bars.map(({ volume, turnover, firstAt, lastAt, at, open, high, low, close, count }) => {
      const [sums, times] = [
        { volume: String(volume), turnover: String(turnover), count },
        { first_at: firstAt, last_at: lastAt },
      ];
      return { at, open, high, low, close, ...sums, ...times };
    }),
  );
}
