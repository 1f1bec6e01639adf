import { addOpen } from "../state/openOrders.ts";
import { SEEDED } from "../../market/listing.ts";
import { describe, expect, test } from "vitest";
import type { NewOrderCommand } from "../../matching/messages.ts";
import { applyEntry } from "../apply.ts";
import type { AccountState } from "../state/accountState.ts";
import { decideSubmit } from "./decide.ts";
import { decideReplace } from "./decideReplace.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { validateReplace } from "./validateReplace.ts";
import type { Order } from "../state/order.ts";
import type { Outcome } from "./refusal.ts";
import { applyReport } from "../orders/reports.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import { validateOrder } from "./validateOrder.ts";
import type { OrderTicket, ReplaceTicket } from "./ticket.ts";

const HOURS = { now: 5, session: "always", expiry: () => null, accepts: () => true } as const;
const FACTS = { marketPrice: 1_000_000, lastPrice: 1_000_000, hours: HOURS, late: false };
const NO_CHANGE: ReplaceTicket = {
  qty: null,
  limitPrice: null,
  stopPrice: null,
  trail: null,
  timeInForce: null,
  clientOrderId: null,
  goodTil: null,
};
const MODE = { instructions: { selfTrade: "cancel_newest" } } as const;

const limit = (side: string, limitPrice: string): Partial<OrderTicket> => ({ side, limitPrice });
const market = (side: string): Partial<OrderTicket> => ({ side, type: "market", limitPrice: null });
const stop = (side: string, stopPrice: string): Partial<OrderTicket> => ({
  side,
  type: "stop",
  limitPrice: null,
  stopPrice,
});
const bracket = (limitPrice: string): Partial<OrderTicket> => ({
  orderClass: "bracket",
  limitPrice,
  takeProfit: { limitPrice: "120" },
  stopLoss: { stopPrice: "80", limitPrice: null },
});
const oco = (limitPrice: string): Partial<OrderTicket> => ({
  side: "sell",
  orderClass: "oco",
  limitPrice,
  takeProfit: { limitPrice },
  stopLoss: { stopPrice: "80", limitPrice: null },
});

function account() {
  const state = fundedAccount("a", 1_000_000_000, { AAPL: 100_000_000, MSFT: 100_000_000 });
  const out = recorder();
  /** The outcome of an order. An accepted order is in the book, unless it `waits`. */
  const submit = (changes: Partial<OrderTicket>, waiting?: "auction" | "session" | "trigger") => {
    const ticket = ticketWith(changes);
    const facts = { ...FACTS, known: () => undefined, order: () => undefined, orderId: `o${state.nextSequence}` };
    const { entries, outcome } = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, NO_ORIGIN);
    for (const entry of entries) applyEntry(state, entry, 5, out);
    if (outcome.ok) {
      const wait = waiting === undefined ? {} : { waiting };
      applyReport(state, { kind: "accepted", orderId: outcome.value, at: 5, ...wait }, 5, out);
    }
    return wordsOf(outcome);
  };
  /** The outcome of a replace. The book applies it if it `reaches` the book. */
  const replace = (orderId: string, changes: Partial<ReplaceTicket>, reaches = false) => {
    const order = state.open.get(orderId);
    const ticket = { ...NO_CHANGE, ...changes };
    const facts = { ...FACTS, known: () => undefined, order, newOrderId: `n${orderId.slice(1)}`, instruments: SEEDED };
    const read = (old: Order) => validateReplace(old, ticket, SEEDED);
    const { entries, outcome } = decideReplace(state, orderId, ticket, read, facts, NO_ORIGIN);
    if (reaches && outcome.ok) {
      for (const entry of entries) applyEntry(state, entry, 5, out);
      applyReport(state, { kind: "replaced", orderId, newOrderId: outcome.value, at: 5 }, 5, out);
    }
    return wordsOf(outcome);
  };
  const command = () => out.commands.at(-1)?.command as NewOrderCommand;
  return { state, out, submit, replace, command };
}

function wordsOf(outcome: Outcome<string>): string {
  if (outcome.ok) return "ok";
  const { refusal } = outcome;
  return refusal.reason === "wash_trade" ? `${refusal.existing} ${refusal.existingOrderId}` : refusal.reason;
}

describe("AC-42: an order that could trade with an open order of the same account is refused", () => {
  test.each<[string, Partial<OrderTicket>, Partial<OrderTicket>, string]>([
    ["a buy at a resting sell's price", limit("sell", "100"), limit("buy", "100"), "limit o1"],
    ["a buy above it", limit("sell", "100"), limit("buy", "100.01"), "limit o1"],
    ["a buy below it is taken", limit("sell", "100"), limit("buy", "99.99"), "ok"],
    ["a sell at a resting buy's price", limit("buy", "100"), limit("sell", "100"), "limit o1"],
    ["a sell above it is taken", limit("buy", "100"), limit("sell", "100.01"), "ok"],
    ["a market order against any resting one", limit("sell", "500"), market("buy"), "limit o1"],
    ["a limit against an open stop", stop("sell", "90"), limit("buy", "95"), "market o1"],
    ["a stop against an open stop", stop("sell", "90"), stop("buy", "110"), "market o1"],
    [
      "a stop limit by its limit",
      limit("sell", "100"),
      { ...stop("buy", "101"), type: "stop_limit", limitPrice: "100" },
      "limit o1",
    ],
    ["the same side is taken", limit("buy", "100"), limit("buy", "110"), "ok"],
    ["another symbol is taken", { ...limit("sell", "100"), symbol: "MSFT" }, limit("buy", "100"), "ok"],
  ])("%s", (_name, open, next, answer) => {
    const { submit } = account();
    expect(submit(open)).toBe("ok");
    expect(submit(next)).toBe(answer);
  });

  test("an order without a limit that waits for its auction", () => {
    const { submit } = account();
    expect(submit({ ...market("sell"), timeInForce: "day" }, "auction")).toBe("ok");
    expect(submit(limit("buy", "1"))).toBe("market o1");
  });

  test("a replace that would cross an own order, and not one that moves away from it", () => {
    const { out, submit, replace } = account();
    submit(limit("sell", "100"));
    submit(limit("buy", "90"));
    expect(out.commands).toHaveLength(2);
    const asked = [{ limitPrice: "100" }, { limitPrice: "99.99" }, { limitPrice: "91", qty: "2" }];
    expect(asked.map((changes) => replace("o2", changes))).toEqual(["limit o1", "ok", "ok"]);
  });

  test("a replace that could trade with a later order of a group gets a self-trade mode", () => {
    const { out, submit, replace } = account();
    submit(limit("sell", "110"));
    submit(bracket("100"));
    expect(replace("o1", { limitPrice: "100" }, true)).toBe("ok");
    const asked = () => out.commands.at(-1)?.command;
    expect(asked()).toMatchObject({ kind: "replace", orderId: "o1", price: 1_000_000, selfTrade: "cancel_newest" });
    // The book has the mode from now on, also after a replace that keeps the order in its queue.
    expect(replace("n1", { limitPrice: "101" }, true)).toBe("ok");
    expect(asked()).toMatchObject({ kind: "replace", orderId: "n1", selfTrade: "cancel_newest" });
  });

  test("a replace of an order with a mode, or without an opposing group, gets no implied mode", () => {
    const { out, submit, replace } = account();
    submit(limit("sell", "110"));
    submit({ ...limit("sell", "120"), ...MODE });
    replace("o1", { limitPrice: "105" }, true);
    expect(out.commands.at(-1)?.command).not.toHaveProperty("selfTrade");
    submit(bracket("100"));
    replace("o2", { limitPrice: "100" }, true);
    expect(out.commands.at(-1)?.command).not.toHaveProperty("selfTrade");
  });
});

describe("AC-42: exempt from the wash-trade check is", () => {
  test("an order with a self-trade mode, which is in its command", () => {
    const { submit, command } = account();
    submit(limit("sell", "100"));
    expect(submit({ ...limit("buy", "100"), ...MODE })).toBe("ok");
    expect(command().selfTrade).toBe("cancel_newest");
  });

  test("but not against an order without a mode that enters the book later", () => {
    const { submit } = account();
    submit(stop("sell", "90"), "trigger");
    expect(submit({ ...limit("buy", "95"), ...MODE })).toBe("market o1");
    const other = account();
    other.submit({ ...limit("sell", "90"), timeInForce: "day" }, "session");
    expect(other.submit({ ...limit("buy", "95"), ...MODE })).toBe("limit o1");
    const named = account();
    named.submit({ ...stop("sell", "90"), ...MODE }, "trigger");
    expect(named.submit({ ...limit("buy", "95"), ...MODE })).toBe("ok");
  });

  test("nor against an order that waits for the same auction", () => {
    const { state, submit } = account();
    submit({ ...limit("sell", "90"), ...MODE });
    const open = state.open.get("o1");
    if (open !== undefined) addOpen(state, { ...open, timeInForce: "cls" });
    expect(submit({ ...limit("buy", "95"), ...MODE })).toBe("limit o1");
  });

  test("an order of a group: the book prevents its self-trades, and exits have priority", () => {
    const { submit, command } = account();
    submit(limit("sell", "100"));
    expect(submit(bracket("100"))).toBe("ok");
    expect(command().selfTrade).toBe("cancel_newest");
    expect(command().legs?.map(({ selfTrade }) => selfTrade)).toEqual(["cancel_oldest", "cancel_oldest"]);
    const other = account();
    other.submit(limit("buy", "100"));
    expect(other.submit(oco("100"))).toBe("ok");
    expect(other.command().selfTrade).toBe("cancel_oldest");
    expect(other.submit(market("buy"))).toBe("ok");
    expect(other.command().selfTrade).toBe("cancel_newest");
  });

  test("a pegged order and one with a quantity condition get a mode, because they enter the book again", () => {
    const { submit, command } = account();
    submit({ ...limit("sell", "100"), instructions: { peg: { to: "mid", offset: null } } });
    expect(command().selfTrade).toBe("cancel_newest");
    expect(submit(bracket("105"))).toBe("ok");
    submit({ ...limit("buy", "90"), instructions: { allOrNone: true } });
    expect(command().selfTrade).toBe("cancel_newest");
  });

  test("a simple order without opposing orders of its account gets no implied mode", () => {
    const { submit, command } = account();
    submit(limit("sell", "100"));
    submit(limit("buy", "90"));
    expect(command()).not.toHaveProperty("selfTrade");
  });
});

test("AC-3, AC-42: the same request returns its order, whatever mode was implied", () => {
  const state: AccountState = fundedAccount("a", 1_000_000_000, {});
  const ticket = ticketWith({ ...bracket("100"), clientOrderId: "mine" });
  const known = () => state.open.get("o");
  const order = (id: string) => state.open.get(id);
  const decide = () =>
    decideSubmit(state, ticket, validateOrder(ticket, SEEDED), { ...FACTS, known, order, orderId: "o" }, NO_ORIGIN);
  for (const entry of decide().entries) applyEntry(state, entry, 5, recorder());
  expect(decide()).toEqual({ entries: [], outcome: { ok: true, value: "o" } });
});
