import { describe, expect, test } from "vitest";
import type { BookCommand } from "../../domain/matching/messages.ts";
import { applyCommand, applyEntry, newBook } from "../../domain/matching/orderBook.ts";
import type { MarketEntry } from "../../domain/market/phase.ts";
import { auctionOf, liveViews, marketView } from "./views.ts";

const CLOSE = Date.parse("2026-11-20T16:00:00-05:00");
const MINUTE = 60_000;

/** A market in regular hours, somewhat more than ten minutes before the close. */
function market() {
  const state = newBook("AAPL");
  const now = CLOSE - 11 * MINUTE;
  const out = { report: () => undefined, trade: () => undefined };
  const tell = (entry: MarketEntry) => applyEntry(state, entry, now, out);
  const send = (owner: string, orderId: string, changes: Partial<BookCommand & { kind: "new" }>) => {
    const plain = { kind: "new", orderId, side: "buy", price: 1_000_000, qty: 2_000_000 } as const;
    const rest = { timeInForce: "gtc", market: false, expiresAt: null } as const;
    applyCommand(state, owner, { ...plain, ...rest, ...changes }, now, out);
  };
  tell({ kind: "phase", phase: "continuous", session: "regular", until: CLOSE });
  return { state, tell, send, now };
}

describe("MD-32: the published auction", () => {
  test("is the closing one from ten minutes before the close, during continuous trading", () => {
    const { state, send } = market();
    send("ann", "b", { timeInForce: "cls" });
    send("bob", "s", { timeInForce: "cls", side: "sell", qty: 1_000_000 });
    expect(auctionOf(state, CLOSE - 10 * MINUTE - 1)).toBeNull();
    expect(auctionOf(state, CLOSE - 10 * MINUTE)).toMatchObject({
      price: 1_000_000,
      paired: 1_000_000,
      imbalance: 1_000_000,
      imbalanceSide: "buy",
    });
  });

  test("is the current one, also in a halt, and none in a closed market", () => {
    const { state, tell, send, now } = market();
    send("ann", "b", {});
    tell({ kind: "halt", reason: "manual", until: null });
    send("bob", "s", { side: "sell" });
    expect(auctionOf(state, now)).toMatchObject({ price: 1_000_000, paired: 2_000_000, imbalanceSide: null });
    tell({ kind: "phase", phase: "closed", session: "closed", until: null });
    expect(auctionOf(state, now)).toBeNull();
  });
});

test("MD-30: the phase of a market around the clock starts with the trading day, that of a scheduled market at its time", () => {
  const now = Date.parse("2026-11-20T15:00:00Z");
  expect(marketView(newBook("BTC/USD"), now).status.since).toBe(Date.parse("2026-11-19T20:00:00-05:00"));
  const { state, now: began } = market();
  expect(marketView(state, CLOSE).status.since).toBe(began);
});

test("MD-35: the view of a market counts all orders, untriggered ones too, and their accounts", () => {
  const { state, send, now } = market();
  send("ann", "rests", {});
  send("ann", "waits", { trigger: { kind: "trail", amount: 50_000 }, market: true });
  send("bob", "hidden", { display: 0, price: 990_000 });
  expect(marketView(state, now)).toMatchObject({ symbol: "AAPL", orders: 3, accounts: 2, luldTier: null, last: null });
  expect(liveViews(state, ["waits", "gone", "rests"])).toEqual([
    { orderId: "waits", stopPrice: 2_730_000, best: 2_680_000, leaves: 2_000_000 },
    { orderId: "rests", stopPrice: null, best: null, leaves: 2_000_000 },
  ]);
});
