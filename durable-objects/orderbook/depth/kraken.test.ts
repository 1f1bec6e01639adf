/** A client of Kraken's API v2 verifies our checksums: its rules as published, and nothing of our own code. */
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSegment } from "../../../protocol/stream/segment.ts";
import { INTERVAL_MAX_MS } from "../publicationPace.ts";
import { newFeed } from "../testing.ts";

interface Row {
  readonly p: number;
  readonly s: number;
  readonly e?: string;
  readonly id?: number;
}
interface Element {
  readonly r?: true;
  readonly b: readonly Row[];
  readonly a: readonly Row[];
  readonly checksum: number;
}

/** "Remove the decimal character, and any leading zeros", of a number with the precision of the instrument. */
const digits = (value: number, precision: number): string =>
  value.toFixed(precision).replace(".", "").replace(/^0+/, "");

/** A copy as its channels `book` and `level3` keep it: by price, and each price with its orders in their queue. */
class KrakenClient {
  readonly #qtyPrecision: number;
  readonly #sides = { b: new Map<string, Map<number, Row>>(), a: new Map<string, Map<number, Row>>() };

  constructor(qtyPrecision: number) {
    this.#qtyPrecision = qtyPrecision;
  }

  take({ r, b, a, checksum }: Element): void {
    if (r === true) for (const side of Object.values(this.#sides)) side.clear();
    for (const [side, rows] of [["b", b] as const, ["a", a] as const]) for (const row of rows) this.#apply(side, row);
    const text = [...this.#best("a", 1), ...this.#best("b", -1)].flatMap((queue) => [...queue.values()]);
    const [price, qty] = [4, this.#qtyPrecision];
    expect(crc32(text.map(({ p, s }) => digits(p, price) + digits(s, qty)).join(""))).toBe(checksum);
  }

  #apply(side: "b" | "a", row: Row): void {
    const key = String(row.p);
    const queue = this.#sides[side].get(key) ?? new Map<number, Row>();
    const id = row.id ?? 0;
    if (row.s === 0) queue.delete(id);
    else queue.set(id, row);
    if (queue.size === 0) this.#sides[side].delete(key);
    else this.#sides[side].set(key, queue);
  }

  /** "The top ten": asks from low to high, bids from high to low. */
  #best(side: "b" | "a", sign: number): Map<number, Row>[] {
    return [...this.#sides[side]]
      .sort(([one], [two]) => sign * (Number(one) - Number(two)))
      .slice(0, 10)
      .map(([, queue]) => queue);
  }
}

test.each([
  ["AAPL", 6],
  ["BTC/USD", 8],
])("MD-101: Kraken's rules give the checksum of every element of %s, by price and by order", (symbol, precision) => {
  const line = fc.tuple(
    fc.constantFrom("buy", "sell", "cancel"),
    // Cents and eighths: more than ten prices a side.
    fc.integer({ min: -30, max: 30 }),
    fc.integer({ min: 1, max: 99 }),
  );
  let verified = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 20, maxLength: 80, size: "max" }), (lines) => {
      const { commit, cancel, wait, published, audience } = newFeed(symbol);
      for (const part of ["depth", "orders"] as const) audience.depth.add(part);
      let placed = 0;
      for (const [word, cents, eighths] of lines) {
        if (word === "cancel") cancel(`o${1 + (eighths % Math.max(1, placed))}`);
        else {
          placed++;
          commit(`${word} ${1_000_000 + 100 * cents} ${eighths / 8}`);
        }
        wait(INTERVAL_MAX_MS);
      }
      const clients = { depth: new KrakenClient(precision), orders: new KrakenClient(precision) };
      for (const { segment } of published) {
        for (const part of ["depth", "orders"] as const) {
          for (const element of decodeSegment(segment[part]?.bytes ?? new Uint8Array())) {
            clients[part].take(element as Element);
            verified++;
          }
        }
      }
    }),
    { numRuns: 40 },
  );
  expect(verified).toBeGreaterThan(1_000);
});
