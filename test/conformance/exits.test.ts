import { describe, expect, test } from "vitest";
import type { NewOrderCommand } from "../../domain/matching/messages.ts";
import { FIRST_RULES, RULES } from "../../domain/matching/rules.ts";
import { TestBook } from "./testBook.ts";

/** Exits of an entry that ends before it is filled in full. Prices are dollars. */

const at = (dollars: number): number => Math.round(dollars * 10_000);
const LEGS = [
  { role: "take_profit", orderId: "a-tp", price: at(330) },
  { role: "stop_loss", orderId: "a-sl", price: at(278.4), stop: at(290) },
] as const;
const BRACKET: Partial<NewOrderCommand> = { orderClass: "bracket", legs: LEGS };
const MARKET = { market: true, timeInForce: "day" } as const;
const TAKEN = ["a accepted", "a-tp accepted", "a-sl accepted"];
const COVERED = ["a-tp restated 4", "a-sl restated 4", "a-tp activated", "a-sl activated"];

describe.each(["the market", "the naive market"])("OB-30: in %s the exits sell what was bought", (name) => {
  function floorOf(rules = RULES): TestBook {
    const floor = new TestBook(name, false, rules);
    floor.sell("m1", 4, at(300));
    floor.sell("m2", 50, at(320));
    return floor;
  }

  test("when the book closes the entry because no order is within its collar", () => {
    const floor = floorOf();
    const lines = [...TAKEN, "m1<a 4@3000000", "a unfilled", ...COVERED];
    expect(floor.buy("a", 10, at(312), { ...BRACKET, ...MARKET })).toEqual(lines);
    expect(floor.book().asks).toEqual(["m2 50@3200000", "a-tp 4@3300000"]);
    floor.buy("b1", 4, at(285));
    floor.sell("m3", 1, at(285));
    expect(floor.book()).toEqual({ bids: [], asks: ["a-sl 1@2736000", "m2 50@3200000", "a-tp 1@3300000"] });
  });

  test("when its owner cancels the entry", () => {
    const floor = floorOf();
    expect(floor.buy("a", 10, at(300), BRACKET)).toEqual([...TAKEN, "m1<a 4@3000000"]);
    expect(floor.cancel("a")).toEqual(["a canceled", ...COVERED]);
    // One of them trades, and the other is closed.
    expect(floor.buy("b1", 54, at(330))).toEqual([
      "b1 accepted",
      "m2<b1 50@3200000",
      "a-tp<b1 4@3300000",
      "a-sl linked",
    ]);
  });

  test("when self-trade prevention closes its rest", () => {
    const floor = floorOf();
    floor.buy("a", 10, at(300), BRACKET);
    expect(floor.sell("a2", 6, at(300), { selfTrade: "cancel_oldest" }).slice(0, 6)).toEqual([
      "a2 accepted",
      "a self_trade",
      ...COVERED,
    ]);
  });

  test("when its rest is closed after a replace", () => {
    const floor = floorOf();
    floor.buy("a", 10, at(300), { ...BRACKET, selfTrade: "cancel_newest" });
    floor.sell("a9", 1, at(310));
    expect(floor.replace("a", "a'", { price: at(310) })).toEqual(["a replaced a'", "a' self_trade", ...COVERED]);
  });

  test("when it waited beside the book for its minimum, and self-trade prevention closes its rest", () => {
    const floor = new TestBook(name, false);
    floor.buy("a", 10, at(300), { ...BRACKET, minQty: 4, selfTrade: "cancel_newest" });
    floor.sell("a9", 3, at(300));
    floor.sell("m1", 2, at(299));
    const lines = ["m2 accepted", "m1<a 2@2990000", "m2<a 2@2990000", "a self_trade", ...COVERED];
    expect(floor.sell("m2", 2, at(299))).toEqual(lines);
  });

  test("also the only exit of an OTO; an exit that was reduced before is not increased", () => {
    const floor = floorOf();
    floor.buy("a", 10, at(300), { orderClass: "oto", legs: [LEGS[1]] });
    expect(floor.cancel("a")).toEqual(["a canceled", "a-sl restated 4", "a-sl activated"]);
    const other = floorOf();
    other.buy("a", 10, at(300), BRACKET);
    other.replace("a-sl", "a-sl2", { qty: 3 });
    expect(other.cancel("a")).toEqual(["a canceled", "a-tp activated", "a-sl2 activated"]);
    expect(other.book().asks).toEqual(["m2 50@3200000", "a-tp 3@3300000"]);
  });

  test("but are closed with an entry that bought nothing, that expired, or that ended under the first rules", () => {
    const nothing = floorOf();
    nothing.buy("a", 10, at(299), BRACKET);
    expect(nothing.cancel("a")).toEqual(["a canceled", "a-tp parent", "a-sl parent"]);
    const day = floorOf();
    day.buy("a", 10, at(300), { ...BRACKET, timeInForce: "gtd", expiresAt: 10 });
    expect(day.expire(10).filter((line) => !line.includes("restated"))).toEqual([
      "a expired",
      "a-tp expired",
      "a-sl linked",
    ]);
    const old = floorOf(FIRST_RULES);
    old.buy("a", 10, at(300), BRACKET);
    expect(old.cancel("a")).toEqual(["a canceled", "a-tp parent", "a-sl parent"]);
  });
});
