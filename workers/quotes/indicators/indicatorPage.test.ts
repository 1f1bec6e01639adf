import { expect, test } from "vitest";
import { indicatorNamed } from "../../../domain/indicators/catalogue.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { type Bar, barOf } from "../../../domain/market/bars/bar.ts";
import { BarCalendar } from "../../../domain/market/bars/barCalendar.ts";
import { pageOfBars } from "../../../domain/market/bars/coarserBars.ts";
import { readIndicatorQuery } from "../../../protocol/mapping/indicators.ts";
import type { BarQuery } from "../../../protocol/rpc/tape.ts";
import { indicatorPage } from "./indicatorPage.ts";

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 30);
/** A Monday, 9:30 in New York. */
const OPEN = Date.UTC(2026, 10, 2, 14, 30);
const calendar = new BarCalendar(assetOf("AAPL"));
const sessionOf = (at: number): number => calendar.dayOf(at);

/** Minute bars of 100 a day, the price of which is 100 dollars and a cent more each minute; the volume grows, too. */
const bars: readonly Bar[] = Array.from({ length: 300 }, (_, index) => {
  const at = OPEN + Math.floor(index / 100) * 24 * 60 * MINUTE + (index % 100) * MINUTE;
  const trade = { at, price: 1_000_000 + 100 * index, qty: (index + 1) * 10 ** assetOf("AAPL").qtyDecimals };
  return barOf(at, {
    ...trade,
    tradeId: index + 1,
    sequence: index + 1,
    takerSide: "buy",
    auction: false,
    regular: true,
  });
});
const at = (index: number): string => new Date(bars[index]?.at ?? 0).toISOString();

function pageOf(name: string, query: string, over: readonly Bar[] = bars) {
  const definition = indicatorNamed(name);
  if (definition === undefined) throw new Error(`no indicator ${name}`);
  const read = readIndicatorQuery(definition, new URLSearchParams(`symbol=AAPL&timeframe=1Min&${query}`), NOW);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const readBars = (asked: BarQuery): Promise<readonly Bar[]> => {
    const ordered = asked.descending ? over.toReversed() : over;
    return Promise.resolve(pageOfBars(ordered, asked).items);
  };
  return indicatorPage(definition, read.value, readBars, sessionOf);
}

test("MD-83: the newest values, with the bars before them that they need", async () => {
  const page = await pageOf("sma", "period=4&limit=2");
  expect(page).toEqual({
    indicator: "sma",
    symbol: "AAPL",
    timeframe: "1Min",
    parameters: { period: 4 },
    values: [
      { t: at(298), value: 102.965 },
      { t: at(299), value: 102.975 },
    ],
    warm_up: { bars: 4, settled: 4, read: 3 },
    complete: true,
    next_page_token: null,
  });
});

test("MD-83: values in their warm-up are null, and the page says that it is not complete", async () => {
  const page = await pageOf("sma", `period=4&limit=5&start=${at(0)}`);
  expect(page.values.map(({ value }) => value)).toEqual([null, null, null, 100.015, 100.025]);
  expect([page.complete, page.warm_up.read]).toEqual([false, 0]);
  const ema = await pageOf("ema", `period=20&limit=1&start=${at(100)}`);
  expect(ema.values[0]?.["value"]).toBeTypeOf("number");
  expect([ema.complete, ema.warm_up]).toEqual([false, { bars: 20, settled: 159, read: 100 }]);
  expect((await pageOf("ema", `period=20&limit=1&start=${at(200)}`)).complete).toBe(true);
});

test("MD-83: nothing is read for a symbol without bars", async () => {
  const page = await pageOf("macd", "limit=5", []);
  expect([page.values, page.complete, page.next_page_token]).toEqual([[], true, null]);
});

test.each(["obv", "sma", "vwap", "donchian", "adx"])("MD-83: pages of %s continue each other", async (name) => {
  const short = name === "obv" || name === "vwap" ? "" : "&period=3";
  const range = `start=${at(20)}&end=${at(250)}${short}`;
  const whole = await pageOf(name, `${range}&limit=1000`);
  expect(whole.values.map(({ t }) => t)).toEqual(bars.slice(20, 251).map((bar) => new Date(bar.at).toISOString()));
  const values: unknown[] = [];
  let token: string | null = "";
  while (token !== null) {
    const page = await pageOf(name, `${range}&limit=50${token === "" ? "" : `&page_token=${token}`}`);
    values.push(...page.values);
    token = page.next_page_token;
  }
  const close = whole.values.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, typeof value === "number" ? expect.closeTo(value, 6) : value]),
    ),
  );
  expect(values).toEqual(close);
});

test("MD-83: on-balance volume is counted from the first bar that is returned", async () => {
  const page = await pageOf("obv", `start=${at(10)}&limit=3`);
  expect(page.values.map(({ value }) => value)).toEqual([11, 11 + 12, 11 + 12 + 13]);
});

test("MD-83: a VWAP reads its session from the beginning, and none before it", async () => {
  const page = await pageOf("vwap", `start=${at(150)}&limit=1`);
  const session = bars.slice(100, 151).map((bar, index) => ({ price: bar.close / 10_000, qty: 101 + index }));
  const volume = session.reduce((sum, { qty }) => sum + qty, 0);
  expect(page.values[0]?.["value"]).toBeCloseTo(
    session.reduce((sum, { price, qty }) => sum + price * qty, 0) / volume,
    8,
  );
  expect([page.warm_up.read, page.complete]).toEqual([50, true]);
});
