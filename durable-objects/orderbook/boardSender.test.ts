import fc from "fast-check";
import { expect, test } from "vitest";
import type { BookTop } from "../../protocol/rpc/orderBook.ts";
import type { BoardUpdate } from "../../protocol/rpc/priceBoard.ts";
import type { Bar } from "../../domain/market/bars/bar.ts";
import type { TapeLatest } from "../../protocol/rpc/tape.ts";
import { storage } from "../../test/objectStorage.ts";
import { BoardStore } from "../board/boardStore.ts";
import { BoardSender, TELL_MS } from "./boardSender.ts";

const SYMBOL = "AAPL";
const NOON = Date.UTC(2026, 10, 24, 17);
const DAY = 86_400_000;
type Trouble = "none" | "request lost" | "answer lost" | "late";

/** A book of which every change is a trade at the price of its sequence, its tape, and its board. */
function exchange() {
  const world = {
    now: NOON,
    sequence: 0,
    alarm: Number.POSITIVE_INFINITY,
    trouble: "none" as Trouble,
    calls: 0,
  };
  const disk = storage();
  const kv = new Map<string, number>();
  let timers: { at: number; run: () => void }[] = [];
  let late: (() => void)[] = [];
  let board = new BoardStore(disk, () => world.now);
  /** The trades that the tape has. */
  let taped = 0;
  const top = (): BookTop => {
    const last = { tradeId: world.sequence, price: 10_000 * world.sequence, qty: 5, at: world.now };
    return { symbol: SYMBOL, bid: null, ask: null, last, sequence: world.sequence, at: world.now };
  };
  const close = () => ({ price: 10_000 * world.sequence, until: NOON + DAY, before: 7 });
  const latest = (): TapeLatest => {
    const price = 10_000 * taped;
    const prices = { open: price, high: price, low: price, close: price };
    const bar: Bar = { at: NOON, ...prices, volume: 1n, turnover: 1n, count: taped, firstAt: NOON, lastAt: NOON };
    const none = { trade: null, dailyBar: null, previousDailyBar: null };
    return { through: taped, minuteBar: taped === 0 ? null : bar, ...none };
  };
  const call = async <T>(run: () => T): Promise<T> => {
    world.calls++;
    const { trouble } = world;
    if (trouble === "request lost") throw new Error(trouble);
    if (trouble === "late") {
      late.push(run);
      throw new Error(trouble);
    }
    const done = run();
    if (trouble === "answer lost") throw new Error(trouble);
    return done;
  };
  const start = () => {
    const sender = new BoardSender({
      board: {
        update: (update: BoardUpdate) => call(() => board.update(update)),
        learnBars: (bars) => call(() => board.learnBars(bars)),
      },
      sequence: () => world.sequence,
      values: () => ({ top: top(), close: close() }),
      closes: () => null,
      latest: async () => latest(),
      isTapePending: () => taped < world.sequence,
      slept: { get: () => kv.get("slept"), put: (sequence) => void kv.set("slept", sequence) },
      life: { get: () => kv.get("life"), put: (life) => void kv.set("life", life) },
      assertCommitted: () => undefined,
      armBy: (at) => void (world.alarm = Math.min(world.alarm, at)),
      now: () => world.now,
      random: () => 0.5,
      after: (ms, run) => void timers.push({ at: world.now + ms, run }),
      log: () => undefined,
    });
    sender.start();
    return sender;
  };
  let sender = start();
  const settle = async () => {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
  };
  const self = {
    world,
    settle,
    trade() {
      world.sequence++;
      sender.changed();
    },
    /** The tape takes what it lacks. It may be told its bars again. */
    tape(again = false) {
      if (taped === world.sequence && !again) return;
      taped = world.sequence;
      sender.barsChanged(latest());
    },
    killBook() {
      timers = [];
      sender = start();
    },
    killBoard: () => void (board = new BoardStore(disk, () => world.now)),
    /** Calls that were given up arrive. */
    arriveLate() {
      for (const run of late) run();
      late = [];
    },
    async pass(ms: number) {
      for (const end = world.now + ms; world.now < end;) {
        const due = Math.min(end, world.alarm, ...timers.map(({ at }) => at));
        world.now = Math.max(world.now, due);
        const ready = timers.filter(({ at }) => at <= world.now);
        timers = timers.filter(({ at }) => at > world.now);
        for (const { run } of ready) run();
        if (world.alarm <= world.now) {
          world.alarm = Number.POSITIVE_INFINITY;
          sender.onAlarm();
        }
        await settle();
      }
    },
    read: () => board.read([SYMBOL], null)[0] ?? null,
  };
  return self;
}

test("MD-76: a change after a rest is told at once, later ones once a second, and a sleeping book calls nothing", async () => {
  const market = exchange();
  await market.settle();
  for (let nth = 0; nth < 100; nth++) {
    market.trade();
    await market.pass(50);
  }
  market.tape();
  // Five seconds of trading, the bars of the end, and one question for bars.
  expect(market.world.calls).toBeLessThanOrEqual(9);
  // Nothing wakes or holds the book five seconds later.
  await market.pass(5_000);
  expect(market.world.alarm).toBe(Number.POSITIVE_INFINITY);
  expect(market.read()).toMatchObject({ top: { sequence: 100 }, bars: { minuteBar: { n: 100, c: 100 } } });
  const { calls } = market.world;
  await market.pass(3_600_000);
  market.killBook();
  await market.pass(60_000);
  expect([market.world.calls, market.world.alarm]).toEqual([calls, Number.POSITIVE_INFINITY]);
  market.killBoard();
  expect(market.read()).toMatchObject({ top: { sequence: 100 } });
});

test("MD-76: a board that restarts while a book trades does not know its values until they are told", async () => {
  const market = exchange();
  market.trade();
  market.tape();
  await market.pass(20_000);
  market.trade();
  await market.settle();
  market.killBoard();
  expect(market.read()).toBeNull();
  await market.pass(6_000);
  expect(market.read()).toMatchObject({ top: { sequence: 2 } });
});

test("MD-76: a book that sleeps after its tape has told only bars has told all", async () => {
  const market = exchange();
  market.trade();
  market.tape();
  await market.pass(20_000);
  market.killBook();
  market.tape(true);
  await market.settle();
  market.killBook();
  await market.pass(20_000);
  market.killBoard();
  expect(market.read()).toMatchObject({ top: { sequence: 1 }, bars: { minuteBar: { n: 1 } } });
  const { calls } = market.world;
  market.tape(true);
  market.tape(true);
  await market.pass(20_000);
  // What is told twice is told once.
  expect(market.world.calls).toBeLessThanOrEqual(calls + 2);
});

test.each(["of the same life", "of an earlier life"])(
  "MD-76: a call %s that arrives after the book has slept in the same state changes nothing",
  async (whose) => {
    const market = exchange();
    const { world } = market;
    world.trouble = "late";
    market.trade();
    market.tape();
    await market.settle();
    world.trouble = "none";
    if (whose === "of an earlier life") market.killBook();
    await market.pass(20_000);
    market.arriveLate();
    await market.pass(20_000);
    market.killBoard();
    expect(market.read()).toMatchObject({ top: { sequence: 1 }, bars: { minuteBar: { n: 1 } } });
    market.trade();
    market.tape();
    await market.pass(20_000);
    expect(market.read()).toMatchObject({ top: { sequence: 2 }, bars: { minuteBar: { n: 2 } } });
  },
);

test("MD-76: a board takes what books of an earlier release tell, and has their rows", () => {
  const disk = storage();
  const now = () => NOON;
  const top = { symbol: SYMBOL, bid: null, ask: null, last: null, sequence: 1, at: NOON };
  const old = { top, close: null, closes: null, bars: null };
  new BoardStore(disk, now).update({ ...old, quiet: true });
  const board = new BoardStore(disk, now);
  board.update({ ...old, quiet: false, call: [1, 1] });
  board.update({ ...old, quiet: true, call: [1, 2] });
  // A book of the new release may be moved back to the old one.
  board.update({ ...old, top: { ...top, sequence: 2 }, quiet: true });
  expect(new BoardStore(disk, now).read([SYMBOL], null)[0]).toMatchObject({ top: { sequence: 2 } });
});

test("MD-76: values of a book that is awake are unknown when nothing was told for long", async () => {
  const market = exchange();
  market.trade();
  await market.settle();
  market.world.trouble = "request lost";
  await market.pass(14_000);
  expect(market.read()).not.toBeNull();
  await market.pass(2_000);
  expect(market.read()).toBeNull();
});

type Step = "trade" | "tape" | "kill book" | "kill board" | "arrive late" | Trouble | number;

test("MD-76: whatever is lost, late or dies, a board ends with the newest values, and never has them over a second late when calls arrive", async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Step>("trade") },
    { weight: 3, arbitrary: fc.constant<Step>("tape") },
    { weight: 2, arbitrary: fc.constantFrom<Step>("kill book", "kill board", "arrive late") },
    { weight: 3, arbitrary: fc.constantFrom<Step>("none", "request lost", "answer lost", "late") },
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 9_000 }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, late) => {
      const market = exchange();
      const { world } = market;
      for (const each of steps) {
        if (each === "trade") market.trade();
        else if (each === "tape") market.tape(true);
        else if (each === "kill book") market.killBook();
        else if (each === "kill board") market.killBoard();
        else if (each === "arrive late") market.arriveLate();
        else if (typeof each === "number") await market.pass(each);
        else world.trouble = each;
        await market.settle();
      }
      world.trouble = "none";
      // The longest wait before a repetition, and a second.
      await market.pass(121_000);
      // A trade while nothing is lost, whatever happened before.
      market.trade();
      await market.pass(2 * TELL_MS);
      market.arriveLate();
      const read = market.read();
      expect(read === null ? world.sequence : read.top.sequence).toBe(world.sequence);
      market.tape();
      world.trouble = late ? "late" : "none";
      await market.pass(20_000);
      world.trouble = "none";
      await market.pass(140_000);
      market.arriveLate();
      expect(market.read()).toMatchObject({
        top: { sequence: world.sequence },
        bars: { minuteBar: { n: world.sequence } },
      });
      market.killBoard();
      market.killBook();
      expect(market.read()).toMatchObject({
        top: { sequence: world.sequence },
        bars: { minuteBar: { n: world.sequence } },
      });
      expect(world.alarm).toBe(Number.POSITIVE_INFINITY);
    }),
    { numRuns: 300 },
  );
});
