import { SEEDED } from "../../market/listing.ts";
import { describe, expect, test } from "vitest";
import { wireError } from "../../../protocol/errors/catalogue.ts";
import { applyEntry } from "../apply.ts";
import { decideSubmit } from "./decide.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import { refusedByLimit } from "./priceLimit.ts";
import { applyReport } from "../orders/reports.ts";
import { fundedAccount, orderWith, recorder, ticketWith } from "../testing.ts";
import { validateOrder } from "./validateOrder.ts";
import type { OrderTicket } from "./ticket.ts";

const HOURS = { now: 5, session: "always", expiry: () => null, accepts: () => true } as const;

/** The outcome of deciding a ticket: the refusal's reason and bound, or the command. */
function decided(changes: Partial<OrderTicket>) {
  const state = fundedAccount("a", 10 ** 12, { AAPL: 10 ** 9 });
  const out = recorder();
  const ticket = ticketWith(changes);
  const market = { marketPrice: 2_680_000, lastPrice: 2_680_000 };
  const facts = { ...market, known: () => undefined, order: () => undefined, orderId: "o", hours: HOURS, late: false };
  const { entries, outcome } = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, NO_ORIGIN);
  for (const entry of entries) applyEntry(state, entry, 5, out);
  if (!outcome.ok) return outcome.refusal.reason === "price_limit" ? outcome.refusal : outcome.refusal.reason;
  return out.commands.map(({ command }) => command);
}

describe("OB-38: an order's limit", () => {
  test("is sent to the book with the price limit of its instrument", () => {
    expect(decided({ limitPrice: "100" })).toMatchObject([{ price: 1_000_000, within: 5_000 }]);
  });

  test("that the book refuses rejects the order, releases its hold, and gives a refusal with the prices", () => {
    const state = fundedAccount("a", 100_000_000, {});
    const out = recorder();
    const order = orderWith("o", { limitPrice: 9_000_000, within: 5_000, rules: 2 });
    applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, 5, out);
    applyReport(state, { kind: "accepted", orderId: "o", at: 6 }, 6, out);
    const closed = { kind: "closed", cause: "canceled", reason: "price_limit", reference: 2_680_000 } as const;
    applyReport(state, { ...closed, orderId: "o", at: 6 }, 6, out);
    expect(out.closedOrders).toMatchObject([{ id: "o", status: "rejected", canceledAt: null }]);
    expect(out.updates.map(({ event }) => event)).toEqual(["pending_new", "new", "rejected"]);
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 0, available: 100_000_000 });
    const [last] = out.closedOrders;
    const refusal = last === undefined ? null : refusedByLimit(last, SEEDED);
    expect(refusal).toMatchObject({ reference: 2_680_000, bound: 4_020_000, price: 9_000_000 });
    expect(refusal === null ? null : wireError(refusal)).toMatchObject({
      status: 422,
      body: { reason: "price_limit", price: "900", reference_price: "268", price_bound: "402" },
    });
  });
});

describe("OB-38: the limit of a stop-limit order is compared with its stop price", () => {
  const stopLimit = (side: string, stopPrice: string, limitPrice: string) =>
    decided({ side, type: "stop_limit", stopPrice, limitPrice });

  test.each([
    ["buy", "300", "450", null],
    ["buy", "300", "450.01", 4_500_000],
    ["sell", "200", "100", null],
    ["sell", "200", "99.99", 1_000_000],
    ["buy", "300", "1", null],
  ])("a %s at %s with the limit %s", (side, stop, limit, bound) => {
    const answer = stopLimit(side, stop, limit);
    if (bound === null) expect(answer).toMatchObject([{ kind: "new" }]);
    else expect(answer).toMatchObject({ reason: "price_limit", field: "limit_price", bound });
  });

  test("also that of an exit", () => {
    const exits = { takeProfit: { limitPrice: "300" }, stopLoss: { stopPrice: "200", limitPrice: "99" } };
    expect(decided({ orderClass: "bracket", limitPrice: "250", ...exits })).toMatchObject({
      reason: "price_limit",
      field: "stop_loss.limit_price",
      bound: 1_000_000,
    });
  });
});
