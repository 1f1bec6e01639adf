import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { packTrades, unpackTrades } from "../../domain/market/bars/packedTrades.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { storage } from "../../test/objectStorage.ts";
import { TapeStore } from "./tapeStore.ts";

const CALENDAR = new BarCalendar(assetOf("AAPL"));
const MINUTE = 60_000;
const EVER = { from: 0, to: 8_000_000_000_000, limit: 100_000, descending: false };
/** A Monday, half an hour before its trading day ends. */
const BEGIN = Date.UTC(2026, 10, 3, 0, 30);

function trades(first: number, count: number, stepMs: number, regular = true): TapeTrade[] {
  return Array.from({ length: count }, (_, nth) => ({
    tradeId: first + nth,
    sequence: first + nth,
    at: BEGIN + (first + nth - 1) * stepMs,
    price: 100 + ((first + nth) % 5),
    qty: 10,
    takerSide: "buy" as const,
    auction: false,
    regular,
  }));
}

const append = (store: TapeStore, added: readonly TapeTrade[]) =>
  store.append({ trades: packTrades(added), acceptGap: false });

test("MD-53: a row of trades has at most 1,024, of one trading day", () => {
  const db = new DatabaseSync(":memory:");
  const store = new TapeStore(storage(db), CALENDAR);
  const all = trades(1, 3_000, MINUTE / 50);
  for (let from = 0; from < all.length; from += 700) append(store, all.slice(from, from + 700));
  const rows = db.prepare("SELECT first, last, body FROM trades ORDER BY first").all();
  const days = rows.map(({ body }) => {
    const own = unpackTrades(body as Uint8Array);
    expect(own.length).toBeLessThanOrEqual(1_024);
    const days = new Set(own.map(({ at }) => CALENDAR.dayOf(at)));
    expect(days.size).toBe(1);
    return [...days][0];
  });
  expect(new Set(days).size).toBe(2);
  expect(rows).toHaveLength(4);
  expect(store.trades({ ...EVER, cursor: null }).items).toEqual(all);
});

test("MD-54: an append that fails leaves nothing, and is repeated whole", () => {
  const disk = storage();
  let isFull = false;
  const exec = disk.sql.exec.bind(disk.sql);
  const failing: typeof disk = {
    transactionSync: (work) => disk.transactionSync(work),
    sql: {
      exec: (query, ...binds) => {
        if (isFull && query.includes("days")) throw new Error("disk full");
        return exec(query, ...binds);
      },
    },
  };
  const store = new TapeStore(failing, CALENDAR);
  append(store, trades(1, 5, 1_000));
  const before = store.latest();
  isFull = true;
  expect(() => append(store, trades(6, 5, 1_000))).toThrow("disk full");
  isFull = false;
  expect(store.latest()).toEqual(before);
  expect(append(store, trades(6, 5, 1_000))).toMatchObject({ through: 10 });
  expect(store.latest()).toMatchObject({ minuteBar: { count: 10 }, dailyBar: { count: 10 } });
});

test("MD-53: extended hours are in the bars of minutes and not in that of the day", () => {
  const store = new TapeStore(storage(), CALENDAR);
  append(store, trades(1, 3, 1_000, false));
  expect(store.latest()).toMatchObject({ dailyBar: null, minuteBar: { count: 3 } });
  append(store, trades(4, 2, 1_000));
  expect(store.latest()).toMatchObject({ dailyBar: { count: 2 }, minuteBar: { count: 5 } });
});
