import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Arm, type Crossing, type Level, priceDistance, step } from "./crossing.ts";

/** The values at which an alert fires, from its first one. */
function firings(at: Level, values: readonly number[]): number[] {
  let arm: Arm = "new";
  return values.filter((value) => {
    const next = step(at, arm, value);
    arm = next.arm;
    return next.fires;
  });
}

const at = (crossing: Crossing, level = 200, distance = 0.5): Level => ({ crossing, level, distance });

describe("a crossing", () => {
  test.each<readonly [Crossing, number[], number[]]>([
    ["up", [199, 199.9, 200, 201], [200]],
    ["up", [201, 200.2, 200.6, 202], []],
    ["up", [201, 199.5, 200.1], [200.1]],
    ["down", [201, 200.1, 199.9, 199], [199.9]],
    ["down", [199, 200.4, 199.9], []],
    ["either", [199, 200.1, 200.6, 199.9], [200.1, 199.9]],
    ["either", [200, 200.1, 200.2, 199.9], []],
  ])("UI-150: %s of 200 with %j fires at %j", (crossing, values, fired) => {
    expect(firings(at(crossing), values)).toEqual(fired);
  });

  test("UI-150: a value that is no number changes nothing", () => {
    expect(step(at("up"), "below", Number.NaN)).toEqual({ arm: "below", fires: false });
  });

  test("UI-151: a distance is at least a cent", () => {
    expect([priceDistance(200, 0.1), priceDistance(1, 0.1)]).toEqual([0.2, 0.01]);
  });
});

const values = fc.array(fc.integer({ min: 180, max: 220 }), { maxLength: 60 });
const crossings = fc.constantFrom<Crossing>("up", "down", "either");
const distances = fc.integer({ min: 1, max: 15 });

describe("any series of values", () => {
  test("UI-151: between two firings the value was the distance away", () => {
    fc.assert(
      fc.property(values, crossings, distances, (all, crossing, distance) => {
        const level = at(crossing, 200, distance);
        let arm: Arm = "new";
        let wasAway = true;
        for (const value of all) {
          const next = step(level, arm, value);
          if (next.fires) {
            expect(wasAway).toBe(true);
            wasAway = false;
          } else if (Math.abs(value - 200) >= distance) wasAway = true;
          arm = next.arm;
        }
      }),
    );
  });

  test("UI-150: each way from a distance on one side to the other side fires once", () => {
    fc.assert(
      fc.property(values, distances, (all, distance) => {
        const level = at("up", 200, distance);
        // The model: crossings upwards, each after the value was the distance below.
        let isBelow = (all[0] ?? 200) < 200;
        const expected = all.filter((value) => {
          const crossed = isBelow && value >= 200;
          if (crossed) isBelow = false;
          if (value <= 200 - distance) isBelow = true;
          return crossed;
        });
        expect(firings(level, all)).toEqual(expected);
      }),
    );
  });

  test("UI-150: up and down are mirror images", () => {
    fc.assert(
      fc.property(values, distances, (all, distance) => {
        const mirrored = all.map((value) => 400 - value);
        const down = firings(at("down", 200, distance), mirrored).map((value) => 400 - value);
        expect(down).toEqual(firings(at("up", 200, distance), all));
      }),
    );
  });
});
