import { expect, test } from "vitest";
import { INDICATORS } from "../../../../domain/indicators/catalogue.ts";
import { assetOf } from "../../../../domain/market/asset.ts";
import { type Bar, barOf, withTrade } from "../../../../domain/market/bars/bar.ts";
import { BarCalendar } from "../../../../domain/market/bars/barCalendar.ts";
import { pageOfBars } from "../../../../domain/market/bars/coarserBars.ts";
import { SEEDED } from "../../../../domain/market/listing.ts";
import { barElements } from "../../../../protocol/mapping/barElements.ts";
import { readIndicatorQuery } from "../../../../protocol/mapping/indicators.ts";
import type { MarketSegment } from "../../../../protocol/rpc/orderBook.ts";
import { indicatorPage, type ReadBars } from "../../indicators/indicatorPage.ts";
import { readSpec } from "./spec.ts";
import { CALCULATIONS_MAX, StreamIndicators } from "./streamIndicators.ts";

const SYMBOL = "AAPL";
const MINUTE = 60_000;
/** A Monday, 9:30 in New York. */
const OPEN = Date.UTC(2026, 10, 2, 14, 30);
const calendar = new BarCalendar(assetOf(SYMBOL));
const traded = (at: number, price: number, nth: number) => ({
  at,
  price,
  qty: (1 + (nth % 9)) * 1_000_000,
  tradeId: nth + 1,
  sequence: nth + 1,
  takerSide: "buy" as const,
  auction: false,
  regular: true,
});
const made = (nth: number): Bar => {
  const at = OPEN + Math.floor(nth / 300) * 24 * 60 * MINUTE + (nth % 300) * MINUTE;
  const price = 1_000_000 + Math.round(20_000 * Math.sin(nth / 7)) + ((nth * 37) % 500);
  return withTrade(barOf(at, traded(at, price, nth)), traded(at + 1_000, price + 300, nth));
};

interface Value {
  readonly T: string;
  readonly indicator: string;
  readonly t: Date;
  readonly [output: string]: unknown;
}

/** A tape, and a relay with one client of these indicators. */
function relay(names: readonly string[], history = 900) {
  const tape = Array.from({ length: history }, (_, nth) => made(nth));
  const indicators = names.map((name) => readSpec(name, SEEDED)?.id ?? "");
  const frames: Value[] = [];
  const world = { reads: 0, reading: 0, mostReading: 0, fails: false, failures: 0 };
  const client = {
    session: { indicators },
    isSlow: false,
    reply: (frame: unknown) => void frames.push(...(frame as Value[])),
  };
  const read: ReadBars = (query) => {
    world.reads++;
    world.mostReading = Math.max(world.mostReading, ++world.reading);
    const answer = world.fails
      ? Promise.reject(new Error("away"))
      : Promise.resolve(pageOfBars(query.descending ? tape.toReversed() : tape, query).items);
    return answer.finally(() => world.reading--);
  };
  const stream = new StreamIndicators({
    subscribers: () => [client],
    instruments: () => SEEDED,
    bars: () => read,
    failed: () => void world.failures++,
  });
  const push = (channel: "bars" | "updatedBars", bars: readonly Bar[]) =>
    stream.pushed({ symbol: SYMBOL, [channel]: barElements(channel, SYMBOL, bars) } as unknown as MarketSegment);
  /** A minute is over. */
  const minute = async (published = true) => {
    const bar = made(tape.length);
    tape.push(bar);
    if (published) await push("bars", [bar]);
  };
  /** What REST gives for the newest bar. */
  const rest = async (name: string, at = tape.at(-1)?.at ?? 0) => {
    const spec = readSpec(name, SEEDED);
    if (spec === null) throw new Error(name);
    const query = { ...spec.parameters, symbol: SYMBOL, timeframe: "1Min", limit: "1" };
    const asked = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
    const request = readIndicatorQuery(spec.definition, asked, at);
    if (!request.ok) throw new Error(JSON.stringify(request.error));
    const { values } = await indicatorPage(spec.definition, request.value, read, (time) => calendar.dayOf(time));
    return values.at(-1);
  };
  return { tape, frames, world, client, push, minute, rest };
}

const outputsOf = ({ T: _T, S: _S, indicator: _indicator, t, ...outputs }: Value) => ({
  t: t.toISOString(),
  ...outputs,
});
const close = (value: object | undefined) =>
  Object.fromEntries(
    Object.entries(value ?? {}).map(([key, each]) => [key, typeof each === "number" ? expect.closeTo(each, 3) : each]),
  );
const ALL = INDICATORS.filter(({ countedFrom }) => countedFrom !== "start").map(({ name }) => `AAPL:${name}:1Min`);

test.each(ALL)(
  "MD-85: %s has with each bar the values of REST, after a history, missed bars and late trades",
  async (name) => {
    const { frames, minute, rest, tape, push } = relay([name]);
    await minute();
    // The first value is computed of the same bars.
    expect(frames.map(outputsOf)).toEqual([await rest(name)]);
    for (let nth = 0; nth < 40; nth++) {
      // Some bars are not told.
      await minute(nth % 5 !== 3);
      const last = tape.at(-1);
      if (nth % 7 === 6 && last !== undefined) {
        const late = withTrade(last, traded(last.at + 2_000, 1_015_000, 4));
        tape[tape.length - 1] = late;
        await push("updatedBars", [late]);
      }
      const newest = frames.at(-1);
      if (newest?.t.getTime() === tape.at(-1)?.at) expect(outputsOf(newest as Value)).toEqual(close(await rest(name)));
      else expect(nth % 5).toBe(3);
    }
  },
);

test("MD-85: a value is computed once for all clients, with one read a bar, and a repeated bar is not sent again", async () => {
  const { frames, minute, world, push, tape } = relay(["AAPL:sma:20:1Min", "AAPL:sma:20:1min"]);
  await minute();
  expect(frames).toHaveLength(1);
  const { reads } = world;
  await minute();
  expect([frames.length, world.reads]).toEqual([2, reads + 1]);
  await push("bars", tape.slice(-1));
  expect(frames).toHaveLength(2);
});

test("MD-85: a thousand indicators that begin with the same bar are read a few at a time", async () => {
  const { frames, minute, world } = relay(
    Array.from({ length: 1_000 }, (_, nth) => `AAPL:macd:2:${3 + (nth % 200)}:${2 + Math.floor(nth / 200)}:1Min`),
    300,
  );
  await minute();
  expect([frames.length, world.reads]).toEqual([1_000, 1_000]);
  expect(world.mostReading).toBe(CALCULATIONS_MAX);
});

test("MD-85: an older bar with a late trade has its own value, and the next one is that of REST", async () => {
  const name = "AAPL:sma:5:1Min";
  const { frames, minute, push, tape, rest } = relay([name]);
  await minute();
  await minute();
  await minute();
  const at = tape.length - 3;
  const late = withTrade(tape[at] as Bar, traded((tape[at]?.at ?? 0) + 2_000, 2_000_000, 5));
  tape[at] = late;
  await push("updatedBars", [late]);
  expect(outputsOf(frames.at(-1) as Value)).toEqual(await rest(name, late.at));
  await minute();
  expect(outputsOf(frames.at(-1) as Value)).toEqual(await rest(name));
});

test("MD-85: when the tape fails a value is missing, and the next one is there", async () => {
  const name = "AAPL:ema:9:1Min";
  const { frames, minute, world, rest } = relay([name]);
  await minute();
  world.fails = true;
  await minute();
  expect([frames.length, world.failures]).toEqual([1, 1]);
  world.fails = false;
  await minute();
  expect(outputsOf(frames.at(-1) as Value)).toEqual(await rest(name));
});

test.each([
  ["AAPL:rsi:1Min", "AAPL:rsi:14:1Min"],
  ["AAPL:macd:5:10:1min", "AAPL:macd:5:10:9:1Min"],
  ["BTC/USD:vwap:1Min", "BTC/USD:vwap:1Min"],
  ["AAPL:rsi:14:5Min", null],
  ["AAPL:rsi:14:14:1Min", null],
  ["AAPL:rsi:9999:1Min", null],
  ["AAPL:obv:1Min", null],
  ["NOSUCH:rsi:14:1Min", null],
  ["AAPL:nosuch:1Min", null],
  ["AAPL", null],
])("MD-85: the indicator %s is %s", (text, id) => {
  expect(readSpec(text, SEEDED)?.id ?? null).toBe(id);
});
