import { expect, test } from "vitest";
import type { Order } from "../account/order.ts";
import { proposalOf } from "./proposal.ts";
import { EMPTY_FORM, formOfOrder, type TicketForm } from "./ticketForm.ts";

const LIMIT: TicketForm = { ...EMPTY_FORM, type: "limit", amount: "10", limitPrice: "190.5" };
const OPEN = {
  id: "order-1",
  symbol: "AAPL",
  side: "sell",
  type: "limit",
  time_in_force: "day",
  notional: null,
  qty: "10",
  limit_price: "190.5",
  stop_price: null,
  trail_price: null,
  trail_percent: null,
  expires_at: null,
  extended_hours: false,
} as Order;

test("UI-167: a question holds the order that it shows, with its symbol and its account", () => {
  expect(proposalOf(LIMIT, "AAPL", null, "live")).toEqual({
    text: "Buy 10 AAPL, limit 190.5, day",
    account: "live",
    symbol: "AAPL",
    side: "buy",
    amount: "10",
    act: {
      kind: "place",
      request: {
        symbol: "AAPL",
        side: "buy",
        type: "limit",
        time_in_force: "day",
        qty: "10",
        limit_price: "190.5",
      },
    },
  });
});

test("UI-167: a question about a replace holds the open order and its change, whatever symbol the ticket shows", () => {
  const form = { ...formOfOrder(OPEN), limitPrice: "191" };
  expect(proposalOf(form, "TSLA", OPEN, "live")).toMatchObject({
    text: "Sell 10 AAPL, limit 191, day",
    symbol: "AAPL",
    side: "sell",
    act: { kind: "replace", order: OPEN, change: { limit_price: "191" } },
  });
  expect(proposalOf(formOfOrder(OPEN), "AAPL", OPEN, "live")).toBeNull();
});
