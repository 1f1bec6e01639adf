import { describe, expect, test } from "vitest";
import { SEEDED } from "../../market/listing.ts";
import { sessionRules } from "../../market/sessionRules.ts";
import { exactValue, walk } from "../../risk/walk.ts";
import { requireInstrument } from "../../market/listing.ts";
import { applyEntry } from "../apply.ts";
import { decideFeePlan } from "../fees/feePlanEntry.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import { applyReport } from "../orders/reports.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { saveAccount } from "../state/save.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import { decideSubmit } from "./decide.ts";
import { type BookDepth, previewOrder } from "./preview.ts";
import type { OrderTicket } from "./ticket.ts";
import { validateOrder } from "./validateOrder.ts";

const NOW = Date.UTC(2026, 10, 24, 17);
const SHARE = 1_000_000;
const level = (price: number, shares: number) => ({ price: price * 10_000, qty: shares * SHARE });
const DEPTH = { bids: [level(99, 1), level(98, 2)], asks: [level(100, 1), level(101, 2), level(110, 5)] };

function account(plan: "zero" | "maker_taker" = "zero", cash = 1_000) {
  const state = fundedAccount("a", cash * 10_000, { AAPL: 5 * SHARE });
  const out = recorder();
  for (const entry of decideFeePlan(state, plan, { by: "admin" }, NO_ORIGIN).entries)
    applyEntry(state, entry, NOW, out);
  const factsOf = (side: string, calendar: "always" | "us_equities") => {
    const [bid, ask] = [990_000, 1_000_000];
    const market = { marketPrice: side === "buy" ? ask : bid, lastPrice: 995_000 };
    return { ...market, hours: sessionRules(calendar, NOW), orderId: "o" };
  };
  const preview = (
    changes: Partial<OrderTicket>,
    calendar: "always" | "us_equities" = "always",
    depth: BookDepth = DEPTH,
  ) => {
    const ticket = ticketWith(changes);
    return previewOrder(state, validateOrder(ticket, SEEDED), factsOf(ticket.side, calendar), depth);
  };
  /** The buying power after the order is accepted and has traded as its preview says. */
  const traded = (changes: Partial<OrderTicket>) => {
    const { estimate } = preview(changes);
    const ticket = ticketWith(changes);
    const facts = { ...factsOf(ticket.side, "always"), known: () => undefined, order: () => undefined, late: false };
    const { entries, outcome } = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, NO_ORIGIN);
    if (!outcome.ok || estimate === null) throw new Error("refused");
    for (const entry of entries) applyEntry(state, entry, NOW, out);
    for (const [index, { price, qty }] of estimate.fills.entries()) {
      const fill = { kind: "fill", orderId: "o", tradeId: index, price, qty, liquidity: "taker", at: NOW } as const;
      applyReport(state, fill, NOW, out);
    }
    const left = state.open.get("o");
    const rests = ticket.type === "limit" && ticket.timeInForce !== "ioc";
    if (left !== undefined && !rests)
      applyReport(state, { kind: "closed", orderId: "o", cause: "canceled", at: NOW }, NOW, out);
    return { estimate, available: balances(state.ledger, CASH).available };
  };
  return { state, preview, traded };
}

const market = (qty: string, side = "buy") => ({ side, type: "market", limitPrice: null, qty, timeInForce: "day" });

describe("RK-12: the preview of an order", () => {
  test("walks the displayed levels to its worst price, and no further", () => {
    const { preview } = account();
    expect(preview(market("2")).estimate).toMatchObject({
      fills: [level(100, 1), level(101, 1)],
      filledQty: 2 * SHARE,
      value: 2_010_000,
      slippageValue: BigInt(10_000) * BigInt(SHARE),
    });
    // The collar of a market order ends below 110.
    const large = preview(market("4"));
    expect(large.estimate?.filledQty).toBe(3 * SHARE);
    expect(large.warnings).toEqual([{ kind: "not_filled_at_once", leaves: SHARE }]);
    const nothing = preview({ ...market("1"), qty: null, notional: "50" }, "always", { bids: [], asks: [] });
    expect(nothing.warnings).toEqual([{ kind: "not_filled_at_once", leaves: null }]);
    expect(preview({ limitPrice: "99" })).toMatchObject({ estimate: { fills: [], filledQty: 0, value: 990_000 } });
    expect(preview({ ...market("2", "sell") }).estimate).toMatchObject({
      fills: [level(99, 1), level(98, 1)],
      value: 1_970_000,
      slippageValue: BigInt(10_000) * BigInt(SHARE),
    });
  });

  test.each<[string, Partial<OrderTicket>]>([
    ["a market buy", market("3")],
    ["a limit buy that rests in part", { qty: "2", limitPrice: "100" }],
    ["a limit buy that only rests", { qty: "2", limitPrice: "90" }],
    ["an immediate buy", { qty: "2", limitPrice: "100", timeInForce: "ioc" }],
    ["a market sell", market("3", "sell")],
    ["a notional", { ...market("1"), qty: null, notional: "150" }],
  ])("says the buying power that is left after %s, with fees and without", (_, changes) => {
    for (const plan of ["zero", "maker_taker"] as const) {
      const { estimate, available } = account(plan).traded(changes);
      expect(estimate.buyingPowerAfter, plan).toBe(available);
      expect(estimate.fee > 0).toBe(plan === "maker_taker" && estimate.fills.length > 0);
    }
  });

  test("names every rule that would refuse it, with the largest size that would pass, and changes nothing", () => {
    const { state, preview } = account("zero", 150);
    const changes = { suspendTrade: true, fractionalTrading: false };
    applyEntry(state, { kind: "settings_changed", changes, origin: NO_ORIGIN }, NOW, recorder());
    const before = JSON.stringify(saveAccount(state));
    const { refusals } = preview({ qty: "2.5", limitPrice: "100" });
    expect(refusals.map(({ rule }) => rule)).toEqual(["suspended", "fractional", "hold"]);
    expect(refusals.at(-1)?.refusal).toMatchObject({ largest: { symbol: "AAPL", qty: 1.5 * SHARE } });
    expect(JSON.stringify(saveAccount(state))).toBe(before);
  });

  test("has the refusal of a ticket that is no order, and of a book that does not answer", () => {
    const { state, preview } = account();
    expect(preview({ side: "up" })).toMatchObject({
      symbol: null,
      refusals: [{ rule: "ticket", refusal: { reason: "invalid_side" } }],
      estimate: null,
    });
    const read = validateOrder(ticketWith({}), SEEDED);
    const facts = { marketPrice: null, lastPrice: null, hours: sessionRules("always", NOW), orderId: "o" };
    expect(previewOrder(state, read, facts, null).refusals).toEqual([
      { rule: "book", refusal: { reason: "book_unavailable" } },
    ]);
  });

  test("has no estimate of what is worth more than can be written exactly", () => {
    const { preview } = account();
    const price = 10 ** 10;
    const bids = Array.from({ length: 20 }, (_, step) => ({ price: price - step, qty: 10 ** 11 }));
    const sell = { side: "sell", qty: "1000000", limitPrice: "0.01" };
    const rich = preview(sell, "always", { bids, asks: [] });
    expect(rich.estimate).toBeNull();
    expect(rich.refusals).toMatchObject([{ rule: "hold", refusal: { reason: "insufficient_qty" } }]);
    expect(preview(sell, "always", { bids: bids.slice(0, 2), asks: [] }).estimate).not.toBeNull();
  });

  test("says what an order waits for", () => {
    const { preview } = account();
    const stop = { type: "stop", limitPrice: null, stopPrice: "120" };
    expect(preview(stop).warnings).toEqual([{ kind: "waits_for_trigger" }]);
    expect(preview({ qty: "1", limitPrice: "100", timeInForce: "opg" }, "us_equities").warnings).toEqual([
      { kind: "waits_for_session" },
    ]);
  });
});

test("RK-12: a notional trades whole lots within its cash", () => {
  const asset = requireInstrument("AAPL");
  const fills = walk(DEPTH.asks, { side: "buy", qty: 10 ** 12, cash: 1_505_000, bound: 1_040_000 }, asset);
  expect(fills).toEqual([level(100, 1), { price: 1_010_000, qty: 500_000 }]);
  expect(exactValue(fills)).toBe(1_505_000n * BigInt(SHARE));
});
