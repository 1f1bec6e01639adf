import { expect, test } from "vitest";
import { requireInstrument, SEEDED } from "../../domain/market/listing.ts";
import { feedElement, readFeedElement, readLatest } from "./feedElements.ts";

const find = (symbol: string) => SEEDED.find(symbol);
const t = "2026-11-30T14:30:00.123456789Z";
const at = Date.parse("2026-11-30T14:30:00.123Z");
const quote = { T: "q", S: "AAPL", bx: "V", bp: 268.5, bs: 3, ax: "V", ap: 268.51, as: 1, c: ["R"], z: "C", t };

test("MD-112: elements of Alpaca's stream are read, in JSON and in MessagePack", () => {
  const read = {
    kind: "quote",
    symbol: "AAPL",
    bid: { price: 2_685_000, qty: 3_000_000 },
    ask: { price: 2_685_100, qty: 1_000_000 },
    at,
    sequence: null,
  };
  expect(readFeedElement(quote, find)).toEqual(read);
  expect(readFeedElement({ ...quote, t: new Date(at), seq: 7 }, find)).toEqual({ ...read, sequence: 7 });
  expect(readFeedElement({ T: "t", S: "AAPL", i: 9n, p: 268.505, s: "2", t }, find)).toMatchObject({
    kind: "trade",
    price: 2_685_050,
    qty: 2_000_000,
    tradeId: 9,
  });
  expect(readFeedElement({ T: "s", S: "AAPL", sc: "H", rc: "T1", t }, find)).toEqual({
    kind: "status",
    symbol: "AAPL",
    code: "H",
    reason: "T1",
    at,
  });
});

test("MD-112: other elements are passed over, malformed ones are refused", () => {
  const others = [null, "q", { T: "success", msg: "connected" }, { ...quote, S: "NOPE" }, { ...quote, T: "b" }];
  expect(others.map((each) => readFeedElement(each, find))).toEqual(others.map(() => "ignored"));
  const malformed = [
    { ...quote, bp: "x" },
    { ...quote, bp: undefined },
    { ...quote, t: "yesterday" },
    { ...quote, bp: 300 },
    { T: "t", S: "AAPL", p: 1, s: 1, i: 1 },
    { T: "s", S: "AAPL", sc: "H" },
  ];
  expect(malformed.map((each) => readFeedElement(each, find))).toEqual(malformed.map(() => "refused"));
});

test("MD-112: the newest of REST is an element without its kind", () => {
  const AAPL = requireInstrument("AAPL");
  expect(readLatest("quote", AAPL, quote)).toMatchObject({ kind: "quote", at });
  expect(readLatest("trade", AAPL, { p: 1, s: 1, i: 1, t })).toMatchObject({ kind: "trade" });
  expect(readLatest("trade", AAPL, undefined)).toBe("refused");
});

test("MD-115: what is written to a recorded day is read again as it was", () => {
  const items = [
    { kind: "quote", symbol: "AAPL", bid: { price: 2_685_000, qty: 1 }, ask: null, at, sequence: null },
    { kind: "trade", symbol: "BTC/USD", price: 2_360_001, qty: 12_345, at, tradeId: 4, sequence: null },
    { kind: "status", symbol: "AAPL", code: "T", reason: "", at },
  ] as const;
  expect(items.map((item) => readFeedElement(JSON.parse(JSON.stringify(feedElement(item))), find))).toEqual(items);
});
