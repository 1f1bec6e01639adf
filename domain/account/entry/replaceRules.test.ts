import { SEEDED } from "../../market/listing.ts";
import { describe, expect, test } from "vitest";
import type { BookReport } from "../../matching/messages.ts";
import { applyEntry } from "../apply.ts";
import { decideReplace } from "./decideReplace.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { newOrders } from "./newOrder.ts";
import { validateReplace } from "./validateReplace.ts";
import { applyReport } from "../orders/reports.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import { validateOrder } from "./validateOrder.ts";
import type { OrderTicket, ReplaceTicket } from "./ticket.ts";
import { sessionRules } from "../../market/sessionRules.ts";

const NOW = Date.UTC(2026, 10, 20, 15);
const HOURS = sessionRules("always", NOW);
const NOTHING = { qty: null, limitPrice: null, stopPrice: null, trail: null, timeInForce: null, goodTil: null };

/** An account with the orders of a ticket, live in the book: `order`, `profit` and `loss`. */
function setUp(ticket: Partial<OrderTicket>) {
  const state = fundedAccount("a", 1_000_000_000, { AAPL: 100_000_000 });
  const out = recorder();
  const read = validateOrder(ticketWith({ qty: "10", ...ticket }), SEEDED);
  if (!read.ok) throw new Error(read.refusal.reason);
  const { order, legs } = newOrders(read.value, "order", { marketPrice: 3_000_000, lastPrice: 3_000_000 }, HOURS);
  applyEntry(state, { kind: "accepted", order, legs, origin: NO_ORIGIN }, NOW, out);
  const report = (facts: object) => applyReport(state, { at: NOW, ...facts } as BookReport, NOW, out);
  const waits = order.orderClass === "oco" ? "trigger" : "parent";
  report({ kind: "accepted", orderId: order.id });
  for (const { id } of legs) report({ kind: "accepted", orderId: id, waiting: waits });
  const idOf = (which: string) => legs.find(({ role }) => role === which)?.id ?? order.id;
  let made = 0;
  /** The outcome of a replace: `ok` or the refusal's reason, with the field of an exit on the wrong side. */
  const replace = (
    which: "order" | "take_profit" | "stop_loss",
    asked: Partial<ReplaceTicket>,
    marketPrice?: number,
  ) => {
    const id = idOf(which);
    const raw = { ...NOTHING, clientOrderId: null, ...asked };
    const facts = {
      known: () => undefined,
      order: state.open.get(id),
      newOrderId: `next${made + 1}`,
      hours: HOURS,
      instruments: SEEDED,
      late: false,
    };
    const prices = { marketPrice: marketPrice ?? null, lastPrice: null };
    const all = { ...facts, ...prices };
    const { entries, outcome } = decideReplace(
      state,
      id,
      raw,
      (old) => validateReplace(old, raw, SEEDED),
      all,
      NO_ORIGIN,
    );
    for (const entry of entries) applyEntry(state, entry, NOW, out);
    if (outcome.ok) {
      made++;
      return "ok";
    }
    return "field" in outcome.refusal ? `${outcome.refusal.reason} ${outcome.refusal.field}` : outcome.refusal.reason;
  };
  const replaced = (which: string) => report({ kind: "replaced", orderId: idOf(which), newOrderId: `next${made}` });
  const fill = () => {
    report({ kind: "fill", orderId: "order", tradeId: 1, price: 3_000_000, qty: 10_000_000, liquidity: "maker" });
    for (const { id } of legs) report({ kind: "activated", orderId: id });
  };
  return { state, replace, replaced, fill };
}

const OCO: Partial<OrderTicket> = {
  side: "sell",
  orderClass: "oco",
  limitPrice: "330",
  takeProfit: { limitPrice: "330" },
  stopLoss: { stopPrice: "280", limitPrice: null },
};
const BRACKET: Partial<OrderTicket> = { ...OCO, side: "buy", orderClass: "bracket", limitPrice: "300" };
const PROFIT = "exit_price take_profit.limit_price";
const LOSS = "exit_price stop_loss.stop_price";

describe("AC-43: a replace is checked by the rules of a new order", () => {
  test("the exits of an OCO cannot cross, whichever of them is replaced", () => {
    expect(setUp(OCO).replace("stop_loss", { stopPrice: "340" })).toBe("exits_crossed");
    expect(setUp(OCO).replace("stop_loss", { stopPrice: "330" })).toBe("exits_crossed");
    expect(setUp(OCO).replace("stop_loss", { stopPrice: "329.99" })).toBe("ok");
    expect(setUp(OCO).replace("order", { limitPrice: "270" })).toBe("exits_crossed");
    expect(setUp(OCO).replace("order", { limitPrice: "280.01" })).toBe("ok");
  });

  test("nor by two pending replaces, nor by two replaces in sequence", () => {
    const both = setUp(OCO);
    expect(both.replace("order", { limitPrice: "300" })).toBe("ok");
    expect(both.replace("stop_loss", { stopPrice: "310" })).toBe("exits_crossed");
    expect(both.replace("stop_loss", { stopPrice: "290" })).toBe("ok");
    const after = setUp(OCO);
    after.replace("order", { limitPrice: "300" });
    after.replaced("order");
    expect(after.replace("stop_loss", { stopPrice: "310" })).toBe("exits_crossed");
    // The second replace is pending, so the first price may stay.
    const widened = setUp(OCO);
    widened.replace("order", { limitPrice: "350" });
    expect(widened.replace("stop_loss", { stopPrice: "340" })).toBe("exits_crossed");
    widened.replaced("order");
    expect(widened.replace("stop_loss", { stopPrice: "340" })).toBe("ok");
  });

  test("the price of an entry cannot pass its exits, nor an exit the price of an open entry", () => {
    expect(setUp(BRACKET).replace("order", { limitPrice: "330" })).toBe(PROFIT);
    expect(setUp(BRACKET).replace("order", { limitPrice: "280" })).toBe(LOSS);
    expect(setUp(BRACKET).replace("order", { limitPrice: "329.99" })).toBe("ok");
    expect(setUp(BRACKET).replace("take_profit", { limitPrice: "300" })).toBe(PROFIT);
    expect(setUp(BRACKET).replace("stop_loss", { stopPrice: "300" })).toBe(LOSS);
    expect(setUp(BRACKET).replace("stop_loss", { stopPrice: "299.99" })).toBe("ok");
    const stop = { ...BRACKET, type: "stop", limitPrice: null, stopPrice: "300" };
    expect(setUp(stop).replace("order", { stopPrice: "331" })).toBe(PROFIT);
    const oto = { ...BRACKET, orderClass: "oto", takeProfit: null };
    expect(setUp(oto).replace("order", { limitPrice: "279" })).toBe(LOSS);
    expect(setUp(oto).replace("stop_loss", { stopPrice: "301" })).toBe(LOSS);
  });

  test("an exit of a market entry is compared with the market price", () => {
    const market = { ...BRACKET, type: "market", limitPrice: null };
    expect(setUp(market).replace("stop_loss", { stopPrice: "310" }, 3_050_000)).toBe(LOSS);
    expect(setUp(market).replace("stop_loss", { stopPrice: "304" }, 3_050_000)).toBe("ok");
    expect(setUp(market).replace("stop_loss", { stopPrice: "331" })).toBe("exits_crossed");
  });

  test("once the entry is filled a stop loss may follow the market above it, up to the other exit", () => {
    const { replace, fill } = setUp(BRACKET);
    fill();
    expect(replace("stop_loss", { stopPrice: "320" })).toBe("ok");
    expect(setUp(BRACKET).replace("stop_loss", { stopPrice: "320" })).toBe(LOSS);
    const crossed = setUp(BRACKET);
    crossed.fill();
    expect(crossed.replace("stop_loss", { stopPrice: "335" })).toBe("exits_crossed");
    expect(crossed.replace("take_profit", { limitPrice: "279" })).toBe("exits_crossed");
  });

  test("displayed and minimum quantity stay within the order's quantity, a peg's offset on its tick", () => {
    const [shown, least] = [{ displayQty: "5" }, { minQty: "5" }];
    const above = (name: string) => `qty_above_order advanced_instructions.${name}`;
    expect(setUp({ instructions: shown }).replace("order", { qty: "4" })).toBe(above("display_qty"));
    expect(setUp({ instructions: least }).replace("order", { qty: "4.999999" })).toBe(above("min_qty"));
    expect(setUp({ instructions: shown }).replace("order", { qty: "5" })).toBe("ok");
    const peg = { limitPrice: "0.5", instructions: { peg: { to: "primary", offset: "0.0005" } } };
    expect(setUp(peg).replace("order", { limitPrice: "0.9" })).toBe("ok");
    expect(setUp(peg).replace("order", { limitPrice: "1.1" })).toBe("price_increment advanced_instructions.peg.offset");
  });
});
