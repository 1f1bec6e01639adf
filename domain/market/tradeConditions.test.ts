import { describe, expect, test } from "vitest";
import { assetOf } from "./asset.ts";
import { tradeConditions } from "./tradeConditions.ts";

const AAPL = assetOf("AAPL");
const SHARE = 1_000_000;
const regular = { at: Date.parse("2026-11-20T11:00:00-05:00"), qty: 100 * SHARE, auction: false, regular: true };
const auctionAt = (time: string): string =>
  tradeConditions(AAPL, { ...regular, auction: true, at: Date.parse(time) }).join("");

describe("MD-64: conditions of a trade", () => {
  test("name extended hours and odd lots", () => {
    expect(tradeConditions(AAPL, regular)).toEqual(["@"]);
    expect(tradeConditions(AAPL, { ...regular, qty: 100 * SHARE - 1 })).toEqual(["@", "I"]);
    expect(tradeConditions(AAPL, { ...regular, regular: false })).toEqual(["@", "T"]);
    expect(tradeConditions(AAPL, { ...regular, regular: false, qty: SHARE })).toEqual(["@", "T", "I"]);
  });

  test("name the opening, the closing and any other auction", () => {
    expect(auctionAt("2026-11-20T09:30:00-05:00")).toBe("@O");
    expect(auctionAt("2026-11-20T09:40:00-05:00")).toBe("@O");
    expect(auctionAt("2026-11-20T09:40:00.001-05:00")).toBe("@5");
    expect(auctionAt("2026-11-20T16:00:00.020-05:00")).toBe("@6");
    // The day after Thanksgiving is a half day; a Saturday has no auctions.
    expect(auctionAt("2026-11-27T13:00:00-05:00")).toBe("@6");
    expect(auctionAt("2026-11-27T16:00:00-05:00")).toBe("@5");
    expect(auctionAt("2026-11-28T09:30:00-05:00")).toBe("@5");
    expect(auctionAt("2026-07-01T09:30:00-04:00")).toBe("@O");
  });

  test("are those of a regular sale for coins, and where a restarted book has forgotten the rest", () => {
    const { at } = regular;
    expect(tradeConditions(assetOf("BTC/USD"), { at, qty: 1, auction: true, regular: false })).toEqual(["@"]);
    expect(tradeConditions(AAPL, { at, qty: 100 * SHARE })).toEqual(["@"]);
  });
});
