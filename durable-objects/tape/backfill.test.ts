/** Bars of the past in tapes and their index, beside those that trades make. */
import { DatabaseSync } from "node:sqlite";
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
import { storage } from "../../test/objectStorage.ts";
import { TapeStore } from "./tapeStore.ts";

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
    expect(await index.putBars(request("day", past))).toEqual({ put: past.length, kept: 0 });
    const read = await bars(DAILY, EVER);
    expect(read.slice(0, -1)).toEqual(past);
    expect(read.at(-1)?.count).toBe(20);
    expect(await bars(DAILY, EVER, true)).toEqual([...read].reverse());
  }
  expect(index.months()).toEqual(["2026-08", "2026-09", "2026-10", "2026-11"]);
  expect((await index.latest()).previousDailyBar).toEqual(past.at(-1));
  const weeks = await bars({ unit: "week", count: 1 }, EVER);
  expect(weeks.reduce((sum, { count }) => sum + count, 0)).toBe(past.length * 7 + 20);
  const own = minutes("2026-11-13", 390);
  expect(await index.putBars(request("minute", own, "imported"))).toEqual({ put: 390, kept: 0 });
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

test("MD-55: a day on which trades were made keeps its bars", () => {
  const store = new TapeStore(storage(), SHARE);
  const live = randomTrades(5, 10, Date.parse("2026-11-13T16:00:00Z"), 20_000);
  store.append({ trades: packTrades(live), acceptGap: false });
  const before = store.bars({ timeframe: MINUTELY, descending: false, ...EVER });
  expect(store.putBars(request("minute", minutes("2026-11-13", 60)), NOW)).toMatchObject({ put: 0, kept: 60 });
  expect(store.putBars(request("day", days("2026-11-12", "2026-11-13")), NOW)).toMatchObject({ put: 1, kept: 1 });
  expect(store.bars({ timeframe: MINUTELY, descending: false, ...EVER })).toEqual(before);
  // A trade that comes late, for a minute of the past, replaces its bar.
  store.putBars(request("minute", minutes("2026-11-12", 3)), NOW);
  const late = { ...live[0], tradeId: 11, sequence: 1_000, at: minutes("2026-11-12", 3)[1]?.at ?? 0 } as const;
  store.append({
    trades: packTrades([{ ...late, price: 5, qty: 6, takerSide: null, auction: false, regular: true }]),
    acceptGap: false,
  });
  const read = store.bars({ timeframe: MINUTELY, descending: false, ...EVER }).items;
  expect(read.slice(0, 3).map(({ count }) => count)).toEqual([7, 1, 7]);
});

test("MD-55: a fill that fails leaves each month as it was or whole, is shown as what is stored, and can be repeated", async () => {
  const { index, bars, tape } = history("AAPL");
  const first = days("2026-09-01", "2026-11-13");
  await index.putBars(request("day", first));
  const other = first.map((each) => bar("day", each.at, each.open + 500));
  const october = tape("2026-10");
  const put = october.putBars.bind(october);
  october.putBars = () => {
    throw new Error("away");
  };
  await expect(index.putBars(request("day", other))).rejects.toThrow("away");
  const september = (all: readonly Bar[]) => all.filter(({ at }) => SHARE.monthOf(at) === "2026-09");
  const rest = first.slice(september(first).length);
  expect(await bars(DAILY, EVER)).toEqual([...september(other), ...rest]);
  october.putBars = put;
  await index.putBars(request("day", other));
  expect(await bars(DAILY, EVER)).toEqual(other);
});

test("MD-55: a tape takes no bar that cannot be, and then none of its request", () => {
  const db = new DatabaseSync(":memory:");
  const store = new TapeStore(storage(db), SHARE);
  const [one, , last] = days("2026-11-10", "2026-11-12");
  const wrong = { ...(last ?? one), high: 1 } as Bar;
  expect(() => store.putBars(request("day", [one as Bar, { ...wrong, low: 0, open: 0, close: 0 }]), NOW)).toThrow(
    "bar 1",
  );
  expect(db.prepare("SELECT count(*) AS rows FROM backfill").get()).toEqual({ rows: 0 });
});
