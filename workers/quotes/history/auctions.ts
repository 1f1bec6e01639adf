/** The opening and closing auctions of trading days, from the trades of their uncross. */
import { tapeObject } from "../../../durable-objects/actor/namespaces.ts";
import type { TapeTrade } from "../../../domain/market/bars/tapeTrade.ts";
import { AUCTION_LATE_MAX_MS, closeOf, openOf } from "../../../domain/market/auctionTimes.ts";
import { isTradingDay } from "../../../domain/market/calendar.ts";
import { DAY, isoDate } from "../../../domain/market/newYork.ts";
import { ask } from "../../../protocol/http/apiFault.ts";
import type { HistoryRange } from "../../../protocol/mapping/marketHistory.ts";
import type { TapeRpc } from "../../../protocol/rpc/tape.ts";
import type { QuotesContext } from "../context.ts";
import { type HistoryPage, type Part, readPage } from "./pageReader.ts";
import { monthParts } from "./tapeReads.ts";

const TRADES_AT_ONCE = 1_000;
/** A page reads no more months of symbols: each takes some 45 calls of its tape. */
const AUCTION_PARTS_MAX = 12;
/** Days that are read at the same time. */
const DAYS_AT_ONCE = 8;

/** The result of an auction: all its trades have one price. */
export interface AuctionPrint {
  readonly at: number;
  readonly price: number;
  readonly qty: number;
}

/** The auctions of a trading day, numbered from 1970-01-01; null for one without a trade. */
export interface DailyAuctions {
  readonly day: number;
  readonly open: AuctionPrint | null;
  readonly close: AuctionPrint | null;
}

/** A page of the days on which the symbols had an auction that traded. */
export function readAuctions(
  c: QuotesContext,
  symbols: readonly string[],
  range: HistoryRange,
): Promise<HistoryPage<DailyAuctions>> {
  const read = async ({ symbol, month }: Part, next: number | null, limit: number) => {
    const days = tradingDays(month, range).filter(
      (day) => next === null || (range.descending ? day <= next : day >= next),
    );
    const tape = tapeObject(c.env, symbol, month);
    const items: DailyAuctions[] = [];
    for (let begin = 0; begin < days.length; begin += DAYS_AT_ONCE) {
      const some = days.slice(begin, begin + DAYS_AT_ONCE);
      const read = await Promise.all(some.map((day) => auctionsOf(tape, day)));
      items.push(...read.filter(({ open, close }) => open !== null || close !== null));
      const beyond = items[limit];
      if (beyond !== undefined) return { items: items.slice(0, limit), next: beyond.day };
    }
    return { items, next: null };
  };
  const parts = monthParts(c, symbols, range);
  return ask(() => readPage(parts, range.after, range.limit, { read, placeOf: ({ day }) => day }, AUCTION_PARTS_MAX));
}

/** The trading days of a month whose opening or closing is in the range, in its order. */
export function tradingDays(month: string, { from, to, descending }: Pick<HistoryRange, "from" | "to" | "descending">) {
  const first = Math.floor(Date.parse(`${month}-01T00:00:00Z`) / DAY);
  const days: number[] = [];
  for (let day = first; isoDate(day).startsWith(month); day++) {
    if (isTradingDay(day) && openOf(day) <= to && closeOf(day) >= from) days.push(day);
  }
  return descending ? days.toReversed() : days;
}

async function auctionsOf(tape: Pick<TapeRpc, "trades">, day: number): Promise<DailyAuctions> {
  const [open, close] = await Promise.all([openOf(day), closeOf(day)].map((at) => auctionFrom(tape, at)));
  return { day, open: open ?? null, close: close ?? null };
}

/** The auction whose trades are the first ones from a time on. Trades before its uncross are none of auctions. */
export async function auctionFrom(tape: Pick<TapeRpc, "trades">, from: number): Promise<AuctionPrint | null> {
  const uncross: TapeTrade[] = [];
  let cursor: number | null = null;
  do {
    const query = { from, to: from + AUCTION_LATE_MAX_MS, limit: TRADES_AT_ONCE, descending: false, cursor };
    const page: Awaited<ReturnType<TapeRpc["trades"]>> = await tape.trades(query);
    for (const trade of page.items) {
      const [first] = uncross;
      if (first !== undefined && !(trade.auction && trade.at === first.at)) return printOf(uncross);
      if (trade.auction) uncross.push(trade);
    }
    cursor = page.next;
  } while (cursor !== null);
  return printOf(uncross);
}

function printOf(uncross: readonly TapeTrade[]): AuctionPrint | null {
  const [first] = uncross;
  if (first === undefined) return null;
  return { at: first.at, price: first.price, qty: uncross.reduce((sum, { qty }) => sum + qty, 0) };
}
