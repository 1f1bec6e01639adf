import fc from "fast-check";
import { expect, test } from "vitest";
import { activityId, sequenceOfActivity } from "./activityId.ts";

const ACCOUNT = "5a8f2d0e-1b2c-4d3e-8f90-0123456789ab";

test("AC-84: an id has the form of Alpaca's, and its number can be read", () => {
  expect(activityId(ACCOUNT, 258, Date.UTC(2026, 0, 2, 3, 4, 5, 6))).toMatch(
    /^20260102030405006::00000000-0102-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(sequenceOfActivity(activityId(ACCOUNT, 258, 0))).toBe(258);
  expect(sequenceOfActivity("20260102030405006::00000000-0102-4000-8000-000000000000")).toBeNull();
});

test("AC-84: ids sort as text in the sequence of the record", () => {
  const numbered = fc.record({ sequence: fc.integer({ min: 1, max: 2 ** 47 }), at: fc.nat(4_000_000_000_000) });
  fc.assert(
    fc.property(numbered, fc.nat(1_000), fc.nat(1_000_000), ({ sequence, at }, later, more) => {
      const [first, second] = [activityId(ACCOUNT, sequence, at), activityId(ACCOUNT, sequence + 1 + more, at + later)];
      expect(first < second).toBe(true);
      expect(sequenceOfActivity(second)).toBe(sequence + 1 + more);
    }),
  );
});
