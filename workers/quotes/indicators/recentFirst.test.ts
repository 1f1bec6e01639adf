import { expect, test } from "vitest";
import { type Bar, barOf } from "../../../domain/market/bars/bar.ts";
import { pageOfBars } from "../../../domain/market/bars/coarserBars.ts";
import type { BarQuery } from "../../../protocol/rpc/tape.ts";
import { recentFirst } from "./recentFirst.ts";

const DAY = 24 * 3_600_000;
const NOW = Date.UTC(2026, 10, 20);
const trade = { price: 1, qty: 1, tradeId: 1, sequence: 1, takerSide: null, auction: false, regular: true };
/** A bar a day, for a hundred days. */
const bars = Array.from({ length: 100 }, (_, back) => barOf(NOW - back * DAY, { ...trade, at: NOW - back * DAY }));
const minutes = { unit: "minute", count: 1 } as const;
const newest = { timeframe: minutes, from: 0, to: NOW, limit: 20, descending: true };

async function run(query: BarQuery) {
  const asked: BarQuery[] = [];
  const read = (of: BarQuery): Promise<readonly Bar[]> => {
    asked.push(of);
    return Promise.resolve(pageOfBars(of.descending ? bars : bars.toReversed(), of).items);
  };
  return { found: await recentFirst(read)(query), asked };
}

test("MD-83: the newest bars are read from the newest tapes, when these have enough", async () => {
  const { found, asked } = await run(newest);
  expect(found).toEqual(bars.slice(0, 20));
  expect(asked).toEqual([{ ...newest, from: NOW - 32 * DAY }]);
});

test("MD-83: older tapes are read for what is missing, each bar once", async () => {
  const { found, asked } = await run({ ...newest, limit: 50 });
  expect(found).toEqual(bars.slice(0, 50));
  expect(asked.map(({ limit }) => limit)).toEqual([50, 50 - 33]);
});

test.each([
  { ...newest, descending: false },
  { ...newest, timeframe: { unit: "day", count: 1 } as const },
  { ...newest, from: NOW - 5 * DAY },
])("MD-83: a read that needs no order of its own is passed on: %o", async (query) => {
  expect((await run(query)).asked).toEqual([query]);
});
