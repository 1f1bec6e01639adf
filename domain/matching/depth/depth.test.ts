import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc32 } from "../../crc32.ts";
import type { MarketEntry } from "../../market/phase.ts";
import { uuidFromText } from "../../ids.ts";
import type { Side } from "../../order/side.ts";
import type { Terms } from "../../order/terms.ts";
import type { BookCommand } from "../messages.ts";
import { applyCommand, applyEntry, newBook } from "../orderBook.ts";
import { type Level, levels, resting } from "../views.ts";
import { depthChecksum, queueChecksum } from "./checksum.ts";
import { levelChanges, readLevels } from "./levels.ts";
import { type DepthOrder, orderEvents, readOrders } from "./orders.ts";

const COUNT = 6;
const out = { report: () => undefined, trade: () => undefined };
const phase = (name: "closed" | "closing_auction" | "continuous"): MarketEntry => ({
  kind: "phase",
  phase: name,
  session: "regular",
  until: null,
  uncross: "closing",
});
const ENTRIES: readonly MarketEntry[] = [
  { kind: "halt", reason: "manual", until: null },
  { kind: "resume", until: 1 },
  phase("closing_auction"),
  phase("continuous"),
  phase("continuous"),
];
const TERMS: readonly Terms[] = [
  {},
  {},
  {},
  { display: 0 },
  { display: 2_000_000 },
  { postOnly: true },
  { allOrNone: true },
  { peg: { to: "primary", offset: 0 } },
  { selfTrade: "decrement" },
  { trigger: { kind: "stop", price: 1_000_000 } },
];

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("new" as const),
      side: fc.constantFrom<Side>("buy", "sell"),
      cents: fc.integer({ min: -6, max: 6 }),
      lots: fc.integer({ min: 1, max: 5 }),
      terms: fc.nat(TERMS.length - 1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cancel" as const), nth: fc.nat(40) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("replace" as const),
      nth: fc.nat(40),
      cents: fc.integer({ min: -6, max: 6 }),
      lots: fc.integer({ min: 1, max: 5 }),
      moves: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("entry" as const), nth: fc.nat(ENTRIES.length - 1) }) },
);

const priceAt = (cents: number) => 1_000_000 + 100 * cents;
const idOf = (nth: number) => uuidFromText(`order ${nth}`);

/** A subscriber's copy of one side, which knows nothing but the changes. */
class Copy {
  readonly levels = new Map<number, number>();
  readonly orders = new Map<number, Level>();

  take(side: Side, before: ReturnType<typeof readings>, after: ReturnType<typeof readings>): void {
    const key = side === "buy" ? "bids" : "asks";
    for (const { price, qty } of levelChanges(before.levels[key], after.levels[key], side)) {
      if (qty === 0) expect(this.levels.delete(price)).toBe(true);
      else this.levels.set(price, qty);
    }
    for (const { kind, order } of orderEvents(before.orders[key], after.orders[key], side)) {
      expect(this.orders.has(order.ref)).toBe(kind !== "add");
      if (kind === "delete") this.orders.delete(order.ref);
      else this.orders.set(order.ref, { price: order.price, qty: order.qty });
    }
  }

  sorted(side: Side) {
    const sign = side === "buy" ? -1 : 1;
    const byPrice = (a: Level, b: Level) => sign * (a.price - b.price);
    return {
      levels: [...this.levels].map(([price, qty]) => ({ price, qty })).sort(byPrice),
      orders: [...this.orders].map(([ref, { price, qty }]) => ({ ref, price, qty })).sort(byPrice),
    };
  }
}

function readings(state: ReturnType<typeof newBook>, count: number) {
  return { levels: readLevels(state, count), orders: readOrders(state, count) };
}

describe("MD-100: depth", () => {
  test("a copy that follows the changes equals the engine's displayed book after each window", () => {
    const seen = { windows: 0, crossed: 0, hidden: 0 };
    const windows = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 40, size: "max" });
    fc.assert(
      fc.property(windows, fc.constantFrom(COUNT, 1_000), (steps, count) => {
        const state = newBook("AAPL");
        const copies = { buy: new Copy(), sell: new Copy() };
        let before = readings(state, count);
        let placed = 0;
        let now = 0;
        for (const window of steps) {
          for (const made of window) {
            now++;
            if (made.kind === "entry") {
              applyEntry(state, ENTRIES[made.nth] ?? { kind: "expire" }, now, out);
              continue;
            }
            const { nth } = made as { nth?: number };
            const orderId = idOf(nth ?? placed);
            const command: BookCommand =
              made.kind === "new"
                ? {
                    kind: "new",
                    orderId: idOf(placed++),
                    side: made.side,
                    price: priceAt(made.cents),
                    qty: made.lots * 1_000_000,
                    timeInForce: "gtc",
                    market: false,
                    expiresAt: null,
                    ...TERMS[made.terms],
                  }
                : made.kind === "cancel"
                  ? { kind: "cancel", orderId }
                  : {
                      kind: "replace",
                      orderId,
                      newOrderId: idOf(placed++),
                      qty: made.lots * 1_000_000,
                      ...(made.moves ? { price: priceAt(made.cents) } : {}),
                    };
            applyCommand(state, `account/${now % 3}`, command, now, out);
          }
          const after = readings(state, count);
          for (const side of ["buy", "sell"] as const) {
            copies[side].take(side, before, after);
            const { levels: copied, orders } = copies[side].sorted(side);
            expect(copied).toEqual(levels(state, side, count));
            const displayed = [...resting(state, side)].map(({ ref, price, qty }) => ({ ref, price, qty }));
            expect(orders).toEqual(displayed.slice(0, count));
          }
          const side = (which: Side) => copies[which].sorted(which);
          const copy = { bids: side("buy").orders, asks: side("sell").orders };
          expect(queueChecksum(copy)).toBe(queueChecksum(after.orders));
          expect(depthChecksum(copy)).toBe(depthChecksum(after.orders));
          const [bid, ask] = [after.levels.bids[0], after.levels.asks[0]];
          seen.windows++;
          if (bid !== undefined && ask !== undefined && bid.price >= ask.price) seen.crossed++;
          if (state.engine.bids.hidden > 0) seen.hidden++;
          before = after;
        }
      }),
    );
    expect(seen.windows).toBeGreaterThan(100);
    expect(seen.crossed).toBeGreaterThan(0);
    expect(seen.hidden).toBeGreaterThan(0);
  });

  test("an order keeps its place with less quantity, and goes to the end of the queue when it has lost it", () => {
    const order = (ref: number, qty: number, price = 100): DepthOrder => ({ ref, price, qty, slot: ref });
    const before = [order(1, 5), order(2, 5), order(3, 5)];
    const events = (after: DepthOrder[]) =>
      orderEvents(before, after, "sell").map(({ kind, order: { ref, qty } }) => `${kind} ${ref} ${qty}`);
    expect(events([order(1, 2), order(2, 5), order(3, 5)])).toEqual(["modify 1 2"]);
    expect(events([order(2, 5), order(3, 5), order(1, 9)])).toEqual(["delete 1 5", "add 1 9"]);
    expect(events([order(1, 5), order(3, 5), order(2, 5, 101)])).toEqual(["delete 2 5", "add 2 5"]);
    expect(events([])).toEqual(["delete 1 5", "delete 2 5", "delete 3 5"]);
    // Quantity and price of both queues are equal; only their order differs.
    const swapped = { bids: [], asks: [order(2, 5), order(1, 5), order(3, 5)] };
    expect(depthChecksum(swapped)).toBe(depthChecksum({ bids: [], asks: before }));
    expect(queueChecksum(swapped)).not.toBe(queueChecksum({ bids: [], asks: before }));
  });
});

describe("MD-101: the checksum", () => {
  test("of Kraken's published example is the published one", () => {
    // docs.kraken.com, guide "Book checksum (WebSocket v2)": BTC/USD, prices with one decimal and quantities with eight.
    const bids = [
      [452_835, 10_000_000],
      [452_834, 154_582_015],
      [452_821, 10_000_000],
      [452_810, 10_000_000],
      [452_803, 154_592_586],
      [452_790, 7_990_000],
      [452_776, 3_310_103],
      [452_775, 30_000_000],
      [452_773, 154_602_737],
      [452_766, 15_445_238],
    ];
    const asks = [
      [452_852, 100_000],
      [452_864, 154_571_953],
      [452_866, 154_571_109],
      [452_896, 154_560_911],
      [452_902, 15_890_660],
      [452_918, 154_553_491],
      [452_947, 4_454_749],
      [452_961, 35_380_000],
      [452_975, 9_945_542],
      [452_995, 18_772_827],
    ];
    const sides = (rows: number[][]): Level[] => rows.map(([price = 0, qty = 0]) => ({ price, qty }));
    const book = { bids: sides(bids), asks: sides(asks) };
    expect(depthChecksum(book)).toBe(3_310_070_434);
    // The eleventh level does not count.
    const deeper = { bids: [...book.bids, { price: 1, qty: 1 }], asks: [...book.asks, { price: 999_999, qty: 1 }] };
    expect(depthChecksum(deeper)).toBe(3_310_070_434);
    // Orders of one price count as one level, so the tenth level has all of its orders.
    const queued = { bids: [...book.bids, { price: 452_766, qty: 1 }], asks: book.asks };
    expect(depthChecksum(queued)).not.toBe(3_310_070_434);
  });

  test("is zlib's", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
        expect(crc32(text)).toBe(zlibCrc32(text));
      }),
    );
  });
});
