import { expect, test } from "vitest";
import { changedInstrument } from "./instrumentChange.ts";
import type { InstrumentChange, InstrumentTerms } from "./instrumentChange.ts";
import { requireInstrument } from "./listing.ts";

const AAPL = requireInstrument("AAPL");
const TERMS: InstrumentTerms = {
  name: "Zed Corp.",
  exchange: "NYSE",
  referencePrice: 125_000,
  leastValue: 10_000,
  priceLimit: 5_000,
  tick: 100,
  lot: 1,
};

const list = (changes: Partial<Extract<InstrumentChange, { kind: "list" }>>): InstrumentChange => {
  return { kind: "list", symbol: "ZED", ...TERMS, ...changes };
};

test("MK-21: a listed instrument has the properties of its asset and of its listing, and a version", () => {
  expect(changedInstrument(undefined, list({}), 7)).toEqual({
    ...TERMS,
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    symbol: "ZED",
    assetClass: "us_equity",
    qtyDecimals: 6,
    status: "active",
    version: 7,
  });
  const coin = list({ symbol: "ZED/USD", exchange: "CRYPTO" });
  expect(changedInstrument(undefined, coin, 1)).toMatchObject({ assetClass: "crypto", qtyDecimals: 8 });
});

test.each<[string, Parameters<typeof list>[0]]>([
  ["symbol", { symbol: "zed" }],
  ["symbol", { symbol: "USD" }],
  ["symbol", { symbol: "USD/USD", exchange: "CRYPTO" }],
  ["symbol", { symbol: "ETHUSD" }],
  ["exchange", { exchange: "CRYPTO" }],
  ["exchange", { symbol: "ZED/USD" }],
  ["name", { name: " " }],
  ["tick", { tick: 50 }],
  ["tick", { tick: 150 }],
  ["tick", { tick: 1_000_100 }],
  ["tick", { tick: 62_600 }],
  ["tick", { tick: 200, priceLimit: 1 }],
  ["lot", { lot: 0 }],
  ["lot", { lot: 1.5 }],
  ["referencePrice", { referencePrice: 0 }],
  ["leastValue", { leastValue: -1 }],
  ["priceLimit", { priceLimit: 10_000 }],
])("MK-21: no instrument has such a %s: %j", (field, changes) => {
  expect(changedInstrument(undefined, list(changes), 1)).toEqual({ reason: "invalid", field });
});

test("MK-21, MK-23: a listed symbol is not listed again, an unlisted one is not changed, and a delisting is final", () => {
  expect(changedInstrument(AAPL, list({ symbol: "AAPL" }), 1)).toEqual({ reason: "already_listed" });
  expect(changedInstrument(undefined, { kind: "change", symbol: "ZED", tick: 500 }, 1)).toEqual({
    reason: "not_listed",
  });
  expect(changedInstrument(undefined, { kind: "delist", symbol: "ZED" }, 1)).toEqual({ reason: "not_listed" });
  const gone = changedInstrument(AAPL, { kind: "delist", symbol: "AAPL" }, 4);
  expect(gone).toEqual({ ...AAPL, status: "delisted", version: 4 });
  if ("reason" in gone) return;
  for (const change of [list({ symbol: "AAPL" }), { kind: "change", symbol: "AAPL", lot: 5 }] as const) {
    expect(changedInstrument(gone, change, 5)).toEqual({ reason: "delisted" });
  }
});

test("MK-22: a change sets tick, lot or name, and no other property", () => {
  const change = (asked: object) => changedInstrument(AAPL, { kind: "change", symbol: "AAPL", ...asked }, 2);
  expect(change({ tick: 500 })).toEqual({ ...AAPL, tick: 500, version: 2 });
  expect(change({ lot: 10, name: "Apple" })).toEqual({ ...AAPL, lot: 10, name: "Apple", version: 2 });
  expect(change({ tick: 1 })).toEqual({ reason: "invalid", field: "tick" });
});

test("MD-114: the price source changes alone, and an instrument without one is priced by its own book", () => {
  const feed = changedInstrument(AAPL, { kind: "change", symbol: "AAPL", priceSource: "feed" }, 1);
  expect(feed).toEqual({ ...AAPL, priceSource: "feed", version: 1 });
  if ("reason" in feed) return;
  const coarser = changedInstrument(feed, { kind: "change", symbol: "AAPL", tick: 500 }, 2);
  expect(coarser).toEqual({ ...AAPL, priceSource: "feed", tick: 500, version: 2 });
  const own = changedInstrument(feed, { kind: "change", symbol: "AAPL", priceSource: "own" }, 3);
  expect(own).toEqual({ ...AAPL, version: 3 });
  expect(Object.keys(own)).not.toContain("priceSource");
});
