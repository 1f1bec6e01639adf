import { expect, test } from "vitest";
import { applyEntry } from "../../domain/account/apply.ts";
import { decideSubmit } from "../../domain/account/entry/decide.ts";
import { decideReplace } from "../../domain/account/entry/decideReplace.ts";
import type { Refusal } from "../../domain/account/entry/refusal.ts";
import type { TicketLot } from "../../domain/account/entry/ticket.ts";
import { validateOrder } from "../../domain/account/entry/validateOrder.ts";
import { validateReplace } from "../../domain/account/entry/validateReplace.ts";
import { lotsOf } from "../../domain/account/lots/accountLots.ts";
import { applyReport } from "../../domain/account/orders/reports.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { NO_ORIGIN } from "../../domain/account/state/events.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { fundedAccount, orderWith, recorder, ticketWith } from "../../domain/account/testing.ts";
import { SEEDED } from "../../domain/market/listing.ts";
import { sessionRules } from "../../domain/market/sessionRules.ts";
import { transferIn } from "../../domain/portfolio/lots.ts";
import { cell, readTable, textOf } from "./table.ts";

const SHARE = 1_000_000;
const NOW = Date.UTC(2026, 10, 20, 15);
const rows = readTable(new URL("chosenLots.txt", import.meta.url));

const lotsIn = (text: string): TicketLot[] =>
  text.split(",").map((each) => {
    const [lotId = "", qty = ""] = each.split(":");
    return { lotId: Number(lotId), qty };
  });

/** An account with its lots and its open sales, `o1` and so on, which the book has accepted. */
function accountOf(open: string | null, filled: string | null): AccountState {
  const state = fundedAccount("a", 10_000_000_000, { AAPL: 10 * SHARE });
  state.lots?.clear();
  const lots = lotsOf(state.lots ?? new Map(), "AAPL");
  for (const [nth, shares] of [5, 3, 2].entries()) {
    transferIn(lots, { acquiredAt: NOW - 1_000 + nth, quantity: shares * SHARE, cost: shares * 1_000_000 });
  }
  const out = recorder();
  for (const [nth, text] of (open?.split("+") ?? []).entries()) {
    const chosen = lotsIn(text).map(({ lotId, qty }) => ({ lotId, quantity: Number(qty) * SHARE }));
    const qty = chosen.reduce((sum, { quantity }) => sum + quantity, 0);
    const [orderId, at] = [`o${nth + 1}`, NOW];
    const order = orderWith(orderId, { side: "sell", qty, lots: chosen });
    applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, NOW, out);
    applyReport(state, { kind: "accepted", orderId, at }, NOW, out);
    if (nth > 0 || filled === null) continue;
    const fill = { tradeId: 1, price: 1_000_000, qty: Number(filled) * SHARE, liquidity: "maker", at } as const;
    applyReport(state, { kind: "fill", orderId, ...fill }, NOW, out);
  }
  return state;
}

test.each(rows.map((row) => [row.at, row] as const))("PF-16, RK-15: %s", (_, row) => {
  const state = accountOf(textOf(cell(row, "open")), textOf(cell(row, "filled")));
  const named = textOf(cell(row, "named"));
  const lots = named === null ? {} : { lots: lotsIn(named) };
  const qty = textOf(cell(row, "qty"));
  const hours = sessionRules("always", NOW);
  const facts = { marketPrice: 1_000_000, lastPrice: 1_000_000, known: () => undefined, hours, late: false };
  const decide = () => {
    if (cell(row, "kind") === "replace") {
      const rest = { limitPrice: "101", stopPrice: null, trail: null, timeInForce: null, clientOrderId: null };
      const ticket = { ...rest, qty, goodTil: null, ...lots };
      const order = state.open.get("o1");
      const read = (old: Order) => validateReplace(old, ticket, SEEDED);
      const known = { ...facts, order, newOrderId: "next", instruments: SEEDED };
      return decideReplace(state, "o1", ticket, read, known, NO_ORIGIN);
    }
    const kind = cell(row, "class");
    const group = {
      simple: {},
      oco: {
        orderClass: "oco",
        limitPrice: null,
        takeProfit: { limitPrice: "110" },
        stopLoss: { stopPrice: "90", limitPrice: null },
      },
      notional: { type: "market", limitPrice: null, timeInForce: "day", notional: "100" },
    }[kind];
    const ticket = ticketWith({ side: cell(row, "side"), qty, ...group, ...lots });
    return decideSubmit(
      state,
      ticket,
      validateOrder(ticket, SEEDED),
      { ...facts, order: () => undefined, orderId: "next" },
      NO_ORIGIN,
    );
  };
  const { outcome } = decide();
  expect(outcome.ok ? "-" : wordsOf(outcome.refusal)).toBe(cell(row, "refused"));
});

/** A refusal as a row has it; of the rule of holds only what is available. */
function wordsOf({ reason, ...facts }: Refusal): string {
  const shown = Object.entries(facts).filter(([name]) => reason !== "insufficient_qty" || name === "available");
  return shown.length === 0
    ? reason
    : `${reason}(${shown.map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : String(value)}`).join()})`;
}
