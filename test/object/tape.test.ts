/** How the trades of a book reach its tape, inside workerd: over restarts of both, and repeated calls. */
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { timesOf } from "../../domain/market/bars/backfill.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { packBars } from "../../domain/market/bars/packedBars.ts";
import { packTrades } from "../../domain/market/bars/packedTrades.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { orderBookObject, tapeIndexObject, tapeObject } from "../../durable-objects/actor/namespaces.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import type { TapePage } from "../../protocol/rpc/tape.ts";
import { randomTrades } from "../model/randomTrades.ts";
import { pairOf } from "./tradingPair.ts";

const HOUR = 3_600_000;
const EVER = { from: 0, to: 8_000_000_000_000, limit: 1_000, descending: false };
const DAILY = { unit: "day", count: 1 } as const;
const WAIT = { timeout: 20_000, interval: 50 };

const monthOf = (symbol: string) => new BarCalendar(assetOf(symbol)).monthOf(Date.now());
const tape = (symbol: string) => tapeObject(env, symbol, monthOf(symbol));
const tradesOf = async (symbol: string) => (await tape(symbol).trades({ ...EVER, cursor: null })).items;

/** Lets the alarm of a book send what is left, until its tape has so many trades. */
function arrive(symbol: string, count: number): Promise<void> {
  return vi.waitFor(async () => {
    await runDurableObjectAlarm(env.ORDER_BOOK.getByName(symbol));
    expect((await tape(symbol).latest()).through).toBe(count);
  }, WAIT);
}

const segmentsOf = (symbol: string) =>
  runInDurableObject(env.ORDER_BOOK.getByName(symbol), (_, { storage }) =>
    Number(storage.sql.exec("SELECT count(*) AS rows FROM tape_segments").one()["rows"]),
  );

test("MD-54: each trade is on the tape once, whenever the book, the tape or both die", async () => {
  const symbol = "KO";
  const trade = await pairOf(symbol);
  for (let nth = 1; nth <= 4; nth++) {
    await trade();
    // Before the call, after it, and with the tape gone in between.
    if (nth % 4 === 1) await abortAllDurableObjects();
    if (nth % 4 === 2) await arrive(symbol, nth);
    if (nth % 4 === 3) await evictDurableObject(env.ORDER_BOOK.getByName(symbol));
    if (nth % 4 === 0) await evictDurableObject(env.TAPE.getByName(`${symbol}/${monthOf(symbol)}`));
  }
  await arrive(symbol, 4);
  const { sequence } = await orderBookObject(env, symbol).top();
  const trades = await tradesOf(symbol);
  expect(trades.map(({ tradeId }) => tradeId)).toEqual([1, 2, 3, 4]);
  expect(trades.at(-1)?.sequence).toBe(sequence);
  const { referencePrice } = requireInstrument(symbol);
  expect(trades[0]).toMatchObject({ price: referencePrice, qty: 1_000_000, takerSide: "buy", auction: false });
  const index = tapeIndexObject(env, symbol);
  expect(await index.months()).toEqual([monthOf(symbol)]);
  const { items } = await index.bars({ ...EVER, timeframe: DAILY });
  expect(items.reduce((sum, { count }) => sum + count, 0)).toBe(4);
  expect(items[0]).toMatchObject({ open: referencePrice, close: referencePrice });
  await vi.waitFor(async () => expect(await segmentsOf(symbol)).toBe(0), WAIT);
});

test("MD-54: when the tape has all trades, its book does not wake any more, and the tape when its day is sealed", async () => {
  const symbol = "MSFT";
  const trade = await pairOf(symbol);
  await trade();
  await arrive(symbol, 1);
  const names = { book: env.ORDER_BOOK.getByName(symbol), tape: env.TAPE.getByName(`${symbol}/${monthOf(symbol)}`) };
  const sleeps = () =>
    vi.waitFor(async () => {
      await runDurableObjectAlarm(names.book);
      expect(await runInDurableObject(names.book, (_, { storage }) => storage.getAlarm())).toBeNull();
    }, WAIT);
  await sleeps();
  const acknowledged = await runInDurableObject(names.book, (_, { storage }) =>
    storage.sql.exec("SELECT through FROM tape_acknowledged").toArray(),
  );
  expect(acknowledged).toEqual([{ through: 1 }]);
  await evictDurableObject(names.book);
  // What the book has for its accounts may be sent again first.
  await sleeps();
  const alarm = await runInDurableObject(names.tape, (_, { storage }) => storage.getAlarm());
  expect(alarm).toBeGreaterThan(Date.now() + 2 * HOUR - 60_000);
});

test("MD-54: a repeated call adds nothing, and one after a gap is refused until the gap is accepted", async () => {
  const symbol = "PEP";
  const at = Date.now();
  const usual = { at, price: 10, qty: 5, takerSide: null, auction: true, regular: true } as const;
  const packed = (first: number, count: number) =>
    packTrades(Array.from({ length: count }, (_, nth) => ({ ...usual, tradeId: first + nth, sequence: first + nth })));
  const append = (first: number, count: number, acceptGap = false) =>
    tape(symbol).append({ trades: packed(first, count), acceptGap });
  expect(await append(4, 3)).toMatchObject({ through: 6, bars: { minuteBar: { count: 3 } } });
  expect(await append(4, 3)).toMatchObject({ through: 6 });
  expect(await append(5, 4)).toMatchObject({ through: 8 });
  expect(await append(11, 2)).toMatchObject({ through: 8 });
  expect(await append(11, 2, true)).toMatchObject({ through: 12 });
  await evictDurableObject(env.TAPE.getByName(`${symbol}/${monthOf(symbol)}`));
  expect(await append(11, 2, true)).toMatchObject({ through: 12 });
  expect((await tradesOf(symbol)).map(({ tradeId }) => tradeId)).toEqual([4, 5, 6, 7, 8, 11, 12]);
  const stub = env.TAPE.getByName(`${symbol}/${monthOf(symbol)}`);
  const gaps = await runInDurableObject(stub, (_, { storage }) => storage.sql.exec("SELECT * FROM gaps").toArray());
  expect(gaps).toEqual([{ after: 8, before: 11 }]);
  expect(await tape(symbol).coverage()).toEqual({ first: 4, last: 12, gaps });
  await tapeIndexObject(env, symbol).open(monthOf(symbol));
  expect(await tapeIndexObject(env, symbol).gaps()).toEqual(gaps);
  const latest = await tape(symbol).latest();
  expect(latest).toMatchObject({ through: 12, trade: { tradeId: 12 }, minuteBar: { count: 7 } });
});

test("MD-54: pages of trades follow one another in both directions", async () => {
  const symbol = "BTC/USD";
  const begin = Date.now() - 1_000;
  const usual = { price: 10, qty: 5, takerSide: "sell", auction: false, regular: true } as const;
  const trades = Array.from({ length: 2_500 }, (_, nth) => ({
    ...usual,
    tradeId: nth + 1,
    sequence: nth + 1,
    at: begin + Math.floor(nth / 5),
  }));
  await tape(symbol).append({ trades: packTrades(trades), acceptGap: false });
  for (const descending of [false, true]) {
    const seen: number[] = [];
    for (let cursor: number | null = null, more = true; more;) {
      const range = { from: begin + 100, to: begin + 449, limit: 700, descending, cursor };
      const page: Awaited<ReturnType<ReturnType<typeof tape>["trades"]>> = await tape(symbol).trades(range);
      seen.push(...page.items.map(({ tradeId }) => tradeId));
      cursor = page.next;
      more = cursor !== null;
    }
    const expected = trades.slice(500, 2_250).map(({ tradeId }) => tradeId);
    expect(seen).toEqual(descending ? expected.reverse() : expected);
  }
});

test("MD-55: bars of the past are in the tapes of their months, and survive them and their index", async () => {
  const symbol = "WMT";
  const calendar = new BarCalendar(assetOf(symbol));
  const prices = { open: 1_000, high: 1_100, low: 900, close: 1_050 };
  const bars = ["2026-01-29", "2026-01-30", "2026-02-02"].map((date) => {
    const at = calendar.startOfDay(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
    const bar = { at, ...prices, volume: 2_000_000n, turnover: 2_000_000_000n, count: 2 };
    return { ...bar, ...timesOf(calendar, "day", at) };
  });
  const index = tapeIndexObject(env, symbol);
  const request = { period: "day", source: "imported", bars: packBars(bars) } as const;
  expect(await index.putBars(request)).toEqual({ put: 3, kept: 0 });
  await abortAllDurableObjects();
  const again = tapeIndexObject(env, symbol);
  expect((await again.bars({ ...EVER, timeframe: DAILY })).items).toEqual(bars);
  expect((await again.latest()).previousDailyBar).toEqual(bars[1]);
  expect(await again.backfilled()).toMatchObject([{ period: "day", source: "imported", days: 3 }]);
});

test("MD-70: days that are over go into files of the bucket, and are read from there after a restart", async () => {
  const symbol = "IBM";
  const begin = Date.UTC(2026, 8, 1, 15);
  const trades = randomTrades(11, 20_000, begin, 10_000);
  const month = (at: number) => new BarCalendar(assetOf(symbol)).monthOf(at);
  expect(month(begin)).toBe(month(trades.at(-1)?.at ?? 0));
  const stub = env.TAPE.getByName(`${symbol}/${month(begin)}`);
  const sealing = tapeObject(env, symbol, month(begin));
  await tapeIndexObject(env, symbol).open(month(begin));
  for (let from = 0; from < trades.length; from += 4_096) {
    await sealing.append({ trades: packTrades(trades.slice(from, from + 4_096)), acceptGap: false });
  }
  const minutes = { ...EVER, limit: 10_000, timeframe: { unit: "minute", count: 1 } } as const;
  const bars = await sealing.bars(minutes);
  const days = new Set(trades.map(({ at }) => new BarCalendar(assetOf(symbol)).dayOf(at))).size;
  for (let nth = 0; nth < days; nth++) {
    expect(await sealing.sealedEnd()).toBeNull();
    await runDurableObjectAlarm(stub);
  }
  const end = await sealing.sealedEnd();
  expect(end).toMatchObject({ through: trades.length });
  await evictDurableObject(stub);
  expect(await sealing.sealedEnd()).toEqual(end);
  const { objects } = await env.HISTORY.list({ prefix: "history/v1/" });
  expect(objects.filter(({ key }) => key.includes("/IBM/2026/09/"))).toHaveLength(3 * days);
  const read: TapeTrade[] = [];
  for (let cursor: number | null = null; ;) {
    const page: TapePage<TapeTrade> = await sealing.trades({ ...EVER, limit: 10_000, cursor });
    read.push(...page.items);
    if (page.next === null) break;
    cursor = page.next;
  }
  expect(read).toEqual(trades);
  expect(await sealing.bars(minutes)).toEqual(bars);
  // The months after it go on with its chain.
  const later = tapeObject(env, symbol, monthOf(symbol));
  expect(await later.sealedEnd()).toEqual(end);
});
