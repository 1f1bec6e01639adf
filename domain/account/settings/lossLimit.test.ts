/** The daily loss limit that counts positions, and the kill switch at the limit (RK-10). */
import fc from "fast-check";
import { expect, test } from "vitest";
import { SEEDED } from "../../market/listing.ts";
import { sessionRules } from "../../market/sessionRules.ts";
import { applyEntry } from "../apply.ts";
import { decideReplace } from "../entry/decideReplace.ts";
import { decideSubmit } from "../entry/decide.ts";
import type { OrderTicket } from "../entry/ticket.ts";
import { validateOrder } from "../entry/validateOrder.ts";
import { validateReplace } from "../entry/validateReplace.ts";
import { applyReport } from "../orders/reports.ts";
import type { AccountState } from "../state/accountState.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import type { SettingsChange } from "./accountSettings.ts";
import { decideSettings } from "./changeSettings.ts";
import { totalLoss } from "./totalLoss.ts";

const SHARE = 1_000_000;
/** The day after the account was opened. */
const NOON = Date.parse("2026-11-24T17:00:00Z");
const DAY = 86_400_000;

/** $1,000 and ten shares of AAPL, from the day before; AAPL has closed at $100. */
function holder() {
  let state: AccountState = fundedAccount("a", 10_000_000, { AAPL: 10 * SHARE });
  const out = recorder();
  let [now, ids] = [NOON, 0];
  const prices = { price: 1_000_000, close: 1_000_000 };
  const dayPrices = () => new Map([["AAPL", { ...prices }]]);
  const apply = (entries: readonly Parameters<typeof applyEntry>[1][]) => {
    for (const entry of entries) applyEntry(state, entry, now, out);
  };
  const facts = () => ({
    marketPrice: prices.price,
    lastPrice: prices.price,
    hours: sessionRules("always", now),
    late: false,
    dayPrices: dayPrices(),
  });
  return {
    out,
    prices,
    state: () => state,
    at: (ms: number) => (now = NOON + ms),
    restart: () => (state = loadAccount(JSON.parse(JSON.stringify(saveAccount(state))) as never)),
    loss: () => totalLoss(state, dayPrices(), now),
    set: (change: SettingsChange) => apply(decideSettings(state, change, NO_ORIGIN, now).entries),
    pay: (asset: string, amount: number) => {
      const deposit = { reference: `d${++ids}`, asset, amount, cost: 0, by: "admin", origin: NO_ORIGIN };
      apply([{ kind: "deposited", ...deposit }]);
    },
    submit: (changes: Partial<OrderTicket>) => {
      const ticket = ticketWith(changes);
      const asked = { ...facts(), known: () => undefined, order: () => undefined, orderId: `o${++ids}` };
      const { entries, outcome } = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), asked, NO_ORIGIN);
      apply(entries);
      return outcome.ok ? outcome.value : outcome.refusal.reason;
    },
    replace: (orderId: string, qty: string) => {
      const none = { limitPrice: null, stopPrice: null, trail: null, timeInForce: null, clientOrderId: null };
      const ticket = { ...none, qty, goodTil: null };
      const order = state.open.get(orderId);
      if (order !== undefined) order.status = "new";
      const asked = { ...facts(), known: () => undefined, order, newOrderId: `o${++ids}`, instruments: SEEDED };
      const read = (old: Parameters<typeof validateReplace>[0]) => validateReplace(old, ticket, SEEDED);
      const { entries, outcome } = decideReplace(state, orderId, ticket, read, asked, NO_ORIGIN);
      apply(entries);
      return outcome.ok ? outcome.value : outcome.refusal.reason;
    },
    fill: (orderId: string, price: number) => {
      const { qty } = state.open.get(orderId) ?? { qty: 0 };
      applyReport(state, { kind: "fill", orderId, tradeId: ids, price, qty, liquidity: "taker", at: now }, now, out);
    },
  };
}

const BUY = { qty: "1", limitPrice: "50" };

test("RK-10: `total` counts what positions have lost since the previous close, at the prices of the order", () => {
  const { set, submit, replace, prices, out, restart, state, at } = holder();
  set({ dailyLossLimit: 500_000, dailyLossBasis: "total" });
  prices.price = 950_001;
  expect(submit(BUY)).toBe("o1");
  // The loss that it was accepted with is in the trail.
  expect(out.audits.at(-1)?.body).toMatchObject({ day_loss: "49.999" });
  prices.price = 950_000;
  // Nobody has asked for an order yet: nothing has happened.
  expect(state().risk.stoppedUntil).toBe(0);
  const before = out.audits.length;
  expect(replace("o1", "2")).toBe("daily_loss_limit");
  expect(out.audits.slice(before)).toMatchObject([
    {
      action: "account.loss_limit_reached",
      body: { loss: "50", daily_loss_limit: "50", prices: [{ symbol: "AAPL", price: "95", close: "100" }] },
    },
    { action: "order.replace_refused" },
  ]);
  // The day stays stopped when prices come back; sales are taken, and it is written once.
  prices.price = 1_000_000;
  restart();
  const after = out.audits.length;
  expect(submit(BUY)).toBe("daily_loss_limit");
  expect(out.audits.slice(after).map(({ action }) => action)).toEqual(["order.refused"]);
  expect(submit({ ...BUY, side: "sell", limitPrice: "150" })).not.toBe("daily_loss_limit");
  at(DAY);
  expect(submit(BUY)).toMatch(/^o/);
});

test("RK-10: with `realized` a fall of prices is no loss, and with `total` a realised one is part of it", () => {
  const { set, submit, fill, prices, loss } = holder();
  set({ dailyLossLimit: 500_000 });
  prices.price = 500_000;
  expect(submit(BUY)).toBe("o1");
  set({ dailyLossBasis: "total", dailyLossLimit: 10_000_000 });
  prices.price = 900_000;
  expect(loss()).toBe(1_000_000);
  // A sale at the price now changes nothing; one below it does.
  fill(submit({ side: "sell", qty: "1", limitPrice: "89" }), 900_000);
  expect(loss()).toBe(1_000_000);
  fill(submit({ side: "sell", qty: "1", limitPrice: "89" }), 890_000);
  expect(loss()).toBe(1_010_000);
});

test("RK-10: payments are neither loss nor gain; shares that came in count from the previous close", () => {
  const { pay, loss, prices, restart } = holder();
  pay("USD", 5_000_000);
  expect(loss()).toBe(0);
  pay("AAPL", 2 * SHARE);
  expect(loss()).toBe(0);
  prices.price = 990_000;
  expect(loss()).toBe(120_000);
  restart();
  expect(loss()).toBe(120_000);
});

test("RK-10: what was bought after the prices were read counts as what it cost, deposits of it as nothing", () => {
  const { set, submit, fill, pay, loss, state } = holder();
  set({ dailyLossLimit: 1_000_000, dailyLossBasis: "total", dailyLossAction: "kill" });
  fill(submit({ symbol: "MSFT", qty: "1", limitPrice: "400" }), 4_000_000);
  expect(loss()).toBe(0);
  pay("MSFT", 3 * SHARE);
  expect(loss()).toBe(0);
  expect(submit(BUY)).toMatch(/^o/);
  expect(state().risk.stoppedUntil).toBe(0);
});

test("RK-10: with `kill` the kill switch is on and open orders are cancelled when prices reach the limit", () => {
  const byPrice = holder();
  byPrice.set({ dailyLossLimit: 500_000, dailyLossBasis: "total", dailyLossAction: "kill" });
  const open = byPrice.submit(BUY);
  byPrice.prices.price = 900_000;
  expect(byPrice.submit(BUY)).toBe("daily_loss_limit");
  expect(byPrice.state().risk.controls.killedByOwner).toBe(true);
  expect(byPrice.state().open.get(open)?.status).toBe("pending_cancel");
  expect(byPrice.out.audits.map(({ action }) => action)).toContain("controls.changed");
  expect(byPrice.submit({ ...BUY, side: "sell", limitPrice: "150" })).toBe("kill_switch");
});

test("RK-10: a losing sale with `kill` cancels what is open in the same commit", () => {
  const { set, submit, fill, state } = holder();
  set({ dailyLossLimit: 500_000, dailyLossAction: "kill", lotMethod: "highest_cost" });
  fill(submit({ qty: "1", limitPrice: "100" }), 1_000_000);
  const open = submit({ ...BUY, symbol: "MSFT" });
  fill(submit({ side: "sell", qty: "1", limitPrice: "40" }), 500_000);
  expect(state().risk.controls.killedByOwner).toBe(true);
  expect(state().open.get(open)?.status).toBe("pending_cancel");
});

test("RK-10: the loss is the fall of equity, whatever is traded and paid (property)", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("buy" as const), at: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ kind: fc.constant("sell" as const), at: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ kind: fc.constant("pay" as const), at: fc.integer({ min: 1, max: 500 }) }),
  );
  const property = fc.check(
    fc.property(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 200 }), (steps, last) => {
      const { submit, fill, pay, prices, loss } = holder();
      let [equity, shares, cash] = [2_000, 10, 1_000];
      for (const { kind, at } of steps) {
        if (kind === "pay") {
          pay("USD", at * 10_000);
          equity += at;
          cash += at;
          continue;
        }
        const id = submit({ side: kind, qty: "1", limitPrice: String(kind === "buy" ? at : 1) });
        if (!id.startsWith("o") || id.includes("_")) continue;
        fill(id, at * 10_000);
        shares += kind === "buy" ? 1 : -1;
        cash += kind === "buy" ? -at : at;
      }
      prices.price = last * 10_000;
      return loss() === Math.max(0, equity - (cash + shares * last)) * 10_000;
    }),
  );
  expect(property.counterexample).toBeNull();
});
