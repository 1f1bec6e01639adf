import { tradingDayOf } from "../../domain/market/session.ts";
import type { BookTop } from "../../protocol/rpc/orderBook.ts";
import { boardOf } from "../../protocol/rpc/priceBoard.ts";
import { bookTop } from "../../durable-objects/orderbook/feed.ts";
import { assertEqual } from "../model/assert.ts";
import type { ReplayedBook } from "./replay.ts";
import type { World } from "./world.ts";

interface Entry {
  readonly top: BookTop;
  readonly close: { readonly until: number };
  readonly bars: { readonly minuteBar?: { readonly c: number } } | null;
  readonly whole: boolean;
}

/** MD-76: when all books sleep, the board of a symbol has what its book has, and the closes and bars of its trades. */
export function checkBoard(world: World, { events, state }: ReplayedBook): void {
  const { symbol } = state;
  const storage = world.objects.get(`price-board/${boardOf(symbol)}`)?.storage;
  const rows = storage?.read("SELECT symbol, quiet, body FROM last_values") ?? [];
  const row = rows.find((each) => each["symbol"] === symbol);
  const entry = row?.["quiet"] === 1 ? (JSON.parse(String(row["body"])) as Entry) : null;
  const shown = (top: BookTop | undefined) =>
    top && JSON.stringify([top.sequence, top.bid?.price, top.ask?.price, top.last?.tradeId, top.last?.price]);
  assertEqual(shown(entry?.top), shown(bookTop(state)), `MD-76: the board has the newest state of ${symbol}`);
  assertEqual(JSON.stringify(entry?.close), JSON.stringify(state.close), `MD-76: the board has the close of ${symbol}`);
  const newest = events.at(-1);
  const price = newest === undefined ? undefined : newest.price / 10_000;
  assertEqual(entry?.bars?.minuteBar?.c, price, `MD-76: the board has the newest bar of ${symbol}`);
  const regular = events.filter((event) => event.regular === true);
  const last = state.close === null ? 0 : tradingDayOf(state.close.until - 1);
  const before = new Map(regular.map((event) => [tradingDayOf(event.at), event.price] as const));
  for (const day of before.keys()) if (day >= last) before.delete(day);
  const [closes] =
    storage?.read("SELECT symbol, body FROM board_closes").filter((each) => each["symbol"] === symbol) ?? [];
  const bytes = closes?.["body"] as Uint8Array;
  const numbers = new Float64Array(bytes.slice().buffer);
  const told = Array.from(numbers.subarray(0, numbers.length / 2), (day, nth) => [
    day,
    numbers[numbers.length / 2 + nth],
  ]).filter(([day]) => (day ?? 0) < last);
  assertEqual(JSON.stringify(told), JSON.stringify([...before]), `MD-76: the board has the closes of ${symbol}`);
}
