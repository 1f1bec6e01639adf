import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { divideHalfEven, formatDecimal, mulDivCeil, mulDivHalfEven, parseDecimal } from "./decimal.ts";

const safe = fc.maxSafeInteger();
const decimals = fc.integer({ min: 0, max: 8 });

describe("parseDecimal", () => {
  test.each([
    ["0", 4, 0],
    ["1", 0, 1],
    ["+1.5", 4, 15_000],
    ["-1.5", 4, -15_000],
    ["0.0001", 4, 1],
    ["007.10", 2, 710],
    ["1.23000000000000", 2, 123],
    ["900719925474.0991", 4, Number.MAX_SAFE_INTEGER],
    ["000000000000000000000000000001", 0, 1],
  ])("reads %j at %i decimals as %i", (text, places, value) => {
    expect(parseDecimal(text, places)).toBe(value);
  });

  test.each([
    ...["", " 1", "1 ", "1.", ".5", "1e3", "0x10", "1,000", "--1", "Infinity", "NaN", "١", "1.2.3", "1\n"].map(
      (text) => [text, "malformed"] as const,
    ),
    ["9".repeat(31), "malformed"],
    ["1.00001", "inexact"],
    [`1.${"0".repeat(29)}1`, "inexact"],
    ["900719925474.0992", "overflow"],
    ["-900719925474.0992", "overflow"],
    ["9".repeat(30), "overflow"],
  ] as const)("refuses %j as %s", (text, refusal) => {
    expect(parseDecimal(text, 4)).toBe(refusal);
  });

  test("a negative zero is plain zero", () => {
    expect(Object.is(parseDecimal("-0.0000", 4), 0)).toBe(true);
  });

  test("AC-2: nothing is rounded on entry: a text is parsed exactly or refused", () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), decimals, decimals, (units, written, kept) => {
        const text = formatDecimal(units, written);
        const read = parseDecimal(text, kept);
        const scaled = units * 10n ** BigInt(kept);
        const exact = scaled % 10n ** BigInt(written) === 0n;
        const value = scaled / 10n ** BigInt(written);
        const fits = value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= -BigInt(Number.MAX_SAFE_INTEGER);
        if (!exact) expect(read).toBe("inexact");
        else if (!fits) expect(read).toBe("overflow");
        else expect(read).toBe(Number(value));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("formatDecimal", () => {
  test("writes a number as it writes the same bigint", () => {
    fc.assert(
      fc.property(safe, decimals, (value, places) => {
        expect(formatDecimal(value, places)).toBe(formatDecimal(BigInt(value), places));
      }),
      { numRuns: 2_000 },
    );
    for (const value of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 99_999_999, 100_000_000, -100_000_001]) {
      expect(formatDecimal(value, 8)).toBe(formatDecimal(BigInt(value), 8));
    }
  });

  test("WS-1: writes no trailing zeros, no bare point and no negative zero", () => {
    expect(formatDecimal(1_234_500, 4)).toBe("123.45");
    expect(formatDecimal(-5, 4)).toBe("-0.0005");
    expect(formatDecimal(0, 4)).toBe("0");
    expect(formatDecimal(-0, 4)).toBe("0");
    expect(formatDecimal(120, 0)).toBe("120");
    expect(formatDecimal(10n ** 30n, 4)).toBe(`1${"0".repeat(26)}`);
  });

  test("what is written is read as the same number", () => {
    fc.assert(
      fc.property(safe, decimals, (value, places) => {
        expect(parseDecimal(formatDecimal(value, places), places)).toBe(value === 0 ? 0 : value);
      }),
      { numRuns: 2000 },
    );
  });
});

/** a / b rounded half-even by its definition: the even one of the two nearest integers. */
function nearestEven(value: bigint, divisor: bigint): bigint {
  let floor = value / divisor;
  if (floor * divisor > value) floor -= 1n;
  const below = value - floor * divisor;
  const above = divisor - below;
  if (below !== above) return below < above ? floor : floor + 1n;
  return floor % 2n === 0n ? floor : floor + 1n;
}

describe("rounding", () => {
  // Products on both sides of 2^53, where the arithmetic changes from doubles to BigInt.
  const factor = fc.oneof(fc.integer({ min: 0, max: 2_000_000 }), fc.integer({ min: 0, max: 2 ** 40 }));
  const divisor = fc.oneof(
    fc.integer({ min: 1, max: 10 }),
    fc.constantFrom(10, 1_000, 1_000_000, 100_000_000),
    fc.integer({ min: 1, max: 2 ** 40 }),
  );

  test.each([
    [1, 1, 2, 0],
    [3, 1, 2, 2],
    [5, 1, 2, 2],
    [-5, 1, 2, -2],
    [-3, 1, 2, -2],
    [-7, 1, 2, -4],
    [50_001, 1_500_000, 1_000_000, 75_002],
    [2 ** 31, 2 ** 31, 2 ** 33, 2 ** 29],
  ])("AC-7: %i × %i / %i is %i", (a, b, by, result) => {
    expect(mulDivHalfEven(a, b, by)).toBe(result);
  });

  test("AC-7: a product is rounded half-even once, whatever its size", () => {
    fc.assert(
      fc.property(factor, factor, divisor, (a, b, by) => {
        const expected = nearestEven(BigInt(a) * BigInt(b), BigInt(by));
        if (expected > BigInt(Number.MAX_SAFE_INTEGER)) {
          expect(() => mulDivHalfEven(a, b, by)).toThrow(RangeError);
        } else {
          expect(mulDivHalfEven(a, b, by)).toBe(Number(expected));
        }
      }),
      { numRuns: 5000 },
    );
  });

  test("AC-7: ties go to the even neighbour, on both sides of zero", () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.bigInt(1n, 10n ** 12n), (value, by) => {
        expect(divideHalfEven(value, by)).toBe(nearestEven(value, by));
        const tie = (2n * value + 1n) * by;
        expect(divideHalfEven(tie, 2n * by) % 2n).toBe(0n);
      }),
      { numRuns: 2000 },
    );
  });

  test("AC-4: the covering product is the least integer that is not below the exact one", () => {
    fc.assert(
      fc.property(factor, factor, divisor, (a, b, by) => {
        const product = BigInt(a) * BigInt(b);
        if (product / BigInt(by) >= BigInt(Number.MAX_SAFE_INTEGER)) return;
        const up = BigInt(mulDivCeil(a, b, by));
        expect(up * BigInt(by) >= product && (up - 1n) * BigInt(by) < product).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("an amount beyond the exact range throws instead of losing digits", () => {
    expect(() => mulDivCeil(2 ** 52, 4, 1)).toThrow(RangeError);
    expect(() => mulDivHalfEven(-(2 ** 52), 4, 1)).toThrow(RangeError);
  });
});
