import * as fc from "fast-check";
import { expect, test } from "vitest";
import { requireInstrument, SEEDED } from "../../listing.ts";
import type { FeedItem } from "../feed.ts";
import { ItchBooks } from "./books.ts";
import type { ItchMessage } from "./layout.ts";
import { ITCH_LENGTHS, ItchFileReader, parseItch } from "./parse.ts";
import { encodeItch, itchFile, SPECIFICATION, specifiedFields } from "./testing.ts";

/** Lengths of the messages in Nasdaq's specification. */
const LENGTHS = "S12 R39 H25 Y20 L26 V35 W12 K28 J35 h21 A36 F40 E31 C36 X23 D19 U35 P44 Q40 B19 I50 N20 O48".split(
  " ",
);

test("MD-116: every message type of ITCH 5.0 has the length of the specification", () => {
  expect(Object.entries(ITCH_LENGTHS).map(([type, length]) => `${type}${length}`)).toEqual(LENGTHS);
  expect(Object.keys(SPECIFICATION).sort()).toEqual(Object.keys(ITCH_LENGTHS).sort());
});

/** A message of any type with any values. */
const anyMessage = fc.constantFrom(...Object.keys(SPECIFICATION)).chain((type) => {
  const fields = specifiedFields(type);
  const valueOf = (length: number, kind: string): fc.Arbitrary<string | bigint> =>
    kind === "a"
      ? fc.string({ minLength: length, maxLength: length, unit: fc.constantFrom("A", "z", "0", " ", "-") })
      : fc.bigInt({ min: 0n, max: (1n << BigInt(length * 8)) - 1n });
  const values = fields.map(({ name, length, kind }) => valueOf(length, kind).map((value) => [name, value] as const));
  return fc.tuple(...values).map((pairs) => ({ type, values: Object.fromEntries(pairs) }));
});

test("MD-116: a parsed message has the values that were encoded, at both ends of each range", () => {
  fc.assert(
    fc.property(anyMessage, ({ type, values }) => {
      const parsed = parseItch(encodeItch(type, values)) as unknown as Record<string, unknown>;
      expect(parsed["type"]).toBe(type);
      for (const { name, length, kind } of specifiedFields(type)) {
        const value = values[name];
        const expected = kind === "a" ? String(value).trimEnd() : length === 8 ? value : Number(value);
        expect(parsed[name], `${type}.${name}`).toBe(expected);
      }
      expect(Object.keys(parsed)).toHaveLength(specifiedFields(type).length + 1);
    }),
    { numRuns: 500 },
  );
});

test("MD-116: a file gives the same messages, however its chunks are cut", () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 20 }), fc.array(fc.nat(60), { maxLength: 30 }), (messages, cuts) => {
      const encoded = messages.map(({ type, values }) => encodeItch(type, values));
      const file = itchFile(encoded);
      const reader = new ItchFileReader();
      const found: ItchMessage[] = [];
      let from = 0;
      for (const length of [...cuts, file.length]) {
        found.push(...reader.add(file.subarray(from, from + length)));
        from += length;
      }
      expect(found).toEqual(encoded.map(parseItch));
      expect(reader.incomplete).toBe(0);
    }),
    { numRuns: 200 },
  );
});

test("MD-116: a cut file, another length and an unknown type are distinguished", () => {
  const system = encodeItch("S", { event: "O" });
  const cut = new ItchFileReader();
  expect([...cut.add(itchFile([system]).subarray(0, 9))]).toEqual([]);
  expect(cut.incomplete).toBe(9);
  expect(() => parseItch(system.subarray(0, 11))).toThrow("has 12 bytes, not 11");
  expect(parseItch(Uint8Array.of("?".charCodeAt(0), 1, 2))).toBeNull();
  expect([...new ItchFileReader().add(itchFile([Uint8Array.of(63, 1), system]))]).toHaveLength(1);
});

const AAPL = requireInstrument("AAPL");
const LOTS = 1_000_000;
const find = (symbol: string) => SEEDED.find(symbol);
const order = (type: "A" | "F", ref: number, side: string, shares: number, price: number) =>
  encodeItch(type, { ref, side, shares, price, stock: "AAPL", timestamp: 1_500_000 });

function play(books: ItchBooks, ...messages: Uint8Array[]): FeedItem[] {
  return messages.flatMap((bytes) => books.apply(parseItch(bytes) as ItchMessage));
}

test("MD-116: orders, executions, cancels and replaces give best prices and trades", () => {
  const books = new ItchBooks(find, 86_400_000);
  const head = { symbol: "AAPL", at: 86_400_001 };
  expect(play(books, order("A", 1, "B", 100, 2_680_000), order("F", 2, "S", 50, 2_681_000))).toEqual([
    { kind: "quote", ...head, bid: { price: 2_680_000, qty: 100 * LOTS }, ask: null, sequence: null },
    {
      kind: "quote",
      ...head,
      bid: { price: 2_680_000, qty: 100 * LOTS },
      ask: { price: 2_681_000, qty: 50 * LOTS },
      sequence: null,
    },
  ]);
  // Behind the best price: no change.
  expect(play(books, order("A", 3, "B", 10, 2_679_900))).toEqual([]);
  const items = play(
    books,
    encodeItch("E", { ref: 1, shares: 40, match: 7, timestamp: 1_500_000 }),
    encodeItch("C", { ref: 2, shares: 50, match: 8, printable: "Y", price: 2_680_500, timestamp: 1_500_000 }),
    encodeItch("X", { ref: 1, shares: 60, timestamp: 1_500_000 }),
    encodeItch("U", { ref: 3, newRef: 4, shares: 20, price: 2_680_100, timestamp: 1_500_000 }),
    encodeItch("D", { ref: 4, timestamp: 1_500_000 }),
    encodeItch("P", { stock: "AAPL", shares: 5, price: 2_680_050, match: 9, timestamp: 1_500_000 }),
    encodeItch("Q", { stock: "AAPL", shares: 500, price: 2_680_000, match: 10, timestamp: 1_500_000 }),
    encodeItch("Q", { stock: "AAPL", shares: 0, price: 0, match: 11, timestamp: 1_500_000 }),
    encodeItch("H", { stock: "AAPL", state: "H", reason: "T1", timestamp: 1_500_000 }),
  );
  const short = items.map((item) => {
    if (item.kind === "status") return `${item.code} ${item.reason}`;
    if (item.kind === "trade") return `${item.tradeId}: ${item.qty / LOTS} at ${item.price}`;
    return [item.bid, item.ask].map((level) => (level === null ? "-" : `${level.price}x${level.qty / LOTS}`)).join(" ");
  });
  expect(short).toEqual([
    "7: 40 at 2680000",
    "2680000x60 2681000x50",
    "8: 50 at 2680500",
    "2680000x60 -",
    "2679900x10 -",
    "2680100x20 -",
    "- -",
    "9: 5 at 2680050",
    "10: 500 at 2680000",
    "H T1",
  ]);
  expect([books.resting, books.counts]).toEqual([0, { unlisted: 0, unknownOrders: 0 }]);
});

test("MD-116: what is not printable is no trade; unlisted stocks and unknown orders are counted", () => {
  const books = new ItchBooks(find, 0);
  play(books, order("A", 1, "S", 10, 2_681_000));
  expect(play(books, encodeItch("C", { ref: 1, shares: 10, printable: "N", price: 1, match: 1 }))).toMatchObject([
    { kind: "quote", ask: null },
  ]);
  expect(play(books, encodeItch("D", { ref: 99 }), encodeItch("P", { stock: "NOPE", shares: 1, price: 1 }))).toEqual(
    [],
  );
  expect(books.counts).toEqual({ unlisted: 1, unknownOrders: 1 });
});

test("MD-116: best prices equal those of all orders, whatever happens", () => {
  interface Resting {
    side: string;
    price: number;
    shares: number;
  }
  const step = fc.record({
    kind: fc.constantFrom("A", "E", "X", "D", "U"),
    side: fc.constantFrom("B", "S"),
    offset: fc.integer({ min: 1, max: 6 }),
    shares: fc.integer({ min: 1, max: 9 }),
    pick: fc.nat(50),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const books = new ItchBooks(find, 0);
      const orders = new Map<number, Resting>();
      let shown: FeedItem | null = null;
      let nextRef = 1;
      for (const { kind, side, offset, shares, pick } of steps) {
        // Both sides stay apart, as displayed orders do.
        const priceOf = (of: string) => 2_680_000 + (of === "B" ? -offset : offset) * 100;
        const refs = [...orders.keys()];
        const ref = refs[pick % Math.max(1, refs.length)];
        const known = ref === undefined ? undefined : orders.get(ref);
        let message: Uint8Array;
        if (kind === "A" || ref === undefined || known === undefined) {
          orders.set(nextRef, { side, price: priceOf(side), shares });
          message = order("A", nextRef++, side, shares, priceOf(side));
        } else if (kind === "U") {
          orders.delete(ref);
          const price = priceOf(known.side);
          orders.set(nextRef, { side: known.side, price, shares });
          message = encodeItch("U", { ref, newRef: nextRef++, shares, price });
        } else {
          const gone = kind === "D" ? known.shares : Math.min(shares, known.shares);
          known.shares -= gone;
          if (known.shares === 0) orders.delete(ref);
          message = encodeItch(kind, { ref, shares: gone, match: 1 });
        }
        shown = play(books, message).findLast((item) => item.kind === "quote") ?? shown;
        const best = (of: string) => {
          const resting = [...orders.values()].filter((each) => each.side === of);
          if (resting.length === 0) return null;
          const prices = resting.map(({ price }) => price);
          const price = of === "B" ? Math.max(...prices) : Math.min(...prices);
          const qty = resting.filter((each) => each.price === price).reduce((sum, each) => sum + each.shares, 0);
          return { price, qty: qty * LOTS };
        };
        // Nothing has been published before the first order.
        if (shown !== null) expect(shown).toMatchObject({ bid: best("B"), ask: best("S"), symbol: AAPL.symbol });
      }
    }),
    { numRuns: 300 },
  );
  expect.hasAssertions();
});
