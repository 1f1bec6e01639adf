import { expect, test } from "vitest";
import { checkQuotes } from "./tapeChecks.ts";

const NOON = Date.UTC(2026, 10, 24, 17);
const quote = (sequence: number, at: number) => ({
  sequence,
  at,
  bidPrice: sequence,
  bidQty: 1,
  askPrice: 0,
  askQty: 0,
});

test("the quote of a second that is not over by a clock that was set back may be on the tape, and no older one may be missing", () => {
  const ends = [quote(1, NOON), quote(2, NOON + 1_000), quote(3, NOON + 2_000)];
  const check = (kept: number, clock: number | null) => () =>
    checkQuotes("AAPL", [{ month: "2026-11", quotes: ends.slice(0, kept) }], ends, clock);
  const setBack = NOON + 16_500;
  expect(check(2, setBack)).not.toThrow();
  expect(check(3, setBack)).not.toThrow();
  expect(check(1, setBack)).toThrow("MD-56");
  expect(check(2, NOON + 60_000)).toThrow("MD-56");
  expect(check(1, null)).not.toThrow();
});
