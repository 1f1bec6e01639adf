import { SEEDED } from "../../domain/market/listing.ts";
import { expect, test } from "vitest";
import { readAssetFilter } from "./assets.ts";
import { readOrderFilter } from "./orderQuery.ts";

const DEFAULT = {
  status: "open",
  limit: 50,
  after: null,
  until: null,
  afterMicros: null,
  untilMicros: null,
  knownIds: true,
  direction: "desc",
  symbols: null,
  side: null,
  beforeOrderId: null,
  afterOrderId: null,
  nested: false,
};

function orders(query: string): unknown {
  return readOrderFilter(new URLSearchParams(query), SEEDED);
}

const NOON = Date.parse("2026-11-20T12:00:00Z");
/** Noon, and a part of a second after it. */
const after = (micros = 0) => ({ after: NOON + Math.floor(micros / 1_000), afterMicros: NOON * 1_000 + micros });
const until = (micros = 0) => ({ until: NOON + Math.ceil(micros / 1_000), untilMicros: NOON * 1_000 + micros });
const ID = "5a8f2d0e-1b2c-4d3e-8f90-0123456789ab";

const READ: readonly [string, Record<string, unknown>][] = [
  ["", {}],
  ["status=&limit=&symbols=&nested=", {}],
  ["nested=True", { nested: true }],
  ["nested=false", { nested: false }],
  ["status=all&limit=500&direction=asc&side=sell", { status: "all", limit: 500, direction: "asc", side: "sell" }],
  ["after=2026-11-20T12:00:00Z", after()],
  ["after=2026-11-20T12:00:00.000000001Z", after()],
  ["after=2026-11-20T07:00:00-05:00", after()],
  ["after=2026-11-20T12:00:00+00:00", after()],
  ["after=2026-11-20T12:00:00%2B00:00", after()],
  ["after=2026-11-20T12:00:00", after()],
  ["until=2026-11-20", until(-12 * 3_600_000_000)],
  [
    "after=2024-02-29T12:00:00Z&after=",
    { after: Date.UTC(2024, 1, 29, 12), afterMicros: Date.UTC(2024, 1, 29, 12) * 1_000 },
  ],
  ["after=2026-11-20T12:00:00.123456Z", after(123_456)],
  ["after=2026-11-20T12:00:00.123456999Z", after(123_456)],
  ["until=2026-11-20T12:00:00.123456Z", until(123_456)],
  ["until=2026-11-20T12:00:00.123456001Z", until(123_457)],
  ["until=2026-11-20T12:00:00.9Z", until(900_000)],
  ["symbols=AAPL,BTCUSD,NOPE", { symbols: ["AAPL", "BTC/USD", "NOPE"] }],
  ["symbols=AAPL&symbols=MSFT", { symbols: ["AAPL", "MSFT"] }],
  ["asset_class=crypto", { symbols: ["BTC/USD"] }],
  ["asset_class=us_option", { symbols: [] }],
  ["asset_class=crypto&asset_class=us_equity&symbols=MSFT", { symbols: ["MSFT"] }],
  [`after_order_id=${ID}&before_order_id=${ID}`, { afterOrderId: ID, beforeOrderId: ID }],
];

test.each([
  ["dierction=asc", "dierction", "direction"],
  ["symbol=AAPL", "symbol", "symbols"],
  ["status=all&Status=open", "Status", "status"],
  ["unknown=1&limit=900", "unknown", null],
])("GW-9: an unknown parameter in ?%s is refused, not ignored", (query, name, nearest) => {
  expect(orders(query)).toEqual({ ok: false, error: { reason: "unknown_parameter", name, nearest } });
});

test.each(READ)("WS-9: the query of orders ?%s is read", (query, fields) => {
  expect(orders(query)).toEqual({ ok: true, value: { ...DEFAULT, ...fields } });
});

const REFUSED: readonly [string, string, string][] = [
  ["limit=0", "limit", "1 to 500"],
  ["limit=501", "limit", "1 to 500"],
  ["limit=-1", "limit", "1 to 500"],
  ["limit=1e2", "limit", "1 to 500"],
  ["limit=99999999999999999999", "limit", "1 to 500"],
  ["status=pending", "status", "open, closed or all"],
  ["direction=up", "direction", "asc or desc"],
  ["side=hold", "side", "buy or sell"],
  ["after=yesterday", "after", "a date or an RFC 3339 time"],
  ...["until=2026-13-45", "until=2026-02-30", "until=2025-02-29", "until=2026-04-31T00:00:00Z", "until=2026-00-10"].map(
    (query): [string, string, string] => [query, "until", "a date or an RFC 3339 time"],
  ),
  ["after=2026-02-30", "after", "a date or an RFC 3339 time"],
  ["after=2026-11-20T24:00:00Z", "after", "a date or an RFC 3339 time"],
  ["after=2026-11-20T12:60:00Z", "after", "a date or an RFC 3339 time"],
  ["after=2026-11-20T12:00:60Z", "after", "a date or an RFC 3339 time"],
  ["after=2026-11-20T12:00:00%2B24:00", "after", "a date or an RFC 3339 time"],
  ["after_order_id=1", "after_order_id", "an order id"],
  ["nested=yes", "nested", "true or false"],
];

test.each(REFUSED)("WS-9: the query of orders ?%s is refused", (query, parameter, expected) => {
  expect(orders(query)).toEqual({ ok: false, error: { reason: "query_invalid", parameter, expected } });
});

function assets(query: string, withEquities = false): string[] {
  const read = readAssetFilter(new URLSearchParams(query), withEquities, SEEDED);
  return read.ok ? read.value.map(({ symbol }) => symbol) : [];
}

test("WS-9: assets are the active equities unless the query says otherwise", () => {
  expect(assets("")).toContain("AAPL");
  expect(assets("")).not.toContain("BTC/USD");
  expect(assets("status=active&asset_class=us_equity")).toEqual(assets(""));
  expect(assets("status=inactive")).toEqual([]);
  expect(assets("asset_class=crypto")).toEqual(["BTC/USD"]);
  expect(assets("asset_class=us_option")).toEqual([]);
  expect(assets("exchange=ARCA")).toEqual(["SPY"]);
  expect(assets("attributes=has_options")).toEqual([]);
  expect(assets("attributes=has_options,overnight_tradable")).toEqual(assets(""));
  expect(assets("attributes=fractional_eh_enabled&asset_class=crypto")).toEqual([]);
});

test("WS-9: ccxt, which asks for crypto only, gets equities as well", () => {
  expect(assets("asset_class=crypto&status=active", true)).toEqual(expect.arrayContaining(["AAPL", "BTC/USD"]));
});
