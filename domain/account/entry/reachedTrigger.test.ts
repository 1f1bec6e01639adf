import { SEEDED } from "../../market/listing.ts";
import { describe, expect, test } from "vitest";
import { decideSubmit } from "./decide.ts";
import { decideReplace } from "./decideReplace.ts";
import { applyEntry } from "../apply.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { MarketPrices } from "../../market/marketPrices.ts";
import { validateReplace } from "./validateReplace.ts";
import type { Outcome } from "./refusal.ts";
import { applyReport } from "../orders/reports.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import { validateOrder } from "./validateOrder.ts";
import type { OrderTicket } from "./ticket.ts";

/** The last trade is at 300, between a bid of 299 and an ask of 301. */
const MARKET: MarketPrices = { marketPrice: 2_990_000, lastPrice: 3_000_000 };
const HOURS = { now: 5, session: "always", expiry: () => null, accepts: () => true } as const;

function account(prices: MarketPrices = MARKET) {
  const state = fundedAccount("a", 1_000_000_000, { AAPL: 100_000_000 });
  const out = recorder();
  const facts = { ...prices, known: () => undefined, order: () => undefined, hours: HOURS, late: false };
  const submit = (changes: Partial<OrderTicket>): string => {
    const ticket = ticketWith({ timeInForce: "gtc", limitPrice: null, ...changes });
    const { entries, outcome } = decideSubmit(
      ...([state, ticket, validateOrder(ticket, SEEDED), { ...facts, orderId: "o1" }, NO_ORIGIN] as const),
    );
    for (const entry of entries) applyEntry(state, entry, 5, out);
    return wordsOf(outcome);
  };
  const replace = (orderId: string, stopPrice: string): string => {
    const none = { qty: null, limitPrice: null, trail: null, timeInForce: null, clientOrderId: null, goodTil: null };
    const asked = { ...facts, order: state.open.get(orderId), newOrderId: "n1", instruments: SEEDED };
    const ticket = { ...none, stopPrice };
    return wordsOf(
      decideReplace(state, orderId, ticket, (old) => validateReplace(old, ticket, SEEDED), asked, NO_ORIGIN).outcome,
    );
  };
  return { state, out, submit, replace };
}

function wordsOf(outcome: Outcome<string>): string {
  if (outcome.ok) return "ok";
  const { refusal } = outcome;
  return refusal.reason === "stop_price_reached" ? `${refusal.side} ${refusal.basePrice / 10_000}` : refusal.reason;
}

const stop = (side: string, stopPrice: string): Partial<OrderTicket> => ({ side, type: "stop", stopPrice });
const touch = (side: string, stopPrice: string) => ({ ...stop(side, stopPrice), type: "market_if_touched" });
const oco = (stopPrice: string): Partial<OrderTicket> => ({
  side: "sell",
  limitPrice: "330",
  orderClass: "oco",
  takeProfit: { limitPrice: "330" },
  stopLoss: { stopPrice, limitPrice: null },
});

describe("AC-44: a trigger price that the market has reached is refused", () => {
  test.each<[string, Partial<OrderTicket>, string]>([
    ["a sell stop above it", stop("sell", "313"), "below 300"],
    ["a sell stop at it", stop("sell", "300"), "below 300"],
    ["a sell stop below it is taken", stop("sell", "299.99"), "ok"],
    ["a buy stop below it", stop("buy", "289"), "above 300"],
    ["a buy stop at it", stop("buy", "300"), "above 300"],
    ["a buy stop above it is taken", stop("buy", "300.01"), "ok"],
    ["a stop limit", { ...stop("sell", "313"), type: "stop_limit", limitPrice: "310" }, "below 300"],
    ["a touch that sells below it", touch("sell", "290"), "above 300"],
    ["a touch that buys above it", touch("buy", "310"), "below 300"],
    ["a touch that buys below it is taken", touch("buy", "290"), "ok"],
    ["the stop of an OCO", oco("305"), "below 300"],
    ["the stop of an OCO below it is taken", oco("290"), "ok"],
    ["a trailing stop begins at its distance", { side: "sell", type: "trailing_stop", trailPrice: "5" }, "ok"],
  ])("%s", (_name, asked, answer) => {
    expect(account().submit(asked)).toBe(answer);
  });

  test("compared with the opposite quote before the first trade; not checked without a price", () => {
    const untraded = account({ marketPrice: 2_990_000, lastPrice: null });
    expect([untraded.submit(stop("sell", "299.5")), untraded.submit(stop("sell", "298"))]).toEqual(["below 299", "ok"]);
    expect(account({ marketPrice: null, lastPrice: null }).submit(stop("sell", "313"))).toBe("ok");
  });

  test("in a replace as well, but not for a leg that waits for its parent", () => {
    const { state, out, submit, replace } = account();
    submit(stop("sell", "290"));
    applyReport(state, { kind: "accepted", orderId: "o1", waiting: "trigger", at: 6 }, 6, out);
    expect([replace("o1", "301"), replace("o1", "295")]).toEqual(["below 300", "ok"]);
    const held = account();
    held.submit({
      limitPrice: "320",
      orderClass: "oto",
      stopLoss: { stopPrice: "290", limitPrice: null },
    });
    const leg = [...held.state.open.values()].find(({ role }) => role === "stop_loss");
    for (const orderId of ["o1", leg?.id ?? ""]) {
      applyReport(
        held.state,
        { kind: "accepted", orderId, at: 6, ...(orderId === "o1" ? {} : { waiting: "parent" }) },
        6,
        held.out,
      );
    }
    expect(held.replace(leg?.id ?? "", "305")).toBe("ok");
  });
});
