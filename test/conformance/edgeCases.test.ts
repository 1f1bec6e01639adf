/** The edge cases of the Matching Engine Algorithm Performance Challenge. */
import { describe, expect, test } from "vitest";
import { TestBook, TEST_BOOKS } from "./testBook.ts";

const IOC = { timeInForce: "ioc" } as const;

describe.each(TEST_BOOKS)("%s", (name, mirrored) => {
  const floor = () => new TestBook(name, mirrored);
  /** Three sells of 5 at 101, in the order a1, b1, c1. */
  const queue = () => {
    const f = floor();
    for (const id of ["a1", "b1", "c1"]) f.sell(id, 5, 101);
    return f;
  };

  test("OB-9: the head of a queue is cancelled, and a sweep takes the others in order", () => {
    const f = queue();
    expect(f.cancel("a1")).toEqual(["a1 canceled"]);
    expect(f.buy("d1", 10, 101)).toEqual(["d1 accepted", "b1<d1 5@101", "c1<d1 5@101"]);
  });

  test("OB-9: the middle of a queue is cancelled, and a sweep takes the others in order", () => {
    const f = queue();
    f.cancel("b1");
    expect(f.buy("d1", 10, 101)).toEqual(["d1 accepted", "a1<d1 5@101", "c1<d1 5@101"]);
  });

  test("OB-9: the tail of a queue is cancelled, and a later order is behind the others", () => {
    const f = queue();
    f.cancel("c1");
    f.sell("c2", 5, 101);
    expect(f.buy("d1", 15, 101)).toEqual(["d1 accepted", "a1<d1 5@101", "b1<d1 5@101", "c2<d1 5@101"]);
  });

  test("OB-9: all of a queue is cancelled, and an incoming order finds nothing to trade with", () => {
    const f = queue();
    for (const id of ["b1", "a1", "c1"]) f.cancel(id);
    expect(f.book()).toEqual({ bids: [], asks: [] });
    expect(f.buy("d1", 5, 101)).toEqual(["d1 accepted"]);
  });

  test("OB-1: an IOC order sweeps several prices, best first", () => {
    const f = floor();
    f.sell("a1", 5, 103);
    f.sell("b1", 5, 101);
    f.sell("c1", 5, 102);
    expect(f.buy("d1", 12, 103, IOC)).toEqual(["d1 accepted", "b1<d1 5@101", "c1<d1 5@102", "a1<d1 2@103"]);
    expect(f.book().asks).toEqual(["a1 3@103"]);
  });

  test("OB-5: the rest of an IOC order never rests in the book", () => {
    const f = floor();
    f.sell("a1", 5, 101);
    expect(f.buy("d1", 12, 102, IOC)).toEqual(["d1 accepted", "a1<d1 5@101", "d1 unfilled"]);
    expect(f.book()).toEqual({ bids: [], asks: [] });
    expect(f.sell("b1", 7, 102)).toEqual(["b1 accepted"]);
  });

  test("OB-5: an IOC order that finds nothing to trade with is closed", () => {
    const f = floor();
    f.sell("a1", 5, 103);
    expect(f.buy("d1", 5, 102, IOC)).toEqual(["d1 accepted", "d1 unfilled"]);
    expect(f.book().asks).toEqual(["a1 5@103"]);
  });

  test("OB-5: an IOC order that is filled exactly has no further report", () => {
    const f = queue();
    expect(f.buy("d1", 5, 101, IOC)).toEqual(["d1 accepted", "a1<d1 5@101"]);
  });

  test("OB-2: a marketable limit order stops at its own price and rests there", () => {
    const f = floor();
    f.sell("a1", 5, 101);
    f.sell("b1", 5, 102);
    f.sell("c1", 5, 103);
    expect(f.buy("d1", 20, 102)).toEqual(["d1 accepted", "a1<d1 5@101", "b1<d1 5@102"]);
    expect(f.book()).toEqual({ bids: ["d1 10@102"], asks: ["c1 5@103"] });
  });

  test("OB-1: the rest of an order is the new touch, and trades first", () => {
    const f = floor();
    f.buy("a1", 5, 99);
    f.sell("b1", 5, 101);
    f.buy("d1", 8, 101);
    expect(f.book().bids).toEqual(["d1 3@101", "a1 5@99"]);
    expect(f.sell("c1", 8, 99)).toEqual(["c1 accepted", "d1<c1 3@101", "a1<c1 5@99"]);
  });

  test("OB-2: trades are at the resting order's price, to whose advantage that may be", () => {
    const f = floor();
    f.buy("a1", 5, 105);
    expect(f.sell("b1", 5, 95)).toEqual(["b1 accepted", "a1<b1 5@105"]);
    f.sell("a2", 5, 95);
    expect(f.buy("b2", 5, 105)).toEqual(["b2 accepted", "a2<b2 5@95"]);
  });

  test("OB-20: a modify that crosses the book trades as the incoming order", () => {
    const f = floor();
    f.sell("a1", 5, 102);
    f.buy("b1", 5, 99);
    expect(f.replace("b1", "b2", { price: 102 })).toEqual(["b1 replaced b2", "a1<b2 5@102"]);
    expect(f.book()).toEqual({ bids: [], asks: [] });
  });

  test("OB-20: a modify through the market trades at the better prices that rest there", () => {
    const f = floor();
    f.sell("a1", 5, 101);
    f.sell("a2", 5, 102);
    f.buy("b1", 8, 99);
    expect(f.replace("b1", "b2", { price: 104 })).toEqual(["b1 replaced b2", "a1<b2 5@101", "a2<b2 3@102"]);
    expect(f.book()).toEqual({ bids: [], asks: ["a2 2@102"] });
  });

  test("OB-20: the rest of a modify that crosses the book rests at its new price", () => {
    const f = floor();
    f.sell("a1", 5, 101);
    f.buy("b1", 8, 99);
    expect(f.replace("b1", "b2", { price: 101 })).toEqual(["b1 replaced b2", "a1<b2 5@101"]);
    expect(f.book()).toEqual({ bids: ["b2 3@101"], asks: [] });
  });

  test("OB-20: one of two at a price moves away, and the other stays", () => {
    const f = floor();
    f.sell("a1", 5, 101);
    f.sell("b1", 5, 101);
    f.replace("a1", "a2", { price: 103 });
    expect(f.book().asks).toEqual(["b1 5@101", "a2 5@103"]);
    expect(f.buy("d1", 10, 103)).toEqual(["d1 accepted", "b1<d1 5@101", "a2<d1 5@103"]);
  });

  test("OB-20: a larger quantity goes to the end of the queue", () => {
    const f = queue();
    f.replace("a1", "a2", { qty: 6 });
    expect(f.book().asks).toEqual(["b1 5@101", "c1 5@101", "a2 6@101"]);
  });

  test("OB-20: a smaller quantity keeps the queue position", () => {
    const f = queue();
    f.replace("b1", "b2", { qty: 2 });
    expect(f.book().asks).toEqual(["a1 5@101", "b2 2@101", "c1 5@101"]);
    expect(f.buy("d1", 8, 101)).toEqual(["d1 accepted", "a1<d1 5@101", "b2<d1 2@101", "c1<d1 1@101"]);
  });

  test("OB-20: an order that moves away and comes back is behind those that stayed", () => {
    const f = queue();
    f.replace("a1", "a2", { price: 102 });
    f.replace("a2", "a3", { price: 101 });
    expect(f.book().asks).toEqual(["b1 5@101", "c1 5@101", "a3 5@101"]);
  });

  test("OB-4: after a partial fill, a cancel removes the rest", () => {
    const f = queue();
    f.buy("d1", 3, 101);
    expect(f.cancel("a1")).toEqual(["a1 canceled"]);
    expect(f.buy("d2", 5, 101)).toEqual(["d2 accepted", "b1<d2 5@101"]);
  });

  test("OB-20: after a partial fill, a modify counts what was filled", () => {
    const f = queue();
    f.buy("d1", 3, 101);
    expect(f.replace("a1", "a2", { qty: 4 })).toEqual(["a1 replaced a2"]);
    expect(f.book().asks).toEqual(["a2 1@101", "b1 5@101", "c1 5@101"]);
    expect(f.replace("a2", "a3", { qty: 3 })).toEqual(["a2 replace_rejected a3"]);
    expect(f.replace("a2", "a4", { qty: 9, price: 102 })).toEqual(["a2 replaced a4"]);
    expect(f.book().asks).toEqual(["b1 5@101", "c1 5@101", "a4 6@102"]);
  });

  test("OB-6: a partly filled order keeps its position at the head", () => {
    const f = queue();
    f.buy("d1", 2, 101);
    f.buy("d2", 2, 101);
    expect(f.buy("d3", 3, 101)).toEqual(["d3 accepted", "a1<d3 1@101", "b1<d3 2@101"]);
  });

  test("OB-9: a cancel of a filled order does nothing", () => {
    const f = queue();
    f.buy("d1", 5, 101);
    expect(f.cancel("a1")).toEqual([]);
    expect(f.book().asks).toEqual(["b1 5@101", "c1 5@101"]);
  });

  test("OB-9: a cancel of a cancelled order does nothing", () => {
    const f = queue();
    f.cancel("a1");
    expect(f.cancel("a1")).toEqual([]);
    expect(f.cancel("d9")).toEqual([]);
    expect(f.book().asks).toEqual(["b1 5@101", "c1 5@101"]);
  });

  test("OB-20: a modify of a filled, cancelled or unknown order is rejected", () => {
    const f = queue();
    f.buy("d1", 5, 101);
    f.cancel("b1");
    expect(f.replace("a1", "a2", { qty: 1 })).toEqual(["a1 replace_rejected a2"]);
    expect(f.replace("b1", "b2", { price: 99 })).toEqual(["b1 replace_rejected b2"]);
    expect(f.replace("d9", "d8", { price: 99 })).toEqual(["d9 replace_rejected d8"]);
    expect(f.book()).toEqual({ bids: [], asks: ["c1 5@101"] });
  });

  test("OB-20: the id of a replaced order names no order any more", () => {
    const f = queue();
    f.replace("a1", "a2", { price: 102 });
    expect(f.cancel("a1")).toEqual([]);
    expect(f.replace("a1", "a3", { qty: 1 })).toEqual(["a1 replace_rejected a3"]);
    expect(f.cancel("a2")).toEqual(["a2 canceled"]);
  });

  test("OB-9: an id may be used again after a cancel, for another order", () => {
    const f = queue();
    f.cancel("a1");
    f.buy("a1", 7, 99);
    expect(f.book()).toEqual({ bids: ["a1 7@99"], asks: ["b1 5@101", "c1 5@101"] });
    expect(f.cancel("a1")).toEqual(["a1 canceled"]);
    expect(f.book().bids).toEqual([]);
  });

  test("OB-9: an id may be used again after a fill, for another order", () => {
    const f = queue();
    f.buy("d1", 5, 101);
    f.sell("a1", 2, 100);
    expect(f.book().asks).toEqual(["a1 2@100", "b1 5@101", "c1 5@101"]);
    expect(f.buy("d2", 3, 101)).toEqual(["d2 accepted", "a1<d2 2@100", "b1<d2 1@101"]);
  });

  test("OB-3: a price is no longer the best when its last order is gone", () => {
    const f = floor();
    f.sell("a1", 5, 101);
    f.sell("b1", 5, 105);
    f.cancel("a1");
    expect(f.book().asks).toEqual(["b1 5@105"]);
    expect(f.buy("d1", 5, 104)).toEqual(["d1 accepted"]);
    expect(f.book()).toEqual({ bids: ["d1 5@104"], asks: ["b1 5@105"] });
  });

  test("OB-3: the other side may use a price whose orders have all traded", () => {
    const f = floor();
    f.sell("a1", 5, 101);
    f.buy("d1", 9, 101);
    expect(f.book()).toEqual({ bids: ["d1 4@101"], asks: [] });
    expect(f.sell("b1", 4, 101)).toEqual(["b1 accepted", "d1<b1 4@101"]);
    f.sell("b2", 1, 101);
    expect(f.book()).toEqual({ bids: [], asks: ["b2 1@101"] });
  });

  test("OB-1: one lot more than a level trades at the next one, one lot less leaves a lot", () => {
    const f = queue();
    f.sell("e1", 5, 102);
    expect(f.buy("d1", 14, 101)).toEqual(["d1 accepted", "a1<d1 5@101", "b1<d1 5@101", "c1<d1 4@101"]);
    expect(f.buy("d2", 2, 102)).toEqual(["d2 accepted", "c1<d2 1@101", "e1<d2 1@102"]);
  });

  test("OB-1: prices that are far apart are found in order", () => {
    const f = floor();
    const far = mirrored ? [199, 150, 101] : [1_000_000_000, 7_777_700, 101];
    f.sell("a1", 1, far[0] ?? 0);
    f.sell("b1", 1, far[1] ?? 0);
    f.sell("c1", 1, far[2] ?? 0);
    expect(f.buy("d1", 4, far[0] ?? 0)).toEqual([
      "d1 accepted",
      ...[2, 1, 0].map((nth) => `${"abc"[nth]}1<d1 1@${far[nth]}`),
    ]);
    expect(f.book()).toEqual({ bids: [`d1 1@${far[0]}`], asks: [] });
  });

  test("OB-4: one order trades with many others in one sweep", () => {
    const f = floor();
    // The naive market searches its list for each of them.
    const makers = name.startsWith("the naive") ? 300 : 5_000;
    for (let nth = 0; nth < makers; nth++) f.sell(`a${nth}`, 2, 101 + (nth % 7));
    const lines = f.buy("d1", 2 * makers + 1, 107);
    expect(lines.length).toBe(makers + 1);
    const inOrder = Array.from({ length: makers }, (_, nth) => nth).sort((a, b) => (a % 7) - (b % 7) || a - b);
    expect(lines.slice(1)).toEqual(inOrder.map((nth) => `a${nth}<d1 2@${101 + (nth % 7)}`));
    expect(f.book()).toEqual({ bids: ["d1 1@107"], asks: [] });
  });

  test("OB-3: orders that do not match rest on both sides, in order", () => {
    const f = floor();
    for (const [id, price] of [
      ["a1", 98],
      ["b1", 99],
      ["c1", 97],
      ["a2", 99],
    ] as const)
      f.buy(id, 1, price);
    for (const [id, price] of [
      ["a3", 102],
      ["b3", 101],
      ["c3", 102],
    ] as const)
      f.sell(id, 1, price);
    expect(f.book()).toEqual({
      bids: ["b1 1@99", "a2 1@99", "a1 1@98", "c1 1@97"],
      asks: ["b3 1@101", "a3 1@102", "c3 1@102"],
    });
  });

  test("OB-9: another account can neither cancel nor modify", () => {
    const f = queue();
    expect(f.cancel("a1", "b")).toEqual([]);
    expect(f.replace("a1", "b2", { qty: 1 }, "b")).toEqual(["a1 replace_rejected b2"]);
    expect(f.book().asks).toEqual(["a1 5@101", "b1 5@101", "c1 5@101"]);
  });
});
