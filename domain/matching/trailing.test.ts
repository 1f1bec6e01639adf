import fc from "fast-check";
import { expect, test } from "vitest";
import { trailingStop } from "../market/collar.ts";
import type { Instrument } from "../market/instrument.ts";
import { loadBook, saveBook } from "./bookSnapshot.ts";
import { COMPLEX, DETACHED, LIVE } from "./engine/orderPool.ts";
import { makeComplex } from "./makeComplex.ts";
import { newBook } from "./orderBook.ts";
import { stepOf } from "./prices.ts";
import { dequeue, resizeAt } from "./queues.ts";
import { armTrigger, observe } from "./triggers.ts";
import { liveOrder } from "./views.ts";

type Trail = Parameters<typeof trailingStop>[3];

interface Waiting {
  readonly id: string;
  readonly side: 0 | 1;
  readonly trail: Trail;
  best: number;
  stop: number;
}

/** Trailing stops in a book, and beside them in a list that every price visits. */
class Both {
  book = newBook("AAPL");
  list: Waiting[] = [];

  get instrument(): Instrument {
    return this.book.instrument;
  }

  #stop({ side, trail, best }: Omit<Waiting, "stop">): number {
    return trailingStop(this.instrument, side === 0 ? "buy" : "sell", best, trail);
  }

  enter(side: 0 | 1, trail: Trail): void {
    const { book } = this;
    const ref = book.nextRef++;
    const id = `t${ref}`;
    const slot = book.engine.orders.take(ref, 5, book.owners.acquire("a"), LIVE | COMPLEX | DETACHED);
    book.register(slot, id, 5, null);
    const terms = { trigger: trail };
    const init = { ref, side, limit: 1, market: true, timeInForce: "gtc", terms, role: null } as const;
    const isReached = armTrigger(book, makeComplex(book, slot, init));
    const best = book.last?.price ?? this.instrument.referencePrice;
    const order = { id, side, trail, best };
    const waiting = { ...order, stop: this.#stop(order) };
    expect(isReached).toBe(book.last !== null && this.#reaches(waiting, book.last.price));
    if (isReached) book.unregister(slot, false);
    else this.list.push(waiting);
  }

  #reaches({ side, stop }: Waiting, price: number): boolean {
    return side === 0 ? price >= stop : price <= stop;
  }

  trade(price: number): void {
    const { book } = this;
    book.last = { tradeId: 1, price, qty: 1, at: 0 };
    observe(book, stepOf(book.scale, price));
    for (const order of this.list) {
      if (order.side === 1 ? price <= order.best : price >= order.best) continue;
      order.best = price;
      order.stop = this.#stop(order);
    }
    const elected = [...book.pendingEntry];
    expect(elected.map(({ slot }) => book.ids.text(slot))).toEqual(
      this.list.filter((order) => this.#reaches(order, price)).map(({ id }) => id),
    );
    this.list = this.list.filter((order) => !this.#reaches(order, price));
    for (const { slot } of elected) this.#end(slot);
  }

  cancel(nth: number): void {
    const [order] = this.list.splice(nth % Math.max(1, this.list.length), 1);
    if (order !== undefined) this.#end(this.book.ids.slot(order.id) ?? -1);
  }

  #end(slot: number): void {
    const complex = this.book.complexOrders.get(slot);
    if (complex === undefined) throw new Error("no such order");
    dequeue(this.book, complex);
    this.book.unregister(slot, false);
  }

  /** Reduces an order where it is, as a fill of its linked leg does. */
  reduce(nth: number): void {
    const order = this.list[nth % Math.max(1, this.list.length)];
    const complex = this.book.complexOrders.get(this.book.ids.slot(order?.id ?? "") ?? -1);
    if (complex !== undefined) resizeAt(this.book, complex, 1 + (nth % 5));
  }

  /** Best and stop price of each order that waits, as the list has them. */
  listed() {
    return this.list.map(({ id, best, stop }) => ({ id, best, stop }));
  }

  /** The same from the book. */
  waiting() {
    const ids = [...this.book.complexOrders.keys()].sort((a, b) => this.#ref(a) - this.#ref(b));
    return ids.map((slot) => {
      const id = this.book.ids.text(slot);
      const order = liveOrder(this.book, id);
      return { id, best: order?.best, stop: order?.stopPrice };
    });
  }

  #ref(slot: number): number {
    return this.book.engine.orders.ref(slot);
  }
}

const trail = fc.oneof(
  fc.nat(5).map((nth) => ({ kind: "trail", amount: 100 * (nth + 1) }) as const),
  fc.constantFrom(10, 25, 50, 100, 400, 3_000).map((basisPoints) => ({ kind: "trail", basisPoints }) as const),
);
const change = fc.oneof(
  { weight: 6, arbitrary: fc.record({ side: fc.constantFrom(0, 1), trail }) },
  // On both sides of a dollar, where the tick of equities changes.
  { weight: 6, arbitrary: fc.integer({ min: 180, max: 225 }).map((nth) => ({ price: 50 * nth })) },
  { weight: 2, arbitrary: fc.nat(50).map((nth) => ({ cancel: nth })) },
  { weight: 1, arbitrary: fc.nat(50).map((nth) => ({ reduce: nth })) },
  { weight: 1, arbitrary: fc.constantFrom(100, 300, 700, 50_000).map((tick) => ({ tick })) },
  { weight: 1, arbitrary: fc.constant("reload" as const) },
);

test("OB-28: trailing stops in groups have the best and stop prices, and are elected, as if each price visited every one", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120, size: "max" }), (changes) => {
      const both = new Both();
      both.trade(10_000);
      for (const each of changes) {
        if (each === "reload") both.book = loadBook(structuredClone(saveBook(both.book)));
        else if ("trail" in each) both.enter(each.side, each.trail);
        else if ("price" in each) both.trade(each.price);
        else if ("cancel" in each) both.cancel(each.cancel);
        else if ("reduce" in each) both.reduce(each.reduce);
        else both.book.instrument = { ...both.instrument, tick: each.tick, version: both.instrument.version + 1 };
        expect(both.waiting()).toEqual(both.listed());
      }
    }),
    { numRuns: 300 },
  );
});

test("OB-28: a new best price moves one order of each kind of distance, however many follow the market", () => {
  const both = new Both();
  both.trade(1_000_000);
  for (let nth = 1; nth <= 500; nth++) {
    both.enter(1, { kind: "trail", amount: 1_000 * nth });
    both.enter(1, { kind: "trail", basisPoints: 10 + nth });
    both.enter(0, { kind: "trail", amount: 1_000 * nth });
  }
  both.trade(1_000_500);
  expect(both.waiting()).toEqual(both.listed());
  expect([both.book.falling.size, both.book.rising.size]).toEqual([2, 1]);
});
