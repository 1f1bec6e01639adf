import fc from "fast-check";
import { expect, test } from "vitest";
import type { Bar } from "./bar.ts";
import { packBars, unpackBars } from "./packedBars.ts";

const whole = (max: number) => fc.integer({ min: 0, max });
const bar = fc
  .record({
    step: whole(4_000_000_000_000),
    prices: fc.tuple(whole(100_000_000_000), whole(100_000_000_000), whole(1_000_000), whole(1_000_000)),
    volume: fc.bigInt({ min: 0n, max: 2n ** 70n }),
    turnover: fc.bigInt({ min: 0n, max: 2n ** 100n }),
    count: whole(Number.MAX_SAFE_INTEGER),
  })
  .map(({ step, prices: [open, close, above, below], volume, turnover, count }) => {
    const [high, low] = [Math.max(open, close) + above, Math.min(open, close) - below];
    return { at: step, open, high, low, close, volume, turnover, count };
  });
const times = (at: number) => ({ firstAt: at + 1, lastAt: at + 2 });

function ascending(bars: readonly Omit<Bar, "firstAt" | "lastAt">[]): Bar[] {
  let at = 0;
  return bars.map((each) => {
    at += each.at;
    const { firstAt, lastAt } = times(at);
    return { ...each, at, firstAt, lastAt };
  });
}

test("MD-55: packed bars are read as they were", () => {
  fc.assert(
    fc.property(fc.array(bar, { maxLength: 30 }), (made) => {
      const bars = ascending(made);
      expect(unpackBars(packBars(bars), times)).toEqual(bars);
    }),
  );
});

test("MD-55: bars in disorder, bytes that end early and bytes after the end are refused", () => {
  const usual = { open: 5, high: 6, low: 4, close: 5, volume: 9n, turnover: 45n, count: 1, firstAt: 1, lastAt: 2 };
  const [one, other] = [
    { ...usual, at: 120_000 },
    { ...usual, at: 60_000 },
  ];
  expect(() => packBars([one, other])).toThrow("a bar of 60000 follows one of 120000");
  const bytes = packBars([one]);
  expect(() => unpackBars(bytes.subarray(0, bytes.length - 1), times)).toThrow("end early");
  expect(() => unpackBars(Uint8Array.from([...bytes, 0]), times)).toThrow("follow the last bar");
  expect(() => unpackBars(Uint8Array.from([9, ...bytes.subarray(1)]), times)).toThrow("version 9");
});
