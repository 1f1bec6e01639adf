import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { dayOf, HOUR, MINUTE, newYorkInstant } from "../../domain/market/newYork.ts";
import { endOfTradingDay } from "../../domain/market/session.ts";
import type { BookState } from "../../domain/matching/bookState.ts";
import type { PriceSeries } from "../../domain/portfolio/history/priceSeries.ts";
import { seededRandom } from "../../test/rig/random.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { MINUTES_KEPT_DAYS, PriceRecord } from "./priceRecord.ts";

const FRIDAY = dayOf(2026, 3, 6);
const MONDAY = dayOf(2026, 3, 9);
/** A time of day in New York, as `9:30`. */
const at = (day: number, time: string): number => {
  const [hour = 0, minute = 0, second = 0] = time.split(":").map(Number);
  return newYorkInstant(day, hour * HOUR + minute * MINUTE + second * 1_000);
};
const pairs = (series: PriceSeries) => [...series.at].map((time, nth) => [time, series.price[nth]]);

let storage: NodeStorage;
let close: BookState["close"];
let record: PriceRecord;
let writes: number;
beforeEach(() => {
  storage = new NodeStorage(() => undefined);
  close = null;
  writes = 0;
  record = new PriceRecord(storage, () => close);
});
afterEach(() => storage.close());

/** A trade in a commit of its own. */
function trade(day: number, time: string, price: number, regular = true): void {
  const now = at(day, time);
  record.add({ tradeId: 1, price, qty: 1, at: now, sequence: 1, regular });
  if (!record.isDue) return;
  record.write();
  writes++;
}
const rows = (table: string) => [...storage.exec(`SELECT count(*) AS n FROM ${table}`)].map(({ n }) => Number(n))[0];

test("EQ-1: the close of a day is the last trade of its regular hours; weekends and the day in progress have none", () => {
  trade(FRIDAY, "9:30", 100);
  trade(FRIDAY, "15:59", 110);
  trade(FRIDAY, "16:30", 999, false);
  // Clocks change between the two days.
  trade(MONDAY, "4:00", 998, false);
  trade(MONDAY, "9:30", 120);
  trade(MONDAY, "16:00", 130);
  expect(pairs(record.closes(FRIDAY, MONDAY, at(MONDAY, "19:59")))).toEqual([[FRIDAY, 110]]);
  expect(pairs(record.closes(FRIDAY, MONDAY, at(MONDAY, "20:00")))).toEqual([
    [FRIDAY, 110],
    [MONDAY, 130],
  ]);
});

test("EQ-1: with the closes of a range comes the one before it, which was the price until the next", () => {
  for (const [nth, price] of [100, 110, 120].entries()) trade(MONDAY + nth, "10:00", price);
  const later = at(MONDAY + 9, "10:00");
  expect(pairs(record.closes(MONDAY + 1, MONDAY + 1, later))).toEqual([[MONDAY + 1, 110]]);
  expect(pairs(record.closes(MONDAY + 5, MONDAY + 6, later))).toEqual([[MONDAY + 2, 120]]);
  expect(pairs(record.closes(FRIDAY, MONDAY, later))).toEqual([[MONDAY, 100]]);
  expect(pairs(record.closes(FRIDAY - 9, FRIDAY, later))).toEqual([]);
});

test("EQ-1: a book of an earlier release has the close that it knows", () => {
  close = { price: 77, until: endOfTradingDay(at(FRIDAY, "10:00")), before: 70 };
  expect(pairs(record.closes(FRIDAY - 30, MONDAY, at(MONDAY, "10:00")))).toEqual([[FRIDAY, 77]]);
});

test("EQ-1: and keeps it when it has closes of its own, as of an unknown day before", () => {
  close = { price: 120, until: endOfTradingDay(at(MONDAY, "10:00")), before: 77 };
  trade(MONDAY, "10:00", 120);
  close = { price: 130, until: endOfTradingDay(at(MONDAY + 1, "10:00")), before: 120 };
  trade(MONDAY + 1, "10:00", 130);
  expect(pairs(record.closes(FRIDAY, FRIDAY, at(MONDAY + 2, "10:00")))).toEqual([[0, 77]]);
  expect(rows("closes")).toBe(3);
});

test("EQ-2: a minute costs one write however many trades it has, and its last price is found before it is written", () => {
  for (let second = 10; second < 60; second++) trade(MONDAY, `9:30:${second}`, 100 + second);
  expect(writes).toBe(1);
  const [from, to] = [at(MONDAY, "9:30"), at(MONDAY, "9:32")];
  expect(pairs(record.prices(from, to, 1))).toEqual([[from, 159]]);
  trade(MONDAY, "9:31", 200);
  expect(writes).toBe(2);
  expect(pairs(record.prices(from, to, 1))).toEqual([
    [from, 159],
    [from + MINUTE, 200],
  ]);
  expect([rows("minute_prices"), rows("closes")]).toEqual([2, 1]);
});

test("EQ-2: a step has its last price; with the first comes the price from before", () => {
  trade(MONDAY, "9:28", 90);
  trade(MONDAY, "9:31", 100);
  trade(MONDAY, "9:34", 110);
  trade(MONDAY, "9:41", 120);
  trade(MONDAY, "9:41:30", 121);
  const from = at(MONDAY, "9:30");
  expect(pairs(record.prices(from, from + 15 * MINUTE, 5))).toEqual([
    [from, 110],
    [from + 10 * MINUTE, 121],
  ]);
  expect(pairs(record.prices(from + 5 * MINUTE, from + 15 * MINUTE, 5))).toEqual([
    [from, 110],
    [from + 10 * MINUTE, 121],
  ]);
  expect(pairs(record.prices(from - MINUTE, from, 1))).toEqual([[from - 2 * MINUTE, 90]]);
});

test("EQ-2: minutes are kept for some weeks, closes for ever", () => {
  trade(MONDAY, "10:00", 100);
  trade(MONDAY + MINUTES_KEPT_DAYS, "10:00", 110);
  expect(rows("minute_prices")).toBe(2);
  trade(MONDAY + MINUTES_KEPT_DAYS + 1, "10:00", 120);
  expect(rows("minute_prices")).toBe(2);
  expect(rows("closes")).toBe(3);
});

test("EQ-2: trades that a restart finds in the journal are added again", () => {
  trade(MONDAY, "10:00", 100);
  trade(MONDAY, "10:00:30", 105);
  // Not written; the journal has it.
  record = new PriceRecord(storage, () => close);
  expect(pairs(record.prices(at(MONDAY, "10:00"), at(MONDAY, "10:01"), 1))).toEqual([[at(MONDAY, "10:00"), 100]]);
  trade(MONDAY, "10:00:30", 105);
  expect(pairs(record.prices(at(MONDAY, "10:00"), at(MONDAY, "10:01"), 1))).toEqual([[at(MONDAY, "10:00"), 105]]);
});

test("EQ-2: however often a book is asked, it reads its minutes once, and answers as its table does", () => {
  const exec = vi.spyOn(storage, "exec");
  const reads = () => exec.mock.calls.filter(([query]) => query.includes("FROM minute_prices ORDER BY")).length;
  const begin = at(MONDAY, "0:00");
  const random = seededRandom(7);
  const ask = (asked: PriceRecord, now: number, [a, b, c]: readonly number[]) => {
    const step = [1, 5, 15, 30][Math.floor((c ?? 0) * 4)] ?? 1;
    const from = begin - 60 * MINUTE + (a ?? 0) * (now - begin);
    return asked.prices(from, from + (b ?? 0) * 50 * MINUTES_KEPT_DAYS * MINUTE, step);
  };
  let now = begin;
  for (let nth = 0; nth < 300; nth++) {
    now += (random() < 0.02 ? 3_000 : 1 + Math.floor(random() * 4)) * MINUTE;
    for (const price of [100 + nth, 200 + nth]) {
      record.add({ tradeId: 1, price, qty: 1, at: now, sequence: 1, regular: true });
      if (record.isDue) record.write();
    }
    if (nth % 10 > 0) continue;
    const bounds = [random(), random(), random()];
    const known = ask(record, now, bounds);
    // One that has read nothing yet, with the minute that is not written.
    const fresh = new PriceRecord(storage, () => close);
    fresh.add({ tradeId: 1, price: 200 + nth, qty: 1, at: now, sequence: 1, regular: true });
    expect(pairs(known)).toEqual(pairs(ask(fresh, now, bounds)));
  }
  expect(reads()).toBe(31);
});

test("EQ-2: the minutes are forgotten when nobody asks", () => {
  const exec = vi.spyOn(storage, "exec");
  const reads = () => exec.mock.calls.filter(([query]) => query.includes("FROM minute_prices ORDER BY")).length;
  const ask = () => record.prices(at(MONDAY, "9:30"), at(MONDAY, "10:30"), 1).at.length;
  for (let minute = 10; minute < 30; minute++) trade(MONDAY, `9:${minute}`, 100);
  expect([ask(), ask(), reads()]).toEqual([1, 1, 1]);
  for (let minute = 30; minute < 50; minute++) trade(MONDAY, `9:${minute}`, 100);
  expect([ask(), reads()]).toEqual([20, 2]);
});
