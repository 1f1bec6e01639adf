import { expect, test } from "vitest";
import { KnownCloses } from "./knownCloses.ts";

/** Closes of every day of a range. */
const read = async (from: number, through: number) => {
  const days = Array.from({ length: through - from + 1 }, (_, nth) => from + nth);
  return { at: Float64Array.from(days), price: Float64Array.from(days, (day) => day * 10) };
};

test("EQ-8: a book is asked once for the closes of days that are over, and again for more", async () => {
  const known = new KnownCloses();
  const asked: string[] = [];
  const of = async (symbol: string, from: number, through: number) =>
    (await known.of(symbol, from, through, (...range) => (asked.push(`${symbol} ${range.join("-")}`), read(...range))))
      .at;
  expect(await of("AAPL", 10, 20)).toHaveLength(11);
  expect(await of("AAPL", 12, 15)).toHaveLength(11);
  expect(await of("MSFT", 12, 15)).toHaveLength(4);
  expect(await of("AAPL", 12, 21)).toHaveLength(10);
  expect(await of("AAPL", 9, 15)).toHaveLength(7);
  expect(asked).toEqual(["AAPL 10-20", "MSFT 12-15", "AAPL 12-21", "AAPL 9-15"]);
});

test("EQ-8: what is kept is bounded", async () => {
  const known = new KnownCloses();
  let calls = 0;
  const of = (symbol: string, days: number) => known.of(symbol, 1, days, (...range) => (calls++, read(...range)));
  for (let nth = 0; nth <= 2_000; nth++) await of(`S${nth}`, 3);
  expect(calls).toBe(2_001);
  await of("S2000", 3);
  expect(calls).toBe(2_001);
  await of("S0", 3);
  expect(calls).toBe(2_002);
  // Many years are not kept.
  await of("AAPL", 5_000);
  await of("AAPL", 5_000);
  expect(calls).toBe(2_004);
});
