import { expect, test } from "vitest";
import { SEEDED } from "../../market/listing.ts";
import { sessionRules } from "../../market/sessionRules.ts";
import { type ControlsChange, NO_LIMITS } from "../../risk/limits.ts";
import { applyEntry } from "../apply.ts";
import { decideSubmit } from "../entry/decide.ts";
import type { OrderTicket } from "../entry/ticket.ts";
import { validateOrder } from "../entry/validateOrder.ts";
import { applyReport } from "../orders/reports.ts";
import type { AccountState } from "../state/accountState.ts";
import { draftOf } from "../state/draft.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import type { SettingsChange } from "./accountSettings.ts";
import { decideControls } from "./changeControls.ts";
import { decideSettings } from "./changeSettings.ts";

const START = Date.parse("2026-11-20T15:00:00Z");
const DAY = 86_400_000;

/** An account that submits, fills and changes at a time. */
function trader(cash = 10 ** 9) {
  let state: AccountState = fundedAccount("a", cash, {});
  const out = recorder();
  let now = START;
  let ids = 0;
  const apply = (entries: readonly Parameters<typeof applyEntry>[1][]) => {
    for (const entry of entries) applyEntry(state, entry, now, out);
  };
  return {
    out,
    get state() {
      return state;
    },
    at: (ms: number) => (now = START + ms),
    /** Saves and loads the account, as a restart does. */
    restart: () => {
      const saved = JSON.parse(JSON.stringify(saveAccount(state))) as ReturnType<typeof saveAccount>;
      state = loadAccount(saved);
      return saved;
    },
    set: (change: SettingsChange) => {
      const { entries, outcome } = decideSettings(state, change, NO_ORIGIN, now);
      apply(entries);
      return outcome.ok ? "ok" : outcome.refusal.reason;
    },
    control: (change: ControlsChange) => {
      const { entries } = decideControls(state, change, "admin", NO_ORIGIN);
      apply(entries);
      return entries.length;
    },
    submit: (changes: Partial<OrderTicket>, flattening = false) => {
      const ticket = ticketWith(changes);
      const facts = { marketPrice: 1_000_000, lastPrice: 1_000_000, known: () => undefined, order: () => undefined };
      const asked = { ...facts, orderId: `o${++ids}`, hours: sessionRules("always", now), late: false, flattening };
      const { entries, outcome } = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), asked, NO_ORIGIN);
      apply(entries);
      return outcome.ok ? outcome.value : outcome.refusal.reason;
    },
    own: (symbol: string, lots: number) => {
      const deposit = { reference: `d${++ids}`, asset: symbol, amount: lots, cost: 0, by: "admin", origin: NO_ORIGIN };
      apply([{ kind: "deposited", ...deposit }]);
    },
    fill: (orderId: string, price: number) => {
      const order = state.open.get(orderId);
      if (order === undefined) throw new Error(`no order ${orderId}`);
      const { qty } = order;
      applyReport(state, { kind: "fill", orderId, tradeId: ids, price, qty, liquidity: "taker", at: now }, now, out);
    },
  };
}

test("RK-6: while a kill switch is on no order is accepted; each is switched off by itself", () => {
  const { control, submit, restart } = trader();
  expect(submit({})).toBe("o1");
  control({ killedByOwner: true });
  control({ killedByExchange: true });
  expect(submit({})).toBe("kill_switch");
  restart();
  control({ killedByOwner: false });
  expect(submit({})).toBe("kill_switch");
  control({ killedByExchange: false });
  expect(submit({})).toBe("o4");
});

test("RK-6: what the switch sells itself is accepted", () => {
  const { control, submit, fill } = trader();
  fill(submit({}), 1_000_000);
  control({ killedByOwner: true });
  expect(submit({ side: "sell", type: "market", limitPrice: null, timeInForce: "day" })).toBe("kill_switch");
  expect(submit({ side: "sell", type: "market", limitPrice: null, timeInForce: "day" }, true)).toBe("o3");
});

test("RK-6: what the switch sells itself is accepted though the owner has just sold as much", () => {
  const { set, control, submit, fill } = trader();
  const all = { side: "sell", type: "market", limitPrice: null, timeInForce: "day" } as const;
  set({ duplicateMode: "refuse", duplicateWindowMs: 60_000 });
  fill(submit({}), 1_000_000);
  fill(submit({ qty: "2" }), 1_000_000);
  expect(submit(all)).toBe("o3");
  control({ killedByOwner: true });
  expect(submit(all, true)).toBe("o4");
});

test("RK-7: blocks are recorded with who set them and what was before; the same again is not", () => {
  const { control, submit, out, restart } = trader();
  expect(control({ blockedSymbols: ["AAPL"] })).toBe(1);
  expect(control({ blockedSymbols: ["AAPL"] })).toBe(0);
  expect(out.audits.at(-1)).toMatchObject({
    action: "controls.changed",
    body: { changes: { blockedSymbols: ["AAPL"] }, changed_from: { blockedSymbols: [] }, by: "admin" },
  });
  restart();
  expect(submit({})).toBe("symbol_blocked");
  expect(submit({ symbol: "MSFT" })).toBe("o2");
});

test("RK-8: the owner's limits are no wider than the exchange's, and both apply", () => {
  const { control, set, submit } = trader();
  control({ limits: { ...NO_LIMITS, orderValue: 3_000_000 } });
  expect(set({ limits: { ...NO_LIMITS, orderValue: 3_000_001 } })).toBe("limit_too_wide");
  expect(set({ limits: { ...NO_LIMITS, orderValue: 2_000_000 } })).toBe("ok");
  expect(submit({ qty: "2" })).toBe("o1");
  expect(submit({ qty: "2.000001" })).toBe("order_limit");
  // What the owner had set before the exchange narrowed it stays, and the narrower one applies.
  control({ limits: { ...NO_LIMITS, orderValue: 1_000_000 } });
  expect(submit({ qty: "1.5" })).toBe("order_limit");
});

test("RK-9: a repeat within the window is refused or marked, and one after it is not", () => {
  const { set, submit, at, state, restart } = trader();
  set({ duplicateMode: "refuse", duplicateWindowMs: 1_000 });
  expect(submit({})).toBe("o1");
  at(999);
  expect(submit({})).toBe("duplicate_order");
  expect([submit({ qty: "2" }), submit({ limitPrice: "99" }), submit({ symbol: "MSFT" })]).toEqual(["o3", "o4", "o5"]);
  restart();
  expect(submit({ qty: "2" })).toBe("duplicate_order");
  at(1_000);
  expect(submit({})).toBe("o7");
  set({ duplicateMode: "warn" });
  expect(submit({})).toBe("o8");
  expect(state.open.get("o7")?.duplicateOf).toBe(undefined);
});

test("RK-9: a warning names the order that is repeated; a draft of all-or-none does not count", () => {
  const account = trader();
  account.set({ duplicateMode: "warn" });
  account.submit({});
  account.submit({});
  expect(account.state.open.get("o2")?.duplicateOf).toBe("o1");
  expect(account.out.audits.at(-1)?.body["duplicate_of"]).toBe("o1");
  const draft = draftOf(account.state);
  draft.risk.recent.clear();
  expect(account.state.risk.recent.size).toBe(1);
});

test("RK-9: what is remembered is bounded, and nothing once it is switched off", () => {
  const { set, submit, state } = trader(10 ** 14);
  set({ duplicateMode: "warn", duplicateWindowMs: 300_000 });
  for (let lots = 1; lots <= 1_100; lots++) submit({ qty: String(lots) });
  expect(state.risk.recent.size).toBe(1_000);
  set({ duplicateMode: "off" });
  submit({});
  expect(state.risk.recent.size).toBe(0);
});

test("RK-10: realised losses of the day stop buys until the next trading day; the limit is not raised meanwhile", () => {
  const { set, submit, fill, at, restart } = trader();
  set({ dailyLossLimit: 500_000 });
  const loses = (price: number) => {
    fill(submit({}), 1_000_000);
    fill(submit({ side: "sell", limitPrice: "50" }), price);
  };
  loses(500_001);
  const held = submit({});
  fill(held, 1_000_000);
  expect(submit({ qty: "0.5", limitPrice: "40" })).toBe("o4");
  fill(submit({ side: "sell", limitPrice: "50" }), 999_999);
  expect(submit({})).toBe("daily_loss_limit");
  restart();
  expect(submit({})).toBe("daily_loss_limit");
  expect(set({ dailyLossLimit: null })).toBe("daily_loss_limit_reached");
  expect(set({ dailyLossLimit: 600_000 })).toBe("daily_loss_limit_reached");
  expect(set({ dailyLossLimit: 400_000 })).toBe("ok");
  at(DAY);
  expect(set({ dailyLossLimit: 600_000 })).toBe("ok");
  expect(submit({})).toBe("o8");
});

test("RK-10: a limit below what the day has lost already is reached at once", () => {
  const { set, submit, fill, at, restart } = trader();
  fill(submit({}), 1_000_000);
  fill(submit({ side: "sell", limitPrice: "50" }), 500_000);
  expect(set({ dailyLossLimit: 500_001 })).toBe("ok");
  expect(submit({})).toBe("o3");
  expect(set({ dailyLossLimit: 500_000 })).toBe("ok");
  expect(submit({})).toBe("daily_loss_limit");
  restart();
  expect(set({ dailyLossLimit: null })).toBe("daily_loss_limit_reached");
  at(DAY);
  expect(set({ dailyLossLimit: 1 })).toBe("ok");
  expect(submit({})).toBe("o5");
});

test("RK-8: the value of a position beyond the exact range exceeds its limit", () => {
  const { control, submit, own } = trader();
  own("AAPL", 10 ** 12);
  control({ limits: { ...NO_LIMITS, positionValue: 10 ** 9 } });
  expect(submit({ qty: "1", limitPrice: "10000000" })).toBe("order_limit");
});
