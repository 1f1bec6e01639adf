/** The quotes of a book on its tape: through restarts, lost calls and snapshots, against a list that is made by hand. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { assetOf } from "../../domain/market/asset.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { sameQuote, type TapeQuote } from "../../domain/market/bars/tapeQuote.ts";
import type { NumberedTrade } from "../../domain/matching/bookState.ts";
import type { BookCommand } from "../../domain/matching/messages.ts";
import { best } from "../../domain/matching/views.ts";
import { storage } from "../../test/objectStorage.ts";
import { TapeStore } from "../tape/tapeStore.ts";
import { bookMachine } from "./machine.ts";
import { QuoteOutbox } from "./quoteOutbox.ts";
import { TapeOutbox } from "./tapeOutbox.ts";
import { TapeSender } from "./tapeSender.ts";

const CALENDAR = new BarCalendar(assetOf("AAPL"));
/** Seconds before a trading day of the next month begins. */
const BEGIN = Date.UTC(2026, 9, 31, 23, 59, 50);
const EVER = { from: 0, to: 8_000_000_000_000, limit: 100_000, cursor: null };
type Trouble = "none" | "request lost" | "answer lost";

function exchange() {
  const tapes = new Map<string, TapeStore>();
  const disk = storage();
  const world = { now: BEGIN, trouble: "none" as Trouble, alarm: Number.POSITIVE_INFINITY, calls: 0, orders: 0 };
  const timers: { at: number; run: () => void }[] = [];
  /** The newest snapshot, and what was applied since. */
  let snapshot: unknown = null;
  let journal: { readonly command: BookCommand; readonly at: number; readonly isWritten: boolean }[] = [];
  const effectsTo = (outbox: TapeOutbox | null) => ({
    send: () => undefined,
    emit: (trade: NumberedTrade) => outbox?.add(trade),
  });
  const start = () => {
    const [outbox, quotes] = [new TapeOutbox(disk.sql, CALENDAR), new QuoteOutbox(disk.sql, CALENDAR)];
    const machine = bookMachine("AAPL", (state, now) => quotes.before(state, now));
    const state = snapshot === null ? machine.initial() : machine.load(structuredClone(snapshot));
    for (const { command, at, isWritten } of journal) {
      machine.applyMessage(state, "account/a", command, at, effectsTo(isWritten ? null : outbox));
    }
    const sender = new TapeSender(outbox, quotes, {
      open: () => Promise.resolve(),
      append: (month, request) => {
        world.calls++;
        if (world.trouble === "request lost") return Promise.reject(new Error(world.trouble));
        const tape = tapes.get(month) ?? new TapeStore(storage(), CALENDAR);
        tapes.set(month, tape);
        const done = tape.append(request);
        return world.trouble === "answer lost" ? Promise.reject(new Error(world.trouble)) : Promise.resolve(done);
      },
      gapFound: () => undefined,
      barsChanged: () => undefined,
      state: () => state,
      armBy: (at) => void (world.alarm = Math.min(world.alarm, at)),
      settled: () => undefined,
      now: () => world.now,
      random: () => 0.5,
      after: (ms, run) => void timers.push({ at: world.now + ms, run }),
      log: () => undefined,
    });
    sender.changed();
    return { machine, state, outbox, quotes, sender };
  };
  let running = start();
  const settle = async () => {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  };
  /** By hand: what each second showed at its end, by its number. */
  const ends = new Map<number, TapeQuote>();
  /** Commits are in the order of their times, also when the clock was set back. */
  let committedAt = 0;
  return {
    world,
    tapes,
    order(side: "buy" | "sell", price: number, qty: number) {
      const { machine, state, outbox, sender } = running;
      const terms = { kind: "new", timeInForce: "gtc", market: false, expiresAt: null } as const;
      const command: BookCommand = { ...terms, orderId: `o${++world.orders}`, side, price: price * 10_000, qty };
      const at = (committedAt = Math.max(committedAt, world.now));
      machine.applyMessage(state, "account/a", command, at, effectsTo(outbox));
      journal.push({ command, at, isWritten: false });
      const [bid, ask] = [best(state, "buy"), best(state, "sell")];
      const shown = {
        bidPrice: bid?.price ?? 0,
        bidQty: bid?.qty ?? 0,
        askPrice: ask?.price ?? 0,
        askQty: ask?.qty ?? 0,
      };
      ends.set(Math.floor(at / 1_000), { ...shown, sequence: state.sequence, at });
      sender.changed();
    },
    /** As before each snapshot, and once a minute. */
    write() {
      running.outbox.write();
      running.quotes.write();
      journal = journal.map((each) => ({ ...each, isWritten: true }));
    },
    save() {
      snapshot = structuredClone(running.machine.save(running.state));
      journal = [];
    },
    restart() {
      timers.length = 0;
      running = start();
    },
    async pass(ms: number) {
      world.now += ms;
      for (const { run } of timers.splice(0, timers.findLastIndex(({ at }) => at <= world.now) + 1)) run();
      await settle();
      if (world.alarm > world.now) return;
      world.alarm = Number.POSITIVE_INFINITY;
      running.sender.onAlarm();
      await settle();
    },
    pending: () => running.quotes.hasPending || running.quotes.isBehind(running.state),
    onTape: () =>
      [...tapes]
        .sort(([one], [other]) => one.localeCompare(other))
        .flatMap(([, tape]) => tape.quotes({ ...EVER, descending: false }).items),
    expected() {
      const quotes: TapeQuote[] = [];
      for (const quote of ends.values()) {
        const last = quotes.at(-1);
        const isOfMonth = last !== undefined && CALENDAR.monthOf(last.at) === CALENDAR.monthOf(quote.at);
        if (!isOfMonth || !sameQuote(last, quote)) quotes.push(quote);
      }
      return quotes;
    },
  };
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(
      fc.constantFrom("buy", "sell"),
      fc.integer({ min: 8, max: 12 }),
      fc.integer({ min: 1, max: 3 }),
    ),
  },
  { weight: 3, arbitrary: fc.constantFrom(90, 400, 1_000, 3_000, 11_000).map((ms) => ({ ms })) },
  { weight: 1, arbitrary: fc.constantFrom("write", "save", "restart", "none", "request lost", "answer lost") },
);

test("MD-56: whatever is lost and whenever the book restarts, the quote of each second arrives once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const book = exchange();
      for (const each of steps) {
        if (Array.isArray(each)) book.order(each[0], each[1], each[2]);
        else if (typeof each === "object") await book.pass(each.ms);
        else if (each === "write") book.write();
        else if (each === "restart") book.restart();
        else if (each === "save") {
          book.write();
          book.save();
        } else book.world.trouble = each;
        const seen = book.onTape();
        expect(seen).toEqual(book.expected().slice(0, seen.length));
      }
      book.world.trouble = "none";
      for (let turn = 0; turn < 12 && book.pending(); turn++) await book.pass(20_000);
      expect(book.pending()).toBe(false);
      expect(book.onTape()).toEqual(book.expected());
      for (const [month, tape] of book.tapes) {
        for (const { at } of tape.quotes({ ...EVER, descending: false }).items)
          expect(CALENDAR.monthOf(at)).toBe(month);
      }
      // A quiet book has nothing to send when it wakes.
      for (let turn = 0; turn < 3; turn++) await book.pass(20_000);
      const { calls } = book.world;
      book.restart();
      expect(book.pending()).toBe(false);
      expect(book.world.alarm).toBe(Number.POSITIVE_INFINITY);
      await book.pass(60_000);
      expect(book.world.calls).toBe(calls);
    }),
    { numRuns: 300 },
  );
});

test("MD-56: quotes gather for ten seconds while they change, and go sooner with trades or when the book is quiet", async () => {
  const book = exchange();
  for (let second = 0; second < 20; second++) {
    book.order("buy", 8, 1);
    await book.pass(1_000);
  }
  expect(book.world.calls).toBe(2);
  await book.pass(10_000);
  expect(book.world.calls).toBe(2);
  book.order("sell", 8, 1);
  await book.pass(2_000);
  expect(book.world.calls).toBe(3);
  book.order("buy", 9, 1);
  await book.pass(2_000);
  expect(book.world.calls).toBe(4);
  expect(book.pending()).toBe(false);
  expect(book.onTape().at(-2)).toMatchObject({ bidPrice: 80_000, bidQty: 19, at: book.world.now - 4_000 });
});

test("MD-56: a second that is not over by a clock that was set back has its quote when it is", async () => {
  const market = exchange();
  market.order("buy", 10, 1);
  market.world.now -= 3_600_000;
  await market.pass(30_000);
  // By the clock of commits this is in the same second.
  market.order("buy", 11, 1);
  await market.pass(30_000);
  expect(market.onTape()).toEqual([]);
  await market.pass(3_600_000);
  await market.pass(20_000);
  expect(market.onTape()).toEqual(market.expected());
  expect(market.onTape()).toHaveLength(1);
});
