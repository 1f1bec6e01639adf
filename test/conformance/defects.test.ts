/** Defects that were found in other engines, with the engine's name. */
import { describe, expect, test } from "vitest";
import { TestBook, TEST_BOOKS } from "./testBook.ts";

describe.each(TEST_BOOKS)("%s", (name, mirrored) => {
  const floor = () => new TestBook(name, mirrored);

  test("OB-20: CppTrader: an order alone at its price is modified repeatedly, and the book stays consistent", () => {
    const f = floor();
    f.sell("a1", 5, 101);
    f.sell("b1", 5, 103);
    f.replace("a1", "a2", { price: 102 });
    f.replace("a2", "a3", { price: 101 });
    f.replace("a3", "a4", { price: 103, qty: 7 });
    f.replace("b1", "b2", { price: 101 });
    f.replace("a4", "a5", { price: 101 });
    expect(f.book().asks).toEqual(["b2 5@101", "a5 7@101"]);
    expect(f.cancel("a4")).toEqual([]);
    expect(f.buy("d1", 12, 103)).toEqual(["d1 accepted", "b2<d1 5@101", "a5<d1 7@101"]);
    expect(f.book()).toEqual({ bids: [], asks: [] });
  });

  test("OB-5: Liquibook: the rest of an IOC order is in no depth, and no order trades with it", () => {
    const f = floor();
    f.sell("a1", 3, 101);
    expect(f.buy("d1", 10, 101, { timeInForce: "ioc" })).toEqual(["d1 accepted", "a1<d1 3@101", "d1 unfilled"]);
    expect(f.book()).toEqual({ bids: [], asks: [] });
    expect(f.sell("b1", 7, 100)).toEqual(["b1 accepted"]);
    expect(f.cancel("d1")).toEqual([]);
  });

  test("OB-2: matchcore: a marketable limit order pays no more than its limit, however deep the book is", () => {
    const f = floor();
    for (const price of [101, 102, 103, 104]) f.sell(`a${price}`, 1, price);
    expect(f.buy("d1", 4, 102)).toEqual(["d1 accepted", "a101<d1 1@101", "a102<d1 1@102"]);
    expect(f.book()).toEqual({ bids: ["d1 2@102"], asks: ["a103 1@103", "a104 1@104"] });
  });

  test("OB-28: melin: trades of an elected stop elect further stops", () => {
    const f = floor();
    for (const price of [101, 102, 103, 104, 105]) f.sell(`a${price}`, 1, price);
    const stop = (price: number) => ({ market: true, trigger: { kind: "stop", price } }) as const;
    f.buy("c3", 1, 120, stop(103));
    f.buy("c2", 1, 120, stop(102));
    f.buy("c1", 1, 120, stop(101));
    expect(f.buy("d1", 1, 101)).toEqual([
      "d1 accepted",
      "a101<d1 1@101",
      "c1 triggered",
      "a102<c1 1@102",
      "c2 triggered",
      "a103<c2 1@103",
      "c3 triggered",
      "a104<c3 1@104",
    ]);
    expect(f.book().asks).toEqual(["a105 1@105"]);
  });

  test("OB-6: OrderBook-rs: an order keeps its position after a partial fill", () => {
    const f = floor();
    f.sell("a1", 10, 101);
    f.sell("b1", 10, 101);
    for (const nth of [1, 2, 3]) expect(f.buy(`d${nth}`, 2, 101)).toEqual([`d${nth} accepted`, `a1<d${nth} 2@101`]);
    expect(f.book().asks).toEqual(["a1 4@101", "b1 10@101"]);
    expect(f.buy("d4", 5, 101)).toEqual(["d4 accepted", "a1<d4 4@101", "b1<d4 1@101"]);
  });

  test("OB-20: lob.js: when one of several orders at a price is repriced, the others stay", () => {
    const f = floor();
    for (const id of ["a1", "b1", "c1", "e1"]) f.sell(id, 1, 101);
    f.replace("b1", "b2", { price: 102 });
    f.replace("a1", "a2", { price: 102 });
    f.replace("e1", "e2", { price: 102 });
    expect(f.book().asks).toEqual(["c1 1@101", "b2 1@102", "a2 1@102", "e2 1@102"]);
    expect(f.cancel("c1")).toEqual(["c1 canceled"]);
    expect(f.buy("d1", 3, 102)).toEqual(["d1 accepted", "b2<d1 1@102", "a2<d1 1@102", "e2<d1 1@102"]);
  });

  test("OB-3: PIYUSH: the best price is never that of a cancelled, filled or modified order", () => {
    const f = floor();
    for (const price of [101, 102, 103, 104, 105]) f.sell(`a${price}`, 1, price);
    f.cancel("a101");
    expect(f.book().asks[0]).toBe("a102 1@102");
    f.buy("d1", 1, 102);
    expect(f.book().asks[0]).toBe("a103 1@103");
    f.replace("a103", "a9", { price: 109 });
    expect(f.book().asks[0]).toBe("a104 1@104");
    f.buy("d2", 1, 103);
    f.sell("b1", 1, 101);
    expect(f.book()).toEqual({ bids: [], asks: ["a104 1@104", "a105 1@105", "a9 1@109"] });
    expect(f.buy("d3", 1, 103, { timeInForce: "ioc" })).toEqual(["d3 accepted", "d3 unfilled"]);
  });
});
