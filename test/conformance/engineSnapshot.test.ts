/** Loading any bytes as a book fails with a clear error or gives a consistent book. It never hangs. */
import { expect, test } from "vitest";
import { BUY, Engine, SELL } from "../../domain/matching/engine/engine.ts";
import { checksum, readBook, slotsInOrder, writeBook } from "../../domain/matching/engine/snapshot.ts";
import { Random } from "../model/random/random.ts";

const same = (number: number): number => number;
const written = (engine: Engine): Uint8Array => writeBook(engine, slotsInOrder(engine), same, same);

/** A book of random orders, some hidden, some removed. */
function randomBook(random: Random): Engine {
  const engine = new Engine();
  const slots: number[] = [];
  const orders = random.whole(0, 40);
  for (let ref = 1; ref <= orders; ref++) {
    const side = random.chance(0.5) ? BUY : SELL;
    const price = side === BUY ? random.whole(1, 50) : random.whole(51, 2_000_000_000);
    const qty = random.chance(0.1) ? random.whole(1, 2 ** 50) : random.whole(1, 100);
    slots.push(engine.rest(ref, side, price, qty, random.whole(0, 3), random.chance(0.3)));
    const [gone] = random.chance(0.3) ? slots.splice(random.whole(0, slots.length - 1), 1) : [];
    if (gone !== undefined) engine.cancel(gone);
  }
  return engine;
}

/** Checks the invariants of the book, and that all its orders can be traded. */
function checkBook(engine: Engine): void {
  for (const [ladder, side] of [
    [engine.bids, BUY],
    [engine.asks, SELL],
  ] as const) {
    let orders = 0;
    let total = 0;
    let last = side === BUY ? Infinity : -Infinity;
    for (let level = ladder.best; level >= 0; level = ladder.worse(level)) {
      const price = ladder.price(level);
      expect(side === BUY ? price < last : price > last).toBe(true);
      last = price;
      for (const hidden of [false, true]) {
        let sum = 0;
        let count = 0;
        for (let slot = ladder.head(level, hidden); slot >= 0; slot = ladder.next(slot), count++) {
          expect(engine.orders.isLive(slot)).toBe(true);
          expect(ladder.priceOf(slot)).toBe(price);
          sum += engine.orders.leaves(slot);
        }
        expect([ladder.total(level, hidden), ladder.count(level, hidden)]).toEqual([sum, count]);
        orders += count;
        total += sum;
      }
    }
    expect(ladder.size).toBe(orders);
    if (!Number.isSafeInteger(total)) continue;
    const far = side === BUY ? 1 : 0x7ffffffe;
    expect(engine.take(side === BUY ? SELL : BUY, far, total + 1, 7)).toBe(1);
    expect([ladder.size, ladder.best]).toEqual([0, -1]);
  }
}

test("OB-11: a saved and loaded book is equal, also in its bytes, and the checksum depends on every queue position", () => {
  const random = new Random(11);
  for (let nth = 0; nth < 300; nth++) {
    const bytes = written(randomBook(random));
    const again = readBook(bytes);
    expect(written(again)).toEqual(bytes);
    expect(checksum(written(again))).toBe(checksum(bytes));
    checkBook(again);
  }
  const queue = (first: number, second: number): Uint8Array => {
    const engine = new Engine();
    for (const ref of [first, second]) engine.rest(ref, BUY, 10, 5, 0, false);
    return written(engine);
  };
  expect(checksum(queue(1, 2))).not.toBe(checksum(queue(2, 1)));
});

const WORDS = [0, 1, -1, 2, 0x7fffffff, -0x80000000, 0x7ff00000, 0x7ff80000, 0x3ff00000, 256];

/** Corrupts the bytes at a random position. */
function spoilt(random: Random, bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  switch (random.whole(0, 5)) {
    case 0:
      return copy.slice(0, random.whole(0, copy.length));
    case 1:
      return Uint8Array.of(...copy, ...Array.from({ length: random.whole(1, 48) }, () => random.whole(0, 255)));
    case 2:
      for (let nth = random.whole(1, 4); nth > 0; nth--) copy[random.whole(0, copy.length - 1)] = random.whole(0, 255);
      return copy;
    case 3: {
      const words = new Int32Array(copy.buffer);
      for (let nth = random.whole(1, 2); nth > 0; nth--) words[random.whole(0, words.length - 1)] = random.pick(WORDS);
      return copy;
    }
    case 4: {
      const words = new Int32Array(copy.buffer);
      const [one, other] = [random.whole(0, words.length - 1), random.whole(0, words.length - 1)];
      [words[one], words[other]] = [words[other] ?? 0, words[one] ?? 0];
      return copy;
    }
    default: {
      const noise = Uint8Array.from({ length: random.whole(0, 200) }, () => random.whole(0, 255));
      noise.set(copy.subarray(0, Math.min(random.pick([0, 4, 16]), noise.length)));
      return noise;
    }
  }
}

test("OB-11: other bytes are refused with a reason, or load a consistent book", () => {
  const random = new Random(12);
  let refused = 0;
  let read = 0;
  for (let nth = 0; nth < 20_000; nth++) {
    const bytes = spoilt(random, written(randomBook(random)));
    let engine: Engine;
    try {
      engine = readBook(bytes);
    } catch (error) {
      expect((error as Error).message).toMatch(/book|level|order/);
      refused++;
      continue;
    }
    read++;
    checkBook(engine);
  }
  expect(refused).toBeGreaterThan(5_000);
  expect(read).toBeGreaterThan(1_000);
});
