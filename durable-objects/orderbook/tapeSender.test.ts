import fc from "fast-check";
import { expect, test } from "vitest";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { NumberedTrade } from "../../domain/matching/bookState.ts";
import { newBook } from "../../domain/matching/orderBook.ts";
import { RULES } from "../../domain/matching/rules.ts";
import { storage } from "../../test/objectStorage.ts";
import { TapeStore } from "../tape/tapeStore.ts";
import { QuoteOutbox } from "./quoteOutbox.ts";
import { TapeOutbox } from "./tapeOutbox.ts";
import { TapeSender } from "./tapeSender.ts";

const CALENDAR = new BarCalendar(assetOf("AAPL"));
/** It has no quotes. */
const UNCHANGED = newBook("AAPL", RULES);
/** Shortly before a trading day of the next month begins. */
const BEGIN = Date.UTC(2026, 9, 31, 23, 59, 50);

/** A book with its tapes. Its clock stands still unless told. */
function exchange() {
  const tapes = new Map<string, TapeStore>();
  const disk = storage();
  const world = {
    now: BEGIN,
    trouble: "none" as Trouble,
    alarm: Number.POSITIVE_INFINITY,
    made: 0,
    calls: 0,
    logged: [""],
    gaps: [] as object[],
  };
  const opened: string[] = [];
  const timers: (() => void)[] = [];
  /** Trades since the last write, which the journal has. */
  let journal: NumberedTrade[] = [];
  const tape = (month: string): TapeStore => {
    const store = tapes.get(month) ?? new TapeStore(storage(), CALENDAR);
    tapes.set(month, store);
    return store;
  };
  const start = () => {
    const outbox = new TapeOutbox(disk.sql, CALENDAR);
    for (const trade of journal) outbox.add(trade);
    const sender = new TapeSender(outbox, new QuoteOutbox(disk.sql, CALENDAR), {
      open: async (month) => void opened.push(month),
      append: (month, request) => {
        const { trouble } = world;
        world.calls++;
        if (trouble === "request lost") return Promise.reject(new Error(trouble));
        const done = tape(month).append(request);
        return trouble === "answer lost" ? Promise.reject(new Error(trouble)) : Promise.resolve(done);
      },
      barsChanged: () => undefined,
      gapFound: (gap) => void world.gaps.push(gap),
      state: () => UNCHANGED,
      armBy: (at) => void (world.alarm = Math.min(world.alarm, at)),
      settled: () => undefined,
      now: () => world.now,
      random: () => 0.5,
      after: (_ms, run) => void timers.push(run),
      log: (...[event]) => void world.logged.push(event),
    });
    sender.changed();
    return { outbox, sender };
  };
  let running = start();
  const settle = async () => {
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  };
  return {
    world,
    opened,
    tape,
    tapes,
    trade(count: number) {
      for (let nth = 0; nth < count; nth++) {
        const tradeId = ++world.made;
        const terms = { price: 10 + (tradeId % 3), qty: 5, at: world.now, regular: true };
        const trade: NumberedTrade = { tradeId, sequence: 2 * tradeId, ...terms };
        journal.push(trade);
        running.outbox.add(trade);
      }
      running.sender.changed();
    },
    write() {
      running.outbox.write();
      journal = [];
    },
    /** Rows that a fault has lost. */
    lose: () => void disk.sql.exec("DELETE FROM tape_segments"),
    restart() {
      timers.length = 0;
      running = start();
    },
    async timer() {
      for (const run of timers.splice(0)) run();
      await settle();
    },
    async alarm() {
      world.now = Math.max(world.now, Math.min(world.alarm, world.now + 120_000));
      world.alarm = Number.POSITIVE_INFINITY;
      running.sender.onAlarm();
      await settle();
    },
    pending: () => running.outbox.hasPending,
    flush: () => running.sender.flush(),
    ids: () =>
      [...tapes.keys()].sort().flatMap((month) => {
        const everything = { from: 0, to: 8_000_000_000_000, limit: 100_000, descending: false, cursor: null };
        return tape(month)
          .trades(everything)
          .items.map(({ tradeId }) => tradeId);
      }),
  };
}
type Trouble = "none" | "request lost" | "answer lost";

const step = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map((count) => ({ kind: "trade" as const, count })),
  fc.constantFrom("write", "restart", "timer", "alarm", "flush", "later").map((kind) => ({ kind }) as const),
  fc.constantFrom<Trouble>("none", "request lost", "answer lost").map((trouble) => ({ kind: "network", trouble })),
);

test("MD-54: whatever is lost and whenever the book restarts, each trade arrives once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { world, trade, write, restart, timer, alarm, flush, ids, pending, tapes } = exchange();
      for (const each of steps) {
        if ("count" in each) trade(each.count);
        else if ("trouble" in each) world.trouble = each.trouble;
        else if (each.kind === "later") world.now += 7_000;
        else if (each.kind === "write") write();
        else if (each.kind === "restart") restart();
        else if (each.kind === "flush") await flush().catch(() => undefined);
        else await (each.kind === "timer" ? timer() : alarm());
        const seen = ids();
        expect(seen).toEqual(seen.map((_, nth) => nth + 1));
      }
      world.trouble = "none";
      for (let turn = 0; turn < 4 && pending(); turn++) {
        await timer();
        await alarm();
      }
      expect(pending()).toBe(false);
      expect(ids()).toHaveLength(world.made);
      expect(world.logged).not.toContain("tape.gap");
      for (const [month, store] of tapes) {
        const { trade: newest } = store.latest();
        expect(CALENDAR.monthOf(newest?.at ?? 0)).toBe(month);
      }
    }),
    { numRuns: 300 },
  );
});

test("MD-54: a call takes many trades, and a quiet book has neither a timer nor an alarm", async () => {
  const { world, trade, timer, alarm, restart, pending, ids, opened } = exchange();
  expect(world.alarm).toBe(Number.POSITIVE_INFINITY);
  for (let nth = 0; nth < 50; nth++) trade(2);
  await timer();
  expect(ids()).toHaveLength(100);
  expect(opened).toEqual(["2026-10"]);
  await alarm();
  expect(world.alarm).toBe(Number.POSITIVE_INFINITY);
  // The journal still has the trades, but the book knows that they have arrived.
  restart();
  expect(pending()).toBe(false);
  expect(world.alarm).toBe(Number.POSITIVE_INFINITY);
  trade(1);
  await timer();
  expect(ids()).toHaveLength(101);
});

test("MD-54: while the tape is away the waits grow, and nothing is lost", async () => {
  const { world, trade, write, alarm, timer, ids } = exchange();
  world.trouble = "request lost";
  trade(3);
  await timer();
  for (const begin = world.now; world.now < begin + 600_000; write()) {
    await alarm();
    trade(1);
  }
  // After a minute one a minute.
  expect(world.calls).toBeGreaterThan(10);
  expect(world.calls).toBeLessThan(20);
  world.trouble = "none";
  await alarm();
  await alarm();
  expect(ids()).toHaveLength(world.made);
});

test("MD-54: trades that nobody has any more are a recorded gap, and the tape goes on", async () => {
  const { world, trade, write, restart, lose, timer, alarm, ids, tape } = exchange();
  trade(2);
  await timer();
  world.trouble = "request lost";
  trade(3);
  write();
  lose();
  restart();
  world.trouble = "none";
  trade(2);
  await timer();
  await alarm();
  expect(ids()).toEqual([1, 2, 6, 7]);
  expect(tape("2026-10").gaps()).toEqual([{ after: 2, before: 6 }]);
  expect(world.logged).toContain("tape.gap");
  expect(world.gaps).toEqual([{ month: "2026-10", after: 2, before: 6 }]);
});

test("MD-90: what is flushed arrives at once, and rejects while the tape is away", async () => {
  const { world, trade, timer, alarm, flush, ids } = exchange();
  trade(2);
  await flush();
  expect(ids()).toEqual([1, 2]);
  // The timer of the two trades is still running.
  trade(1);
  await timer();
  expect(ids()).toEqual([1, 2, 3]);
  world.trouble = "request lost";
  trade(1);
  await expect(flush()).rejects.toThrow("lacks trades");
  const { calls } = world;
  await expect(flush()).rejects.toThrow("lacks trades");
  expect(world.calls).toBe(calls);
  world.trouble = "none";
  await alarm();
  expect(ids()).toEqual([1, 2, 3, 4]);
  await expect(flush()).resolves.toBeUndefined();
});
