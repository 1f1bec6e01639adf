import { describe, expect, test } from "vitest";
import type { NewOrderCommand } from "../../domain/matching/messages.ts";
import { FIRST_RULES, RULES } from "../../domain/matching/rules.ts";
import { TestBook } from "./testBook.ts";

/** Stops in a market that has moved past their price. Prices are dollars. */

const PLACES = ["the market", "the naive market"] as const;
const at = (dollars: number): number => Math.round(dollars * 10_000);

function sellStop(price: number): Partial<NewOrderCommand> {
  return { market: true, trigger: { kind: "stop", price: at(price) } };
}

/** A bracket's exits around a position that was bought at 300. */
const exits: Partial<NewOrderCommand> = {
  orderClass: "bracket",
  legs: [
    { role: "take_profit", orderId: "a-tp", price: at(330) },
    { role: "stop_loss", orderId: "a-sl", price: at(290 * 0.96), stop: at(290) },
  ],
};

describe.each(PLACES)("%s", (name) => {
  /** The last trade is at 300, and the only bid is at 250. */
  function gap(bids = 10, rules = RULES): TestBook {
    const floor = new TestBook(name, false, rules);
    floor.sell("m1", 1, at(300));
    floor.buy("m2", 1, at(300));
    floor.buy("m3", bids, at(250));
    return floor;
  }

  test("OB-28: a stop that a gap elects sells at the current market, whatever its own price was", () => {
    const floor = gap();
    floor.sell("a1", 5, at(290 * 0.96), sellStop(290));
    expect(floor.sell("m4", 1, at(250))).toEqual(["m4 accepted", "m3<m4 1@2500000", "a1 triggered", "m3<a1 5@2500000"]);
  });

  test("OB-24, OB-28: the quantity that its collar leaves rests at the collar, four percent past the market", () => {
    const floor = gap(3);
    floor.buy("m5", 2, at(239));
    floor.sell("a1", 9, at(290 * 0.96), sellStop(290));
    expect(floor.sell("m4", 1, at(250))).toEqual(["m4 accepted", "m3<m4 1@2500000", "a1 triggered", "m3<a1 2@2500000"]);
    expect(floor.book()).toEqual({ bids: ["m5 2@2390000"], asks: ["a1 7@2400000"] });
    // It is a limit order now.
    expect(floor.buy("m6", 8, at(260))).toEqual(["m6 accepted", "a1<m6 7@2400000"]);
  });

  test("OB-24, OB-28: in a market without bids its collar is relative to the last trade", () => {
    const floor = gap(1);
    floor.sell("a1", 5, at(290 * 0.96), sellStop(290));
    expect(floor.sell("m4", 1, at(250))).toEqual(["m4 accepted", "m3<m4 1@2500000", "a1 triggered"]);
    expect(floor.book().asks).toEqual(["a1 5@2400000"]);
  });

  test("OB-28: a trailing stop and a touch do the same", () => {
    const floor = gap(3);
    floor.sell("a1", 2, at(280), { market: true, trigger: { kind: "trail", amount: at(10) } });
    floor.sell("a2", 2, at(250 * 0.96), { market: true, trigger: { kind: "touch", price: at(310) } });
    floor.sell("m4", 1, at(250));
    expect(floor.book()).toEqual({ bids: [], asks: [] });
    floor.sell("m5", 1, at(310));
    expect(floor.buy("m6", 1, at(310))).toEqual(["m6 accepted", "m5<m6 1@3100000", "a2 triggered"]);
    expect(floor.book().asks).toEqual(["a2 2@2976000"]);
  });

  test("OB-24, OB-28: a buy that a gap elects trades no further than its hold covers, and rests there", () => {
    const floor = gap();
    floor.buy("a1", 5, at(310 * 1.04), { market: true, trigger: { kind: "stop", price: at(310) } });
    floor.sell("m4", 1, at(320));
    floor.sell("m5", 9, at(350));
    expect(floor.buy("m6", 2, at(350))).toEqual(["m6 accepted", "m4<m6 1@3200000", "m5<m6 1@3500000", "a1 triggered"]);
    expect(floor.book().bids).toEqual(["a1 5@3224000", "m3 10@2500000"]);
  });

  test("OB-30: the exit of a position rests at its collar, and the other one stays at its limit", () => {
    const floor = gap(3);
    floor.sell("m7", 6, at(301));
    floor.buy("a", 6, at(301), exits);
    expect(floor.sell("m4", 1, at(250))).toEqual([
      "m4 accepted",
      "m3<m4 1@2500000",
      "a-sl triggered",
      "m3<a-sl 2@2500000",
      "a-tp restated 4",
    ]);
    expect(floor.book().asks).toEqual(["a-sl 4@2400000", "a-tp 4@3300000"]);
  });

  test("OB-28: a stop whose price the last trade has reached on entry enters at the market, and rests", () => {
    const floor = new TestBook(name, false);
    floor.sell("m1", 1, at(300));
    floor.buy("m2", 1, at(300));
    floor.buy("m3", 2, at(299));
    floor.sell("m4", 2, at(301));
    const lines = ["a1 accepted", "a1 triggered", "m3<a1 2@2990000"];
    expect(floor.sell("a1", 3, at(313 * 0.96), sellStop(313))).toEqual(lines);
    expect(floor.book().asks).toEqual(["a1 1@2870400", "m4 2@3010000"]);
    const buy = { market: true, trigger: { kind: "stop", price: at(289) } } as const;
    expect(floor.buy("a2", 1, at(289 * 1.04), buy)).toEqual(["a2 accepted", "a2 triggered", "a1<a2 1@2870400"]);
  });

  test("OB-26, OB-28: an elected order with a minimum waits at its collar", () => {
    const floor = gap(3);
    floor.sell("a1", 5, at(290 * 0.96), { ...sellStop(290), allOrNone: true });
    expect(floor.sell("m4", 1, at(250))).toEqual(["m4 accepted", "m3<m4 1@2500000", "a1 triggered"]);
    expect(floor.buy("m5", 3, at(239))).toEqual(["m5 accepted"]);
    expect(floor.buy("m6", 5, at(251))).toEqual(["m6 accepted", "a1<m6 5@2400000"]);
  });

  test("AK-12, OB-28: under the first rules the quantity that its collar leaves is closed; under the next rules it rests", () => {
    const floor = gap(10, FIRST_RULES);
    floor.sell("a1", 5, at(290 * 0.96), sellStop(290));
    floor.sell("a2", 5, at(240 * 0.96), sellStop(240));
    expect(floor.sell("m4", 1, at(250))).toEqual(["m4 accepted", "m3<m4 1@2500000", "a1 triggered", "a1 unfilled"]);
    floor.cancel("m3");
    floor.follow();
    floor.buy("m5", 1, at(200));
    expect(floor.sell("m6", 1, at(200))).toEqual(["m6 accepted", "m5<m6 1@2000000", "a2 triggered"]);
    expect(floor.book().asks).toEqual(["a2 5@1920000"]);
  });
});
