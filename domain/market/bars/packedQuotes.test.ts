import fc from "fast-check";
import { expect, test } from "vitest";
import { packQuotes, unpackQuotes } from "./packedQuotes.ts";
import type { TapeQuote } from "./tapeQuote.ts";

const price = fc.integer({ min: 0, max: 100_000_000_000 });
// Half of the largest: a difference of two fits.
const qty = fc.integer({ min: 0, max: 2 ** 51 });
const quote = fc.record({
  sequence: fc.integer({ min: 1, max: 1_000_000 }),
  at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  bidPrice: price,
  bidQty: qty,
  askPrice: price,
  askQty: qty,
});

function ascending(quotes: readonly TapeQuote[]): TapeQuote[] {
  let sequence = 0;
  return quotes.map((each) => ({ ...each, sequence: (sequence += each.sequence) }));
}

test("MD-56: packed quotes are read as they were", () => {
  fc.assert(
    fc.property(fc.array(quote, { maxLength: 40 }), (made) => {
      const quotes = ascending(made);
      expect(unpackQuotes(packQuotes(quotes))).toEqual(quotes);
    }),
  );
});

test("MD-56: a busy market takes about twelve bytes a quote", () => {
  const quotes = Array.from({ length: 1_000 }, (_, nth) => {
    const [bidPrice, size] = [2_680_000 + 100 * (nth % 7), 1_000_000 * (100 + ((nth * 37) % 200))];
    const [askPrice, askQty] = [bidPrice + 200, nth % 3 === 0 ? size : 150_000_000];
    return {
      sequence: 40 * nth + 1,
      at: Date.UTC(2026, 10, 30) + 1_000 * nth,
      bidPrice,
      bidQty: size,
      askPrice,
      askQty,
    };
  });
  expect(packQuotes(quotes).length).toBeLessThan(17_000);
});

test("MD-56: disorder, bytes that end early and bytes after the end are refused", () => {
  const one: TapeQuote = { sequence: 7, at: 1, bidPrice: 2, bidQty: 3, askPrice: 4, askQty: 5 };
  expect(() => packQuotes([one, one])).toThrow("quote 7 follows quote 7");
  const bytes = packQuotes([one]);
  expect(() => unpackQuotes(bytes.subarray(0, bytes.length - 1))).toThrow("end early");
  expect(() => unpackQuotes(Uint8Array.from([...bytes, 0]))).toThrow("follow the last quote");
  expect(() => unpackQuotes(Uint8Array.from([9, ...bytes.subarray(1)]))).toThrow("version 9");
});
