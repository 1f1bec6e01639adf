/** Bars of the past in tapes and their index, beside those that trades make. */
import { expect, test } from "vitest";
import { assetOf } from "../../domain/market/asset.ts";
import type { Bar } from "../../domain/market/bars/bar.ts";
import type { StoredPeriod } from "../../domain/market/bars/backfill.ts";
import { timesOf } from "../../domain/market/bars/backfill.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { packBars } from "../../domain/market/bars/packedBars.ts";
import { packTrades } from "../../domain/market/bars/packedTrades.ts";
import { isTradingDay } from "../../domain/market/calendar.ts";
import { MINUTE, newYorkInstant } from "../../domain/market/newYork.ts";
import { randomTrades } from "../../test/model/randomTrades.ts";
import { EVER, history } from "../../test/model/tapeHistory.ts";

const SHARE = new BarCalendar(assetOf("AAPL"));
const NOW = Date.UTC(2027, 3, 1);
const DAILY = { unit: "day", count: 1 } as const;
const MINUTELY = { unit: "minute", count: 1 } as const;
const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000;

function bar(period: StoredPeriod, at: number, open: number): Bar {
  const volume = 50_000_000n;
  const prices = { open, high: open + 30, low: open - 20, close: open + 10 };
  return { at, ...prices, volume, turnover: BigInt(open) * volume, count: 7, ...timesOf(SHARE, period, at) };
}

function days(from: string, to: string): Bar[] {
  const all = Array.from({ length: dayOf(to) - dayOf(from) + 1 }, (_, nth) => dayOf(from) + nth).filter(isTradingDay);
  return all.map((day, nth) => bar("day", SHARE.startOfDay(day), 10_000 + nth));
}

const minutes = (date: string, count: number): Bar[] =>
  Array.from({ length: count }, (_, nth) => {
    return bar("minute", newYorkInstant(dayOf(date), 9.5 * 60 * MINUTE) + nth * MINUTE, 10_000 + nth);
  });

const request = (period: StoredPeriod, bars: readonly Bar[], source: "generated" | "imported" = "generated") => {
  return { period, source, bars: packBars(bars) };
};

test("MD-55: bars of the past are read like others, in every month, and repeating changes nothing", async () => {
  const { index, bars, write, tape } = history("AAPL");
  const past = days("2026-08-20", "2026-11-13");
  await index.open("2026-11");
  const live = randomTrades(3, 20, Date.UTC(2026, 10, 16, 15), 60_000).map((trade) => ({ ...trade, regular: true }));
  await write(live, 20);
  for (let times = 0; times < 2; times++) {
    expect(await index.putBars(request("day", past), NOW)).toEqual({ put: past.length, kept: 0 });
    const read = await bars(DAILY, EVER);
    expect(read.slice(0, -1)).toEqual(past);
    expect(read.at(-1)?.count).toBe(20);
    expect(await bars(DAILY, EVER, true)).toEqual([...read].reverse());
  }
  expect(index.months()).toEqual(["2026-11"]);
  expect((await index.latest()).previousDailyBar).toEqual(past.at(-1));
  const weeks = await bars({ unit: "week", count: 1 }, EVER);
  expect(weeks.reduce((sum, { count }) => sum + count, 0)).toBe(past.length * 7 + 20);
  const own = minutes("2026-11-13", 390);
  expect(await index.putBars(request("minute", own, "imported"), NOW)).toEqual({ put: 390, kept: 0 });
  expect(
    tape("2026-11")
      .bars({ timeframe: MINUTELY, descending: false, ...EVER })
      .items.slice(0, 390),
  ).toEqual(own);
  expect(index.backfilled()).toEqual([
    { period: "day", source: "generated", firstDay: dayOf("2026-08-20"), lastDay: dayOf("2026-11-13"), days: 61 },
    { period: "minute", source: "imported", firstDay: dayOf("2026-11-13"), lastDay: dayOf("2026-11-13"), days: 1 },
  ]);
});

test("MD-55: minutes of the past are in the tapes of their months, also of months before the first trade", async () => {
  const { index, bars, write } = history("AAPL");
  await index.open("2026-11");
  await write(randomTrades(3, 20, Date.UTC(2026, 10, 16, 15), 60_000), 20);
  const live = await bars(MINUTELY, EVER);
  const days = await bars(DAILY, EVER);
  const past = ["2026-09-30", "2026-10-01", "2026-11-13"].flatMap((date) => minutes(date, 390));
  for (let times = 0; times < 2; times++) {
    expect(await index.putBars(request("minute", past), NOW)).toEqual({ put: past.length, kept: 0 });
    expect(index.months()).toEqual(["2026-09", "2026-10", "2026-11"]);
    expect(await bars(MINUTELY, EVER)).toEqual([...past, ...live]);
    expect(await bars(MINUTELY, EVER, true)).toEqual([...past, ...live].reverse());
    expect(await bars(DAILY, EVER)).toEqual(days);
  }
  await index.open("2026-12");
  expect(await bars(DAILY, EVER)).toEqual(days);
});

test("MD-55: a day on which trades were made keeps its bars", async () => {
  const { index, tape, write, bars } = history("AAPL");
  const store = tape("2026-11");
  const live = randomTrades(5, 10, Date.parse("2026-11-13T16:00:00Z"), 20_000);
  await write(live, 10);
  const before = await bars(MINUTELY, EVER);
  expect(await index.putBars(request("minute", minutes("2026-11-13", 60)), NOW)).toEqual({ put: 0, kept: 60 });
  expect(await index.putBars(request("day", days("2026-11-12", "2026-11-13")), NOW)).toEqual({ put: 1, kept: 1 });
  expect(await bars(MINUTELY, EVER)).toEqual(before);
  // Also when its month is over.
  await index.open("2026-12");
  expect(await index.putBars(request("day", days("2026-11-12", "2026-11-13")), NOW)).toEqual({ put: 1, kept: 1 });
  expect((await bars(DAILY, EVER)).map(({ count }) => count)).toEqual([
    7,
    live.filter(({ regular }) => regular).length,
  ]);
  // A trade that comes late, for a minute of the past, replaces its bar.
  const past = minutes("2026-11-12", 3);
  store.putMinutes({ source: "generated", bars: packBars(past) }, NOW);
  const late = {
    tradeId: 11,
    sequence: 1_000,
    at: past[1]?.at ?? 0,
    price: 5,
    qty: 6,
    takerSide: null,
    auction: false,
  };
  store.append({ trades: packTrades([{ ...late, regular: true }]), acceptGap: false });
  expect((await bars(MINUTELY, EVER)).slice(0, 3).map(({ count }) => count)).toEqual([7, 1, 7]);
});

test("MD-55: minutes of a new month do not end the one before, of which trades are on their way", async () => {
  const { index, bars, tape } = history("AAPL");
  const november = Date.parse("2026-11-30T15:00:00Z");
  const trades = randomTrades(6, 40, november, 1_000).map((trade) => ({ ...trade, regular: true }));
  await index.open("2026-11");
  tape("2026-11").append({ trades: packTrades(trades.slice(0, 10)), acceptGap: false });
  const past = minutes("2026-12-01", 30);
  await index.putBars(request("minute", past), Date.parse("2026-12-01T20:00:00Z"));
  tape("2026-11").append({ trades: packTrades(trades.slice(10)), acceptGap: false });
  for (const opens of [false, true]) {
    if (opens) await index.open("2026-12");
    expect(await bars(DAILY, EVER)).toMatchObject([{ count: 40 }]);
    expect(await index.latest()).toMatchObject({ minuteBar: past.at(-1), dailyBar: { count: 40 } });
  }
});

test("MD-55: a fill that fails leaves each month as it was or whole, and can be repeated", async () => {
  const { index, bars, tape } = history("AAPL");
  const first = ["2026-09-30", "2026-10-01", "2026-11-13"].flatMap((date) => minutes(date, 30));
  await index.putBars(request("minute", first), NOW);
  const other = first.map((each) => bar("minute", each.at, each.open + 500));
  const october = tape("2026-10");
  const put = october.putMinutes.bind(october);
  october.putMinutes = () => {
    throw new Error("away");
  };
  await expect(index.putBars(request("minute", other, "imported"), NOW)).rejects.toThrow("away");
  expect(await bars(MINUTELY, EVER)).toEqual([...other.slice(0, 30), ...first.slice(30)]);
  expect(index.backfilled()).toMatchObject([
    { source: "generated", days: 2 },
    { source: "imported", days: 1 },
  ]);
  october.putMinutes = put;
  await index.putBars(request("minute", other, "imported"), NOW);
  expect(await bars(MINUTELY, EVER)).toEqual(other);
  expect(index.backfilled()).toMatchObject([{ source: "imported", days: 3 }]);
});

test("MD-55: of a request with a bar that cannot be nothing is stored", async () => {
  const { index, bars, tape } = history("AAPL");
  const [one, other] = days("2026-11-10", "2026-11-11") as [Bar, Bar];
  const wrong = { ...other, turnover: 0n };
  expect(() => index.putBars(request("day", [one, wrong]), NOW)).toThrow("bar 1: expected a vwap");
  const minute = minutes("2026-11-10", 2).map((each) => ({ ...each, count: 0 }));
  expect(() => index.putBars(request("minute", minute), NOW)).toThrow("bar 0: expected a number of trades");
  expect(() => tape("2026-11").putMinutes({ source: "imported", bars: packBars(minute) }, NOW)).toThrow("bar 0");
  expect([...(await bars(DAILY, EVER)), ...index.months(), ...index.backfilled()]).toEqual([]);
});

test("MD-54: what is missing between the tapes of two months is a gap, what is before the first is none", async () => {
  const { index, tape } = history("AAPL");
  const make = (first: number, count: number, at: number) =>
    packTrades(randomTrades(1, count, at, 1_000).map((trade, nth) => ({ ...trade, tradeId: first + nth })));
  const append = async (month: string, trades: Uint8Array, acceptGap = false) => {
    await index.open(month);
    tape(month).append({ trades, acceptGap });
  };
  await append("2026-09", make(7, 3, Date.UTC(2026, 8, 15, 15)));
  await index.open("2026-10");
  expect(await index.gaps()).toEqual([]);
  await append("2026-11", make(12, 2, Date.UTC(2026, 10, 16, 15)));
  await append("2026-11", make(20, 2, Date.UTC(2026, 10, 17, 15)), true);
  expect(await index.gaps()).toEqual([
    { after: 9, before: 12 },
    { after: 13, before: 20 },
  ]);
});
