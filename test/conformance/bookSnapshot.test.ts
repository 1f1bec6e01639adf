/** A corrupted snapshot of a market either fails with a clear error, or loads a market whose orders can all be cancelled. */
import { expect, test } from "vitest";
import type { BookState } from "../../domain/matching/bookState.ts";
import { loadBook } from "../../domain/matching/bookSnapshot.ts";
import type { BookSnapshot } from "../../domain/matching/bookSnapshot.ts";
import { applyCommand } from "../../domain/matching/orderBook.ts";
import { levels, liveOrders, resting } from "../../domain/matching/views.ts";
import { NaiveMarket } from "../model/naiveMarket/market.ts";
import { RandomDay } from "../model/random/days.ts";
import { Random } from "../model/random/random.ts";
import { RealMarket } from "../model/realMarket.ts";

/** Snapshots of random days. */
function snapshots(): BookSnapshot[] {
  const saved: BookSnapshot[] = [];
  for (let seed = 1; seed <= 12; seed++) {
    const naive = new NaiveMarket("AAPL");
    const real = new RealMarket("AAPL");
    const day = new RandomDay(seed, naive);
    for (let nth = 1; nth <= 300; nth++) {
      const event = day.next();
      if (event.kind === "reload") continue;
      for (const market of [naive, real]) {
        if (event.kind === "command") market.apply(event.owner, event.command, event.now);
        else market.enter(event.entry, event.now);
      }
      if (nth % 60 === 0) saved.push(real.saved());
    }
  }
  return saved;
}

/** Lists of the orders of each queue. */
const PARTS = ["book", "owners", "expiries", "orderIds", "totals", "specials"] as const;

function spoil(random: Random, saved: BookSnapshot): BookSnapshot {
  const part = random.pick(PARTS.filter((name) => (saved[name]?.length ?? 0) > 0));
  const value = saved[part] ?? [];
  return { ...saved, [part]: value instanceof Uint8Array ? spoilBytes(random, value) : spoilList(random, value) };
}

function spoilBytes(random: Random, bytes: Uint8Array): Uint8Array {
  if (random.chance(0.3)) return bytes.slice(0, random.whole(0, bytes.length - 1));
  const copy = bytes.slice();
  for (let nth = random.whole(1, 3); nth > 0; nth--) copy[random.whole(0, copy.length - 1)] = random.whole(0, 255);
  return copy;
}

/** Removes or repeats a row. */
function spoilList(random: Random, list: readonly unknown[]): unknown[] {
  const nth = random.whole(0, list.length - 1);
  return random.chance(0.5) ? list.toSpliced(nth, 1) : list.toSpliced(nth, 0, list[random.whole(0, list.length - 1)]);
}

/** Reads every view, cancels every order, and returns the number of orders left. */
function empty(market: BookState): number {
  for (const side of ["buy", "sell"] as const) {
    const shown = [...resting(market, side)].reduce((sum, { qty }) => sum + qty, 0);
    expect(levels(market, side).reduce((sum, { qty }) => sum + qty, 0)).toBe(shown);
  }
  const out = { report: () => undefined, trade: () => undefined };
  for (const { owner, orderId } of [...liveOrders(market)]) {
    applyCommand(market, owner, { kind: "cancel", orderId }, 0, out);
  }
  return [...liveOrders(market)].length;
}

test("OB-11: a corrupted snapshot is refused with a reason, or loads a consistent market", () => {
  const random = new Random(21);
  const all = snapshots();
  let refused = 0;
  let read = 0;
  for (let nth = 0; nth < 6_000; nth++) {
    const saved = spoil(random, structuredClone(random.pick(all)));
    let market: BookState;
    try {
      market = loadBook(saved);
    } catch (error) {
      expect((error as Error).message).toMatch(/book|level|order|reserve|linked/);
      refused++;
      continue;
    }
    read++;
    expect(empty(market)).toBe(0);
  }
  expect(refused).toBeGreaterThan(2_000);
  expect(read).toBeGreaterThan(500);
});
