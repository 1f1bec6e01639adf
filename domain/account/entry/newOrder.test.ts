import { describe, expect, test } from "vitest";
import { requireInstrument } from "../../market/listing.ts";
import type { NewOrderCommand } from "../../matching/messages.ts";
import { applyEntry } from "../apply.ts";
import { decideSubmit } from "./decide.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import { legIdOf } from "./newOrder.ts";
import type { Order } from "../state/order.ts";
import { fundedAccount, validatedOrderWith, recorder, ticketWith } from "../testing.ts";
import type { ValidatedOrder } from "./validated.ts";
import { sessionRules } from "../../market/sessionRules.ts";
import type { SessionRules } from "../../market/sessionRules.ts";

const AAPL = requireInstrument("AAPL");
const NOW = Date.UTC(2026, 10, 20, 15);

/** An account with $10,000 and ten shares, after this ticket was decided and applied. */
function submitted(
  changes: Partial<ValidatedOrder>,
  lastPrice: number | null = 1_000_000,
  hours: SessionRules = sessionRules("us_equities", NOW),
) {
  const state = fundedAccount("a", 100_000_000, { AAPL: 10_000_000 });
  const out = recorder();
  const orderOf = (id: string) => state.open.get(id);
  const known = (id: string): Order | undefined => state.open.get(state.openByClientId.get(id) ?? "");
  const submit = (ticket: ValidatedOrder) => {
    const prices = { marketPrice: lastPrice, lastPrice };
    const facts = { ...prices, known, order: orderOf, orderId: "o1", hours, late: false };
    const decision = decideSubmit(state, ticketWith({}), { ok: true, value: ticket }, facts, NO_ORIGIN);
    for (const entry of decision.entries) applyEntry(state, entry, NOW, out);
    return decision;
  };
  const ticket = validatedOrderWith({ clientOrderId: "mine", ...changes });
  const { outcome } = submit(ticket);
  const commands = out.commands.map(({ command }) => command as NewOrderCommand);
  return { state, out, outcome, commands, again: (other: Partial<ValidatedOrder>) => submit({ ...ticket, ...other }) };
}

describe("AC-30: a buy holds its cost at its worst price", () => {
  test.each<[string, Partial<ValidatedOrder>, number]>([
    ["stop", { type: "stop", limitPrice: null, stopPrice: 1_100_000 }, 1_144_000],
    ["stop limit", { type: "stop_limit", limitPrice: 1_110_000, stopPrice: 1_100_000 }, 1_110_000],
    ["touch", { type: "market_if_touched", limitPrice: null, stopPrice: 900_000 }, 936_000],
    ["limit for the close", { timeInForce: "cls" }, 1_000_000],
    ["market for the close", { type: "market", limitPrice: null, timeInForce: "cls" }, 1_040_000],
    ["peg", { terms: { peg: { to: "mid", offset: 0 } } }, 1_000_000],
    // The first stop price is 1,000,000 + 50,000; it only falls.
    [
      "trailing stop",
      { type: "trailing_stop", limitPrice: null, terms: { trigger: { kind: "trail", amount: 50_000 } } },
      1_092_000,
    ],
    [
      "trailing stop in percent",
      { type: "trailing_stop", limitPrice: null, terms: { trigger: { kind: "trail", basisPoints: 500 } } },
      1_092_000,
    ],
  ])("of a %s", (_name, changes, price) => {
    const { state, commands } = submitted(changes);
    expect(balances(state.ledger, CASH).held).toBe(price);
    expect(commands).toMatchObject([{ kind: "new", orderId: "o1", price, qty: 1_000_000 }]);
  });

  test("and a sell holds its lots, whatever its type", () => {
    const trigger = { kind: "trail", amount: 50_000 } as const;
    const { state, commands } = submitted({
      side: "sell",
      type: "trailing_stop",
      limitPrice: null,
      terms: { trigger },
    });
    expect(balances(state.ledger, "AAPL").held).toBe(1_000_000);
    expect(commands).toMatchObject([{ trigger, market: true }]);
  });

  test("before the first trade a trailing stop begins at the reference price", () => {
    const terms = { trigger: { kind: "trail", amount: 10_000 } } as const;
    const { state } = submitted({ type: "trailing_stop", limitPrice: null, terms }, null);
    const price = Math.ceil(((AAPL.referencePrice + 10_000) * 1.04) / 100) * 100;
    expect(state.open.get("o1")?.protectionPrice).toBe(price);
  });
});

test("AC-30: the command has the terms of the order unchanged, and market types as market orders", () => {
  const terms = { display: 100_000, selfTrade: "cancel_oldest", extended: true } as const;
  expect(submitted({ terms }).commands).toMatchObject([{ ...terms, market: false }]);
  expect(submitted({ terms: { minQty: 5 } }).commands[0]).not.toHaveProperty("legs");
  expect(submitted({ type: "stop", limitPrice: null, stopPrice: 1_100_000 }).commands).toMatchObject([
    { market: true },
  ]);
});

describe("AC-31: a notional order", () => {
  const notional = { type: "market", limitPrice: null, qty: 0, timeInForce: "day" } as const;

  test("holds the notional, and its command has it as the cash to spend", () => {
    const { state, commands } = submitted({ ...notional, notional: 3_333_333 }, 1_000_000);
    expect(state.open.get("o1")).toMatchObject({ notional: 3_333_333, held: 3_333_333 });
    expect(balances(state.ledger, CASH).held).toBe(3_333_333);
    expect(commands).toMatchObject([{ kind: "new", cash: 3_333_333, price: 1_040_000 }]);
  });

  test("that sells holds the lots it may need, or all available lots when these are enough at the market price", () => {
    const sell = { ...notional, side: "sell", notional: 1_000_000 } as const;
    expect(submitted(sell, 2_000_000).commands).toMatchObject([{ cash: 1_000_000, price: 1_920_000, qty: 520_833 }]);
    const all = submitted({ ...sell, notional: 20_000_000 }, 2_000_000);
    expect(all.commands).toMatchObject([{ cash: 20_000_000, qty: 10_000_000 }]);
    const more = submitted({ ...sell, notional: 20_000_100 }, 2_000_000).outcome;
    expect(more).toMatchObject({ ok: false, refusal: { reason: "insufficient_qty", requested: 10_000_050 } });
  });

  test("that buys no lot is refused", () => {
    const refusal = (reason: string) => ({ ok: false, refusal: { reason } });
    expect(submitted({ ...notional, notional: 1 }, 10_000_000).outcome).toEqual(refusal("notional_too_small"));
  });

  test("is recognised as the same request whatever the market price is by then", () => {
    const { again } = submitted({ ...notional, notional: 3_333_333 });
    expect(again({})).toEqual({ entries: [], outcome: { ok: true, value: "o1" } });
    expect(again({ notional: 3_333_334 }).outcome).toMatchObject({ refusal: { reason: "client_order_id_taken" } });
  });
});

test("AC-30: a gtd order ends at its client's time, which must be in the future", () => {
  const goodTil = NOW + 1;
  expect(submitted({ timeInForce: "gtd", goodTil }).commands).toMatchObject([{ expiresAt: goodTil }]);
  expect(submitted({ timeInForce: "gtd", goodTil: NOW }).outcome).toMatchObject({
    refusal: { reason: "good_til_past" },
  });
});

describe("AC-40: at the time of its arrival an order", () => {
  const HOUR = 3_600_000;
  const at = (hours: number) => sessionRules("us_equities", NOW + hours * HOUR);
  const reasonOf = (changes: Partial<ValidatedOrder>, hours: SessionRules) => {
    const { outcome } = submitted(changes, 1_000_000, hours);
    return outcome.ok ? "taken" : outcome.refusal.reason;
  };

  // NOW is Friday 10:00 in New York.
  test.each<[string, Partial<ValidatedOrder>, SessionRules, string]>([
    ["for the opening after it", { timeInForce: "opg" }, at(0), "auction_hours"],
    ["for the opening on the evening before it", { timeInForce: "opg" }, at(9.5), "taken"],
    ["for the opening just before it", { timeInForce: "opg" }, at(-0.6), "taken"],
    ["for the closing in time", { timeInForce: "cls" }, at(5), "taken"],
    ["for the closing when that is near", { timeInForce: "cls" }, at(5.9), "auction_hours"],
    ["for an auction where there is none", { timeInForce: "opg" }, sessionRules("always", NOW), "no_auction"],
    ["that is immediate in the night", { timeInForce: "ioc" }, at(12), "immediate_out_of_hours"],
    ["that is immediate in regular hours", { timeInForce: "ioc" }, at(0), "taken"],
    ["of the day in the night", { timeInForce: "day" }, at(12), "taken"],
  ])("is decided by the order matrix: %s", (_name, changes, hours, reason) => {
    expect(reasonOf(changes, hours)).toBe(reason);
  });

  test("for the day expires with its regular hours, an extended one with the trading day", () => {
    const expiresAt = (changes: Partial<ValidatedOrder>) =>
      submitted({ timeInForce: "day", ...changes }).state.open.get("o1")?.expiresAt;
    expect(expiresAt({})).toBe(Date.UTC(2026, 10, 20, 21, 1));
    expect(expiresAt({ extendedHours: true, terms: { extended: true } })).toBe(Date.UTC(2026, 10, 21, 1));
  });
});

describe("AC-34: the orders of a class", () => {
  const exits = { takeProfit: { limitPrice: 1_100_000 }, stopLoss: { stopPrice: 900_000, limitPrice: null } };
  const bracket = { orderClass: "bracket", ...exits } as const;

  test("are one commit and one command; the legs are on the opposite side and hold nothing yet", () => {
    const { state, out, commands } = submitted({ ...bracket, timeInForce: "day" });
    const [tp, sl] = [legIdOf("o1", "take_profit"), legIdOf("o1", "stop_loss")];
    expect(commands).toMatchObject([
      {
        orderClass: "bracket",
        legs: [
          { role: "take_profit", orderId: tp, price: 1_100_000, limit: true },
          { role: "stop_loss", orderId: sl, price: 864_000, stop: 900_000 },
        ],
      },
    ]);
    expect(commands[0]?.legs?.[1]).not.toHaveProperty("limit");
    const { expiresAt } = state.open.get("o1") ?? {};
    const leg = { parentId: "o1", side: "sell", qty: 1_000_000, held: 0, orderClass: "bracket", expiresAt };
    expect([...state.open.values()]).toMatchObject([
      { id: "o1", legIds: [tp, sl], held: 1_000_000 },
      { ...leg, id: tp, role: "take_profit", type: "limit", limitPrice: 1_100_000, linkedId: sl, clientOrderId: tp },
      { ...leg, id: sl, role: "stop_loss", type: "stop", stopPrice: 900_000, limitPrice: null, linkedId: tp },
    ]);
    expect(balances(state.ledger, "AAPL").held).toBe(0);
    expect(out.updates.map(({ event, order }) => [event, order.id])).toEqual([
      ["pending_new", "o1"],
      ["pending_new", tp],
      ["pending_new", sl],
    ]);
    expect(out.audits.map(({ body }) => body["held"])).toEqual(["100", "0", "0"]);
  });

  test("AC-24: exits of a market entry are checked against the price it would trade at", () => {
    const entry = { ...bracket, type: "market", limitPrice: null, timeInForce: "day" } as const;
    expect(submitted(entry).outcome.ok).toBe(true);
    expect(submitted(entry, 1_100_000).outcome).toMatchObject({
      refusal: { reason: "exit_price", field: "take_profit.limit_price", side: "above", basePrice: 1_100_000 },
    });
    expect(submitted(entry, 900_000).outcome).toMatchObject({
      refusal: { reason: "exit_price", field: "stop_loss.stop_price", side: "below", basePrice: 900_000 },
    });
  });

  test("an OTO has one of the two legs", () => {
    const { commands } = submitted({ ...bracket, orderClass: "oto", takeProfit: null });
    expect(commands).toMatchObject([{ orderClass: "oto", legs: [{ role: "stop_loss" }] }]);
  });

  test("an OCO order is its own take profit, holds the lots once, and its leg is on the same side", () => {
    const oco = { ...exits, orderClass: "oco", side: "sell", limitPrice: 1_100_000 } as const;
    const { state, commands } = submitted({ ...oco, stopLoss: { stopPrice: 900_000, limitPrice: 890_000 } });
    expect(balances(state.ledger, "AAPL").held).toBe(1_000_000);
    expect(commands).toMatchObject([
      { side: "sell", price: 1_100_000, legs: [{ role: "stop_loss", price: 890_000, stop: 900_000, limit: true }] },
    ]);
    expect([...state.open.values()]).toMatchObject([
      { held: 1_000_000 },
      { side: "sell", type: "stop_limit", held: 0 },
    ]);
  });

  test("are the same request only with the same legs", () => {
    const { state, again } = submitted(bracket);
    expect(again({}).outcome).toEqual({ ok: true, value: "o1" });
    const taken = { refusal: { reason: "client_order_id_taken" } };
    expect(again({ takeProfit: { limitPrice: 1_100_100 } }).outcome).toMatchObject(taken);
    expect(again({ stopLoss: { stopPrice: 900_000, limitPrice: 890_000 } }).outcome).toMatchObject(taken);
    expect(again({ orderClass: "simple", takeProfit: null, stopLoss: null }).outcome).toMatchObject(taken);
    expect(state.open.size).toBe(3);
  });

  test.each([
    ["bracket", "sell", { reason: "entry_not_buy", orderClass: "bracket" }],
    ["oto", "sell", { reason: "entry_not_buy", orderClass: "oto" }],
    ["oco", "buy", { reason: "exit_not_sell" }],
  ] as const)("a %s that is a %s is refused: the account has no shorts", (orderClass, side, refusal) => {
    expect(submitted({ ...bracket, orderClass, side }).outcome).toEqual({ ok: false, refusal });
  });
});
