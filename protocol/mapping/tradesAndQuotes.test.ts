import { decodeMulti, decode as decodeMsgpack } from "@msgpack/msgpack";
import fc from "fast-check";
import { Unpackr } from "msgpackr";
import { describe, expect, it } from "vitest";
import { concatFrame, decodeSegment, segmentAfter, segmentToJson } from "../stream/segment.ts";
import { pastTradeToWire } from "./bars.ts";
import { tradeToWire } from "./marketData.ts";
import { encodeQuote, encodeTrade, priceNumber, sizeNumber } from "./tradesAndQuotes.ts";

const at = Date.UTC(2026, 10, 20, 15, 0, 0, 123);
const trade = { symbol: "AAPL", tradeId: 7, price: 2_685_050, qty: 1_500_000, at, sequence: 9 };
const tradeOnWire = { T: "t", S: "AAPL", i: 7, x: "V", p: 268.505, s: 1.5, t: new Date(at), z: "C", seq: 9 };
const plain = { ...tradeOnWire, c: ["@", "I"], tks: "-" };

describe("market data elements", () => {
  it("MD-1: a trade decodes in both msgpack libraries to Alpaca's element, t as a timestamp extension", () => {
    expect(decodeMsgpack(encodeTrade(trade))).toEqual(plain);
    expect(new Unpackr({ useRecords: false }).unpack(encodeTrade(trade))).toEqual(plain);
  });

  it("MD-64: a trade has the side of the incoming order, and the conditions that REST gives it", () => {
    const taken = { ...trade, takerSide: 1, regular: false } as const;
    expect(decodeMsgpack(encodeTrade(taken))).toEqual({ ...tradeOnWire, c: ["@", "T", "I"], tks: "S" });
    expect(decodeMsgpack(encodeTrade({ ...taken, takerSide: 0 }))).toMatchObject({ tks: "B" });
    const past = pastTradeToWire("AAPL", { ...trade, takerSide: "sell", auction: false, regular: false });
    expect(past.c).toEqual(["@", "T", "I"]);
    const top = { symbol: "AAPL", bid: null, ask: null, sequence: 9, at, last: { ...trade, regular: false } };
    expect(tradeToWire(top)?.c).toEqual(past.c);
  });

  it("MD-1: a quote shows a missing side as price 0, size 0", () => {
    const bid = { price: 2_360_000, qty: 250_000_000 };
    const quote = encodeQuote({ symbol: "BTC/USD", bid, ask: null, at, sequence: 70_000 });
    const rest = { T: "q", S: "BTC/USD", bx: "V", ax: "V", t: new Date(at), c: ["R"], z: "C", seq: 70_000 };
    expect(decodeMsgpack(quote)).toEqual({ ...rest, bp: 236, bs: 2.5, ap: 0, as: 0 });
  });

  it("MD-1: whole numbers travel as integers, so that clients may read sizes as such", () => {
    const bytes = encodeTrade({ ...trade, price: 2_680_000, qty: 100_000_000 });
    expect(decodeMsgpack(bytes, { useBigInt64: true })).toMatchObject({ p: 268, s: 100 });
    expect(bytes.includes(0xcb)).toBe(false);
  });

  it("MD-1: every trade decodes exactly, also with ids beyond 32 bits and times beyond 2106", () => {
    const number = (max: number): fc.Arbitrary<number> => fc.oneof(fc.nat(), fc.integer({ min: 0, max }));
    const any = fc.record({
      symbol: fc.constantFrom("AAPL", "F", "GOOGL", "BTC/USD"),
      tradeId: number(Number.MAX_SAFE_INTEGER),
      price: number(100_000_000_000),
      qty: number(1_000_000_000_000),
      at: fc.integer({ min: 0, max: 8_000_000_000_000 }),
      sequence: number(Number.MAX_SAFE_INTEGER),
    });
    fc.assert(
      fc.property(any, (made) => {
        const expected = {
          S: made.symbol,
          i: made.tradeId,
          p: priceNumber(made.price),
          t: new Date(made.at),
          seq: made.sequence,
        };
        const wire = { ...expected, s: sizeNumber(made.symbol, made.qty) };
        expect(decodeMsgpack(encodeTrade(made))).toMatchObject(wire);
        expect(decodeSegment(encodeTrade(made))).toMatchObject([wire]);
      }),
    );
  });

  it("refuses a text that is no symbol", () => {
    expect(() => encodeTrade({ ...trade, symbol: "nope" })).toThrow("not a symbol");
  });
});

describe("frames", () => {
  const one = encodeTrade(trade);

  it.each([0, 1, 15, 16, 65_535, 65_536])("MD-2: concatenates %i elements into one msgpack array", (count) => {
    const frame = concatFrame(
      count,
      Array.from({ length: count }, () => one),
    );
    const read = decodeMsgpack(frame);
    expect(read).toHaveLength(count);
    if (count > 0) expect((read as unknown[]).at(-1)).toEqual(plain);
  });

  it("MD-2: transcodes a segment to JSON text with RFC 3339 times", () => {
    const quote = encodeQuote({ symbol: "AAPL", bid: null, ask: { price: 100, qty: 1 }, at, sequence: 9 });
    const segment = new Uint8Array([...one, ...quote]);
    expect([...decodeMulti(segment)]).toHaveLength(2);
    expect(JSON.parse(`[${segmentToJson(segment)}]`)).toEqual([
      { ...plain, t: "2026-11-20T15:00:00.123Z" },
      expect.objectContaining({ T: "q", bp: 0, bs: 0, ap: 0.01, as: 0.000001, t: "2026-11-20T15:00:00.123Z" }),
    ]);
    expect(segmentToJson(new Uint8Array())).toBe("");
  });

  it("MD-6: cuts what a subscriber has from the front of a segment, byte for byte", () => {
    const elements = [3, 5, 9].map((sequence) => encodeTrade({ ...trade, sequence }));
    const segment = new Uint8Array(elements.flatMap((bytes) => [...bytes]));
    const left = [2, 3, 4, 8, 9].map((sequence) => segmentAfter(segment, sequence));
    expect(left.map(({ count }) => count)).toEqual([3, 2, 2, 1, 0]);
    for (const { bytes, count } of left) expect([...bytes]).toEqual(elements.slice(3 - count).flatMap((b) => [...b]));
    expect(segmentAfter(new Uint8Array(), 0).count).toBe(0);
  });
});
