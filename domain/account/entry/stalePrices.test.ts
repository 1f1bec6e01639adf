import { expect, test } from "vitest";
import type { MarketPrices } from "../../market/marketPrices.ts";
import { SEEDED } from "../../market/listing.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { fundedAccount, ticketWith } from "../testing.ts";
import { decideSubmit } from "./decide.ts";
import type { OrderTicket } from "./ticket.ts";
import { validateOrder } from "./validateOrder.ts";

const HOURS = { now: 5, session: "always", expiry: () => null, accepts: () => true } as const;
const LIVE: MarketPrices = { marketPrice: 2_990_000, lastPrice: 3_000_000 };
const STALE: MarketPrices = { ...LIVE, stale: true };

function submit(changes: Partial<OrderTicket>, prices: MarketPrices): string {
  const state = fundedAccount("a", 1_000_000_000, { AAPL: 100_000_000 });
  const ticket = ticketWith({ timeInForce: "gtc", limitPrice: null, ...changes });
  const known = { known: () => undefined, order: () => undefined, hours: HOURS, late: false, orderId: "o1" };
  const { outcome } = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), { ...prices, ...known }, NO_ORIGIN);
  return outcome.ok ? "ok" : outcome.refusal.reason;
}

test.each<[string, Partial<OrderTicket>]>([
  ["a market order", { type: "market" }],
  ["a market order by value", { type: "market", timeInForce: "day", qty: null, notional: "100" }],
  ["a stop", { type: "stop", stopPrice: "313" }],
  ["a touch order", { type: "market_if_touched", stopPrice: "290" }],
  ["a trailing stop", { type: "trailing_stop", trailPercent: "1" }],
])("MD-117: %s is refused while the prices are stale, and accepted otherwise", (_name, changes) => {
  expect(submit(changes, STALE)).toBe("feed_stale");
  expect(submit(changes, LIVE)).toBe("ok");
});

test.each<[string, Partial<OrderTicket>]>([
  ["a limit order", { type: "limit", limitPrice: "300" }],
  ["a stop limit", { type: "stop_limit", limitPrice: "314", stopPrice: "313" }],
  [
    "a bracket with a limit",
    {
      limitPrice: "300",
      orderClass: "bracket",
      takeProfit: { limitPrice: "330" },
      stopLoss: { stopPrice: "280", limitPrice: null },
    },
  ],
])("MD-117: %s is accepted while the prices are stale", (_name, changes) => {
  expect(submit(changes, STALE)).toBe("ok");
});
