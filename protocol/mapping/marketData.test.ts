import { describe, expect, it } from "vitest";
import { wireError } from "../errors/catalogue.ts";
import {
  levelsToWire,
  quoteToWire,
  readBookQuery,
  readLatestQuery,
  readNewestQuery,
  restingToWire,
  tradeToWire,
} from "./marketData.ts";

const query = (text: string): URLSearchParams => new URLSearchParams(text);
const at = Date.UTC(2026, 10, 20, 15, 0, 0, 5);
const t = "2026-11-20T15:00:00.005Z";

describe("queries", () => {
  it("reads each name once; the list of instruments resolves it", () => {
    const value = { symbols: ["AAPL", "BTCUSD", "NOPE", "BTC/USD"] };
    expect(readLatestQuery(query("symbols=AAPL,BTCUSD,NOPE&symbols=AAPL,BTC%2FUSD"))).toEqual({ ok: true, value });
  });

  const many = (count: number): string => Array.from({ length: count }, (_, i) => `S${i}`).join();

  it("MD-38: reads 2,000 symbols, with spaces between them, and every feed of Alpaca", () => {
    const read = readLatestQuery(query(`symbols=${many(2_000)}&feed=delayed_sip&currency=USD&unknown=1`));
    expect(read).toMatchObject({ ok: true, value: { feed: "delayed_sip" } });
    expect(read.ok && read.value.symbols).toHaveLength(2_000);
    expect(readLatestQuery(query("symbols=AAPL,+BRK.B,"))).toMatchObject({ value: { symbols: ["AAPL", "BRK.B"] } });
  });

  it.each([
    ["", "symbols is required"],
    ["symbols=", "symbols is required"],
    ["symbols=,", "symbols is required"],
    [`symbols=${many(2_001)}`, "too many symbols: no more than 2000"],
    ["symbols=AAPL,A$PL", "invalid symbol: A$PL"],
    ["symbols=__proto__", "invalid symbol: __proto__"],
    [`symbols=${"A".repeat(200)}`, `invalid symbol: ${"A".repeat(64)}`],
    ["symbols=AAPL&feed=foo", "invalid feed: foo"],
    ["symbols=AAPL&feed=iex,sip", "invalid feed: iex,sip"],
    ["symbols=AAPL&currency=EUR", "invalid currency: EUR"],
  ])("MD-38: refuses %.40j with 400 in Alpaca's words", (text, detail) => {
    const read = readLatestQuery(query(text));
    expect(read).toEqual({ ok: false, error: { reason: "data_query_invalid", detail } });
    if (!read.ok) expect(wireError(read.error)).toMatchObject({ status: 400, body: { message: detail } });
  });

  it("MD-38: reads the path of one symbol and its feed by the same rules", () => {
    expect(readNewestQuery("BTC/USD", query("feed=iex"))).toEqual({ ok: true, value: { feed: "iex" } });
    const refused = (detail: string) => ({ ok: false, error: { reason: "data_query_invalid", detail } });
    expect(readNewestQuery("A A", query(""))).toEqual(refused("invalid symbol: A A"));
    expect(readNewestQuery("AAPL", query("feed=foo"))).toEqual(refused("invalid feed: foo"));
  });

  it("reads levels and view, with their defaults", () => {
    expect(readBookQuery(query(""))).toEqual({ ok: true, value: { levels: 50, view: "levels" } });
    expect(readBookQuery(query("levels=500&view=orders"))).toEqual({
      ok: true,
      value: { levels: 500, view: "orders" },
    });
  });

  it.each(["levels=0", "levels=501", "levels=-1", "levels=1.5", "levels=x", "view=all"])("WS-2: refuses %s", (text) => {
    expect(readBookQuery(query(text))).toMatchObject({ ok: false, error: { reason: "query_invalid" } });
  });
});

describe("answers", () => {
  const bid = { price: 2_685_050, qty: 1_500_000 };
  const last = { price: 2_685_100, qty: 250_000, tradeId: 9, at };
  const top = { symbol: "AAPL", bid, ask: null, last, sequence: 4, at };

  it("MD-4: a quote and a trade have Alpaca's fields, numbers and RFC 3339 times", () => {
    expect(quoteToWire(top)).toEqual({
      t,
      bx: "V",
      bp: 268.505,
      bs: 1.5,
      ax: "V",
      ap: 0,
      as: 0,
      c: ["R"],
      z: "C",
    });
    expect(tradeToWire(top)).toEqual({ t, x: "V", p: 268.51, s: 0.25, c: ["@", "I"], i: 9, z: "C" });
  });

  it("an empty book has no quote, and a book without trades no trade", () => {
    expect(quoteToWire({ ...top, bid: null })).toBeNull();
    expect(tradeToWire({ ...top, last: null })).toBeNull();
    expect(wireError({ reason: "no_market_data", kind: "quote", symbol: "F" })).toEqual({
      status: 404,
      body: { code: 40410000, message: "no quote found for F", reason: "no_market_data" },
    });
    expect(wireError({ reason: "symbol_not_found", symbol: "X" }).body.message).toBe("symbol not found: X");
  });

  it("depth is exact decimal strings", () => {
    expect(levelsToWire("BTC/USD", [{ price: 2_360_000, qty: 1 }])).toEqual([["236", "0.00000001"]]);
    expect(restingToWire("AAPL", [{ ref: 17, ...bid }])).toEqual([[17, "268.505", "1.5"]]);
  });
});
