import { describe, expect, test } from "vitest";
import { afterFiring, type AlertInput, alertOf, haltOf, isWatched, levelOf, problemOf, readAlerts } from "./alert.ts";
import { type Arm, step } from "./crossing.ts";

const NOW = 1_800_000_000_000;
const INPUT: AlertInput = { symbol: "aapl", condition: "above", price: "200" };

describe("an alert", () => {
  test("UI-152: is made of what was typed", () => {
    const alert = alertOf({ ...INPUT, note: "  earnings " }, "a", NOW);
    expect(alert).toMatchObject({ symbol: "AAPL", level: "200", once: true, on: true, arm: "new", note: "earnings" });
    expect(levelOf(alert)).toEqual({ crossing: "up", level: 200, distance: 0.2 });
  });

  test.each<readonly [Partial<AlertInput>, string | null]>([
    [{}, null],
    [{ symbol: " " }, "symbol"],
    [{ symbol: "", condition: "filled" }, null],
    [{ price: "0" }, "price"],
    [{ price: "1e3" }, "price"],
    [{ price: undefined }, "price"],
    [{ condition: "rises", percent: "-2" }, "percent"],
    [{ condition: "falls", percent: "2.5" }, null],
    [{ condition: "halted", price: undefined }, null],
    [{ expiresAt: NOW }, "expiry"],
  ])("UI-152: %j has the problem %j", (change, problem) => {
    expect(problemOf({ ...INPUT, ...change }, NOW)).toBe(problem);
  });

  test("UI-153: an alert for once is switched off by its firing, and one that is over is not watched", () => {
    const once = alertOf(INPUT, "a", NOW);
    expect(isWatched(afterFiring(once, NOW), NOW)).toBe(false);
    const always = alertOf({ ...INPUT, once: false, expiresAt: NOW + 1 }, "b", NOW);
    expect(isWatched(afterFiring(always, NOW), NOW)).toBe(true);
    expect(isWatched(always, NOW + 1)).toBe(false);
  });

  test("UI-153: a halt and its end fire once each, whatever phases are between", () => {
    for (const [condition, expected] of [
      ["halted", ["H", "P"]],
      ["resumed", ["T", "T"]],
    ] as const) {
      const level = levelOf(alertOf({ symbol: "F", condition, once: false }, "a", NOW));
      let arm: Arm = "new";
      const fired = ["T", "H", "H", "Q", "T", "C", "T", "P", "Q", "T"].filter((code) => {
        const value = haltOf(code);
        if (value === null || level === null) return false;
        const next = step(level, arm, value);
        arm = next.arm;
        return next.fires;
      });
      expect(fired).toEqual(expected);
    }
  });

  test("UI-152: stored text that is something else gives no alerts", () => {
    const alert = alertOf(INPUT, "a", NOW);
    expect(readAlerts(JSON.stringify([alert, { id: "b" }, 7, null]))).toEqual([alert]);
    for (const text of [null, "", "{", "{}", "7"]) expect(readAlerts(text)).toEqual([]);
  });
});
