import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isoDate, newYorkInstant } from "../market/newYork.ts";
import { loadSettlement, saveSettlement } from "./savedSettlement.ts";
import {
  buy,
  moveCash,
  newSettlement,
  sell,
  type Settlement,
  settleThrough,
  settlesOn,
  tradeDay,
  unsettledCash,
} from "./settlement.ts";
import { cashForPurchases, Model, restrictedBy, withdrawableCash } from "./testing.ts";
import {
  isRestricted,
  NO_VIOLATIONS,
  recordViolation,
  type ViolationKind,
  VIOLATIONS_ALLOWED,
  violationsOn,
} from "./violations.ts";

const day = (date: string) => Date.parse(date) / 86_400_000;
const SHARES = { assetClass: "us_equity" } as const;
const COINS = { assetClass: "crypto" } as const;
const KINDS: readonly ViolationKind[] = ["good_faith", "free_riding", "liquidation"];

describe("days", () => {
  const at = (date: string, hour: number) => newYorkInstant(day(date), hour * 3_600_000);
  test.each([
    ["Friday morning", "2026-05-29", 9.5, "2026-05-29", "2026-06-01"],
    ["Friday before 20:00", "2026-05-29", 19.99, "2026-05-29", "2026-06-01"],
    ["Friday from 20:00 on", "2026-05-29", 20, "2026-06-01", "2026-06-02"],
    ["Saturday", "2026-05-30", 12, "2026-06-01", "2026-06-02"],
    ["Sunday evening", "2026-05-31", 21, "2026-06-01", "2026-06-02"],
    ["the evening before a holiday", "2026-06-18", 20, "2026-06-22", "2026-06-23"],
    ["a half day", "2026-11-27", 11, "2026-11-27", "2026-11-30"],
    ["after the close of a half day", "2026-11-27", 16, "2026-11-27", "2026-11-30"],
    ["the day before Thanksgiving", "2026-11-25", 10, "2026-11-25", "2026-11-27"],
    ["before a bank holiday", "2026-10-09", 10, "2026-10-09", "2026-10-13"],
    ["on a bank holiday", "2026-10-12", 10, "2026-10-12", "2026-10-13"],
    ["when settlement took two days", "2024-05-24", 10, "2024-05-24", "2024-05-29"],
  ])("PF-60: a trade on %s (%s, %d h) is of %s and settles on %s", (_, date, hour, traded, settles) => {
    const of = tradeDay(at(date, hour));
    expect(isoDate(of)).toBe(traded);
    expect(isoDate(settlesOn(SHARES, of))).toBe(settles);
    expect(settlesOn(COINS, of)).toBe(of);
  });
});

/** Positions beside the settlement record, and a line of a script that is played on both. */
function player() {
  const held = new Map<string, number>();
  let state = newSettlement(day("2026-01-02"), 0);
  const play = (line: string) => {
    const [date = "", act, first = "", lots = "", , cash = ""] = line.trim().split(" ");
    const on = day(date);
    const [symbol, quantity, amount] = [first, Number(lots), Number(cash)];
    if (act === "deposit") moveCash(state, on, Number(first));
    else if (act === "withdraw") moveCash(state, on, -Number(first));
    else if (act === "hold") held.set(symbol, quantity);
    else if (act === "buy") {
      buy(state, { symbol, day: on, lots: quantity, cost: amount });
      held.set(symbol, (held.get(symbol) ?? 0) + quantity);
    } else if (act === "sell") {
      const before = held.get(symbol) ?? 0;
      const settles = settlesOn(symbol.includes("/") ? COINS : SHARES, on);
      sell(state, { symbol, day: on, lots: quantity, held: before, proceeds: amount, settles });
      held.set(symbol, before - quantity);
    } else settleThrough(state, on);
    const saved: unknown = JSON.parse(JSON.stringify(saveSettlement(state)));
    const loaded = loadSettlement(saved as ReturnType<typeof saveSettlement>);
    expect(loaded).toEqual(state);
    state = loaded;
  };
  const seen = () => {
    const parts: string[] = [];
    if (state.settled !== 0) parts.push(`settled ${state.settled}`);
    if (unsettledCash(state) !== 0) parts.push(`unsettled ${unsettledCash(state)}`);
    for (const kind of KINDS) {
      const count = violationsOn(state.violations, kind, state.day);
      if (count > 0) parts.push(`${kind} ${count}`);
    }
    const { restrictedThrough } = state.violations;
    if (restrictedThrough !== null) parts.push(`restricted through ${isoDate(restrictedThrough)}`);
    return parts.join(", ");
  };
  return { play, seen, state: () => state };
}

// Monday is 2026-06-01. Amounts are dollars here: the unit does not matter.
describe("worked examples", () => {
  test.each<[string, string, string]>([
    [
      "PF-62: Fidelity, good faith violation 1: ABC is sold before the XYZ sale settles",
      `2026-06-01 hold XYZ 100
       2026-06-01 sell XYZ 100 for 10000
       2026-06-01 buy ABC 50 for 10000
       2026-06-01 sell ABC 50 for 10100`,
      "unsettled 10100, good_faith 1",
    ],
    [
      "PF-62: Fidelity, good faith violation 1: no violation from Tuesday on",
      `2026-06-01 hold XYZ 100
       2026-06-01 sell XYZ 100 for 10000
       2026-06-01 buy ABC 50 for 10000
       2026-06-02 sell ABC 50 for 10100`,
      "unsettled 10100",
    ],
    [
      "PF-62: Fidelity, good faith violation 2: settled cash buys and sells XYZ, which is none",
      `2026-06-01 deposit 10000
       2026-06-01 buy XYZ 100 for 10000
       2026-06-01 sell XYZ 100 for 10500`,
      "unsettled 10500",
    ],
    [
      "PF-62: Fidelity, good faith violation 2: its proceeds buy ABC, sold on the same day",
      `2026-06-01 deposit 10000
       2026-06-01 buy XYZ 100 for 10000
       2026-06-01 sell XYZ 100 for 10500
       2026-06-01 buy ABC 100 for 10500
       2026-06-01 sell ABC 100 for 10600`,
      "unsettled 10600, good_faith 1",
    ],
    [
      "PF-62: Firstrade: Amy buys UVW with half of the proceeds of XYZ and sells it at once",
      `2026-06-01 hold XYZ 100
       2026-06-01 sell XYZ 100 for 2000
       2026-06-01 buy UVW 10 for 1000
       2026-06-01 sell UVW 10 for 1500`,
      "unsettled 2500, good_faith 1",
    ],
    [
      "PF-62: Federal Reserve, 7 January 2000: A with $10,000 cash, then B with its proceeds, sold on the same day",
      `2026-06-01 deposit 10000
       2026-06-01 buy A 10 for 10000
       2026-06-01 sell A 10 for 10000
       2026-06-01 buy B 10 for 10000
       2026-06-01 sell B 10 for 10000`,
      "unsettled 10000, good_faith 1",
    ],
    [
      "PF-63: Ally: 100 XYZ with insufficient funds, sold without a deposit",
      `2026-06-01 deposit 400
       2026-06-01 buy XYZ 100 for 1000
       2026-06-02 sell XYZ 40 for 500`,
      "settled -600, unsettled 500, free_riding 1, restricted through 2026-08-31",
    ],
    [
      "PF-63: Firstrade: Jake pays the $300 that were missing before he sells",
      `2026-06-01 deposit 1000
       2026-06-01 buy ABC 100 for 1300
       2026-06-02 deposit 300
       2026-06-02 sell ABC 100 for 1400`,
      "unsettled 1400",
    ],
    [
      "PF-63: Firstrade: Jake sells before he pays",
      `2026-06-01 deposit 1000
       2026-06-01 buy ABC 100 for 1300
       2026-06-02 sell ABC 100 for 1400
       2026-06-03 settle`,
      "settled 1100, free_riding 1, restricted through 2026-08-31",
    ],
    [
      "PF-63: Fidelity, cash liquidation: XYZ is sold on Tuesday to pay Monday's ABC",
      `2026-06-01 hold XYZ 100
       2026-06-01 buy ABC 100 for 10000
       2026-06-02 sell XYZ 100 for 12500
       2026-06-03 settle`,
      "settled 2500, liquidation 1",
    ],
    [
      "PF-63: paid by a sale of the same day, which settles with the purchase, it is none",
      `2026-06-01 hold XYZ 100
       2026-06-01 buy ABC 100 for 10000
       2026-06-01 sell XYZ 100 for 12500
       2026-06-02 settle`,
      "settled 2500",
    ],
    [
      "PF-62: proceeds of Friday settle on Monday",
      `2026-05-29 hold XYZ 100
       2026-05-29 sell XYZ 100 for 1000
       2026-05-29 buy ABC 100 for 1000
       2026-06-01 sell ABC 100 for 1000`,
      "unsettled 1000",
    ],
    [
      "PF-62: shares that are paid for are sold first",
      `2026-06-01 hold ABC 50
       2026-06-01 hold XYZ 100
       2026-06-01 sell XYZ 100 for 1000
       2026-06-01 buy ABC 100 for 1000
       2026-06-01 sell ABC 50 for 500`,
      "unsettled 500",
    ],
    [
      "PF-62: of shares that are not paid for, those that are paid first are sold first",
      `2026-06-01 hold XYZ 10
       2026-06-01 buy ABC 10 for 100
       2026-06-01 sell XYZ 10 for 500
       2026-06-01 buy ABC 10 for 50
       2026-06-01 sell ABC 10 for 60`,
      "settled -100, unsettled 510, good_faith 1",
    ],
    [
      "PF-62: a purchase in three fills that is sold in three is one violation",
      `2026-06-01 hold XYZ 100
       2026-06-01 sell XYZ 100 for 1000
       2026-06-01 buy ABC 30 for 300
       2026-06-01 buy ABC 30 for 300
       2026-06-01 buy ABC 40 for 400
       2026-06-01 sell ABC 10 for 100
       2026-06-01 sell ABC 80 for 800
       2026-06-01 sell ABC 10 for 100`,
      "unsettled 1000, good_faith 1",
    ],
    [
      "PF-64: the third round in 12 months restricts for 90 days",
      `2026-06-01 hold XYZ 100
       2026-06-01 sell XYZ 100 for 1000
       2026-06-01 buy ABC 100 for 1000
       2026-06-01 sell ABC 100 for 1000
       2026-06-01 buy ABC 100 for 1000
       2026-06-01 sell ABC 100 for 1000
       2026-06-01 buy ABC 100 for 1000
       2026-06-01 sell ABC 100 for 1000`,
      "unsettled 1000, good_faith 3, restricted through 2026-08-30",
    ],
    [
      "PF-61: coins are settled cash at once",
      `2026-06-06 hold BTC/USD 5
       2026-06-06 sell BTC/USD 5 for 1000
       2026-06-06 withdraw 400`,
      "settled 600",
    ],
    [
      "PF-61: coins that were not paid for make no cash that could leave early",
      `2026-06-01 hold XYZ 100
       2026-06-01 sell XYZ 100 for 1000
       2026-06-01 buy BTC/USD 5 for 1000
       2026-06-01 sell BTC/USD 5 for 1000`,
      "unsettled 1000, good_faith 1",
    ],
  ])("%s", (_, script, result) => {
    const { play, seen } = player();
    for (const line of script.split("\n")) play(line);
    expect(seen()).toBe(result);
  });

  test("PF-64: Federal Reserve, 18 February 1999: while it is restricted, a sale cannot pay a purchase of the same day", () => {
    const { play, state } = player();
    for (const line of [
      "2026-06-01 deposit 1000",
      "2026-06-01 buy ABC 100 for 1300",
      "2026-06-02 sell ABC 100 for 1400",
      "2026-06-04 settle",
      "2026-06-04 hold XYZ 10",
      "2026-06-04 sell XYZ 10 for 700",
    ]) {
      play(line);
    }
    expect(cashForPurchases(state(), SHARES, day("2026-06-04"))).toBe(1100);
    play("2026-06-05 settle");
    expect(cashForPurchases(state(), SHARES, day("2026-06-05"))).toBe(1800);
    play("2026-08-31 sell ABC 10 for 50");
    expect(cashForPurchases(state(), SHARES, day("2026-08-31"))).toBe(1800);
    expect(cashForPurchases(state(), SHARES, day("2026-09-01"))).toBe(1850);
    expect(cashForPurchases(state(), COINS, day("2026-09-01"))).toBe(1800);
    expect(withdrawableCash(state())).toBe(1800);
  });
});

describe("PF-64: violations", () => {
  test.each<[ViolationKind, readonly string[], string, number, boolean]>([
    ["good_faith", ["2026-01-05", "2026-02-02"], "2026-02-02", 2, false],
    ["good_faith", ["2026-01-05", "2026-02-02", "2026-03-02"], "2026-03-02", 3, true],
    ["good_faith", ["2026-01-05", "2026-02-02", "2026-03-02"], "2026-05-31", 3, true],
    ["good_faith", ["2026-01-05", "2026-02-02", "2026-03-02"], "2026-06-01", 3, false],
    // The first is 365 days old.
    ["good_faith", ["2025-03-02", "2026-02-02", "2026-03-02"], "2026-03-02", 2, false],
    ["good_faith", ["2025-03-03", "2026-02-02", "2026-03-02"], "2026-03-02", 3, true],
    // A fourth one, after the restriction, restricts again.
    ["good_faith", ["2026-01-05", "2026-02-02", "2026-03-02", "2026-07-01"], "2026-07-01", 3, true],
    ["free_riding", ["2026-01-05"], "2026-04-05", 1, true],
    ["free_riding", ["2026-01-05"], "2026-04-06", 1, false],
    ["liquidation", ["2026-01-05", "2026-02-02"], "2026-02-02", 2, false],
    ["liquidation", ["2026-01-05", "2026-02-02", "2026-03-02"], "2026-03-02", 3, true],
  ])("%s on %s: on %s counts %d, restricted: %s", (kind, dates, on, count, restricted) => {
    const record = dates.reduce((sum, date) => recordViolation(sum, kind, day(date)), NO_VIOLATIONS);
    expect(violationsOn(record, kind, day(on))).toBe(count);
    expect(isRestricted(record, day(on))).toBe(restricted);
  });

  test("a restriction by one kind is not changed by a harmless one of another", () => {
    const record = recordViolation(recordViolation(NO_VIOLATIONS, "free_riding", 100), "good_faith", 150);
    expect(record.restrictedThrough).toBe(190);
  });

  test("are those of the whole history", () => {
    const event = fc.record({ kind: fc.constantFrom(...KINDS), after: fc.integer({ min: 0, max: 200 }) });
    fc.assert(
      fc.property(fc.array(event), fc.integer({ min: 0, max: 400 }), (events, later) => {
        let now = 1000;
        const all = events.map(({ kind, after }) => ({ kind, day: (now += after) }));
        const record = all.reduce((sum, one) => recordViolation(sum, one.kind, one.day), NO_VIOLATIONS);
        const on = now + later;
        expect(record.newest.length).toBeLessThanOrEqual(7);
        expect(isRestricted(record, on)).toBe(restrictedBy(all, on));
        for (const kind of KINDS) {
          const count = all.filter((one) => one.kind === kind && one.day > on - 365).length;
          expect(violationsOn(record, kind, on)).toBe(Math.min(count, VIOLATIONS_ALLOWED[kind] + 1));
        }
      }),
    );
  });
});

const anyEvent = fc.record({
  act: fc.constantFrom("deposit", "withdraw", "buy", "buy", "buy", "sell", "sell", "sell", "overdraw"),
  symbol: fc.constantFrom("ABC", "XYZ", "BTC/USD"),
  part: fc.integer({ min: 1, max: 10 }),
  lots: fc.integer({ min: 1, max: 6 }),
  days: fc.constantFrom(0, 0, 0, 0, 0, 1, 1, 2, 30),
});

test("PF-61, PF-62, PF-63, PF-64: cash and violations are those of the slow model", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let now = day("2025-12-19");
      let state: Settlement = newSettlement(now, 0);
      const model = new Model(now);
      moveCash(state, now, 20);
      model.deposit(20);
      for (const { act, symbol, part, lots, days } of events) {
        now = tradeDay(newYorkInstant(now + days, 0));
        settleThrough(state, now);
        model.advance(now);
        const asset = symbol.includes("/") ? COINS : SHARES;
        const held = model.shares.filter((share) => share.symbol === symbol).length;
        const cash = Math.max(0, state.settled + unsettledCash(state));
        if (act === "deposit") {
          moveCash(state, now, part);
          model.deposit(part);
        } else if (act === "withdraw") {
          const amount = Math.min(part, withdrawableCash(state));
          moveCash(state, now, -amount);
          model.withdraw(amount);
        } else if (act === "buy" || act === "overdraw") {
          const cost = act === "overdraw" ? cash + part : Math.ceil((cash * part) / 10);
          buy(state, { symbol, day: now, lots, cost });
          model.buy(symbol, lots, cost);
        } else if (held > 0) {
          const [quantity, settles] = [Math.min(lots, held), settlesOn(asset, now)];
          sell(state, { symbol, day: now, lots: quantity, held, proceeds: part * 2, settles });
          model.sell(symbol, quantity, part * 2, settles);
        }
        state = loadSettlement(JSON.parse(JSON.stringify(saveSettlement(state))));
        expect([state.settled, unsettledCash(state)]).toEqual([model.settled, model.unsettled]);
        expect(isRestricted(state.violations, now)).toBe(restrictedBy(model.violations, now));
        for (const kind of KINDS) {
          const count = model.violations.filter((one) => one.kind === kind && one.day > now - 365).length;
          expect([kind, violationsOn(state.violations, kind, now)]).toEqual([
            kind,
            Math.min(count, VIOLATIONS_ALLOWED[kind] + 1),
          ]);
        }
        const unpaid = [...state.unpaid.values()].flat().reduce((sum, one) => sum + one.lots, 0);
        expect(unpaid).toBe(model.shares.filter(({ paidOn }) => paidOn > now).length);
      }
    }),
    { numRuns: 500 },
  );
});

test("PF-61: the saved form of an account that has settled is two numbers, and days keep it small", () => {
  const state = newSettlement(day("2026-06-01"), 0);
  moveCash(state, day("2026-06-01"), 1_000_000);
  for (let n = 0; n < 1000; n++) {
    const symbol = `S${n}`;
    const on = tradeDay(newYorkInstant(day("2026-06-01") + Math.floor(n / 100), 0));
    buy(state, { symbol, day: on, lots: 1, cost: 1000 });
    sell(state, { symbol, day: on, lots: 1, held: 1, proceeds: 1000, settles: settlesOn(SHARES, on) });
  }
  expect(state.unsettled).toHaveLength(1);
  settleThrough(state, day("2026-07-01"));
  expect(saveSettlement(state)).toEqual({ day: day("2026-07-01"), settled: 1_000_000 });
});
