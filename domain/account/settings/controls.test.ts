import fc from "fast-check";
import { expect, test } from "vitest";
import { SEEDED } from "../../market/listing.ts";
import { sessionRules } from "../../market/sessionRules.ts";
import { allowsMore } from "../../risk/bounds.ts";
import { type ControlsChange, NO_CONTROLS, NO_LIMITS, type PlanLimits, type RiskLimits } from "../../risk/limits.ts";
import { checkLimits } from "../../risk/orderLimits.ts";
import { riskFacts, riskOrder } from "../../risk/testing.ts";
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
import { loosened, splitControls } from "./loosenControls.ts";
import { planLimitsEntry } from "./planLimits.ts";

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
    /** Takes over limits of the plan, as before an order; returns how many entries that makes. */
    learn: (known: PlanLimits | null) => {
      const entry = planLimitsEntry(state, known);
      if (entry !== null) apply([entry]);
      return entry === null ? 0 : 1;
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
    body: { changes: { blocked_symbols: ["AAPL"] }, changed_from: { blocked_symbols: [] }, by: "admin" },
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

const PLAN = (version: number, orderValue: number | null, plan = "pro") => ({
  plan,
  version,
  limits: { ...NO_LIMITS, orderValue },
});

test("RK-14: limits of the plan reach the account before its next order, newest first, and are in the audit trail", () => {
  const world = trader();
  const { out, submit, restart, learn } = world;
  // Nothing is known, or the plan never had limits: nothing is recorded.
  expect([learn(null), learn(PLAN(0, null))]).toEqual([0, 0]);
  expect(submit({ qty: "3" })).toBe("o1");
  expect(learn(PLAN(1, 2_000_000))).toBe(1);
  expect(out.audits.at(-1)).toMatchObject({
    action: "account.plan_limits_set",
    body: { plan: "pro", version: 1, limits: { orderValue: 2_000_000 } },
  });
  expect(submit({ qty: "3" })).toBe("order_limit");
  restart();
  expect(submit({ qty: "3" })).toBe("order_limit");
  expect(submit({ qty: "2" })).toBe("o4");
  // The same list again, and one that was read before the newest.
  expect([learn(PLAN(1, 2_000_000)), learn(PLAN(0, null))]).toEqual([0, 0]);
  expect(learn(PLAN(2, 1_000_000))).toBe(1);
  expect(learn(PLAN(1, 2_000_000))).toBe(0);
  expect(submit({ qty: "2" })).toBe("order_limit");
  // Another plan, of whatever version.
  expect(learn(PLAN(0, null, "standard"))).toBe(1);
  expect(out.audits.at(-1)?.body).toMatchObject({ plan: "standard", changed_from: { plan: "pro", version: 2 } });
  expect(submit({ qty: "3" })).toBe("o6");
});

test("RK-14: an account's own limits take the place of the plan's; the owner's are narrower than both", () => {
  const { set, control, submit, learn } = trader();
  learn(PLAN(1, 2_000_000));
  expect(set({ limits: { ...NO_LIMITS, orderValue: 2_000_001 } })).toBe("limit_too_wide");
  expect(set({ limits: { ...NO_LIMITS, orderValue: 2_000_000 } })).toBe("ok");
  expect(set({ limits: NO_LIMITS })).toBe("ok");
  const own = { symbol: "AAPL", orderQty: null, orderValue: 2_000_001, positionQty: null };
  expect(set({ limits: { ...NO_LIMITS, symbols: [own] } })).toBe("limit_too_wide");
  expect(control({ limits: { ...NO_LIMITS, orderValue: 3_000_000 } })).toBe(1);
  expect(submit({ qty: "3" })).not.toBe("order_limit");
  expect(submit({ qty: "3.01" })).toBe("order_limit");
  expect(set({ limits: { ...NO_LIMITS, orderValue: 3_000_000 } })).toBe("ok");
});

test("RK-14: limits that are lowered while orders rest leave these, and refuse what follows, replaces too", () => {
  const { submit, learn, state } = trader();
  expect(submit({ qty: "5", limitPrice: "90" })).toBe("o1");
  learn({ plan: "pro", version: 1, limits: { ...NO_LIMITS, positionQty: 5 } });
  expect(state.open.size).toBe(1);
  expect(submit({ qty: "0.000001", limitPrice: "90", symbol: "AAPL" })).toBe("order_limit");
});

test("RK-7: what tightens takes effect at once, what loosens is named, and lifts nothing that was decided since", () => {
  const controls = { ...NO_CONTROLS, blocked: true, killedByExchange: true, blockedSymbols: ["AAPL", "MSFT"] };
  const limited = { ...controls, limits: { ...NO_LIMITS, orderValue: 100 } };
  expect(splitControls(limited, null, { blocked: true, blockedSymbols: ["MSFT", "NVDA"] })).toEqual({
    tightens: { blocked: true, blockedSymbols: ["AAPL", "MSFT", "NVDA"] },
    loosens: { unblockSymbols: ["AAPL"] },
  });
  const lifts = { blocked: false, killedByExchange: false, blockedSymbols: [], limits: NO_LIMITS };
  const { tightens, loosens } = splitControls(limited, null, lifts);
  expect(tightens).toEqual({ blockedSymbols: ["AAPL", "MSFT"] });
  expect(loosens).toEqual({
    unblock: true,
    killSwitchOff: true,
    unblockSymbols: ["AAPL", "MSFT"],
    limits: NO_LIMITS,
    limitsBefore: { ...NO_LIMITS, orderValue: 100 },
  });
  const since = { ...limited, blockedSymbols: ["AAPL", "MSFT", "AMZN"] };
  expect(loosened(since, { unblockSymbols: ["AAPL", "MSFT"] })).toEqual({ blockedSymbols: ["AMZN"] });
  // Nothing to lift: nothing waits.
  expect(splitControls(NO_CONTROLS, null, lifts).loosens).toBeNull();
});

test("RK-7: limits that were set since are not widened by what was asked before them", () => {
  const controls = { ...NO_CONTROLS, limits: { ...NO_LIMITS, orderValue: 100 } };
  const { loosens } = splitControls(controls, null, { blocked: false, limits: { ...NO_LIMITS, orderValue: 900 } });
  if (loosens === null) throw new Error("nothing waits");
  expect(loosened(controls, loosens)).toEqual({ limits: { ...NO_LIMITS, orderValue: 900 } });
  // Repeated: nothing changes.
  const done = { ...controls, limits: { ...NO_LIMITS, orderValue: 900 } };
  expect(loosened(done, loosens)).toEqual({ limits: done.limits });
  expect(loosened({ ...controls, limits: { ...NO_LIMITS, orderValue: 1 } }, loosens)).toBeNull();
  // As the previous release has asked.
  const { limitsBefore: _, ...old } = loosens;
  expect(loosened({ ...controls, limits: { ...NO_LIMITS, orderValue: 1 } }, old)).toEqual({ limits: done.limits });
});

test("RK-7: limits are wider when any order would be taken that was refused", () => {
  const symbols = (orderQty: number | null) => [{ symbol: "AAPL", orderQty, orderValue: null, positionQty: null }];
  const before = { ...NO_LIMITS, orderValue: 100, symbols: symbols(5) };
  const plan = PLAN(1, 200);
  const wider = (after: RiskLimits, of: PlanLimits | null = null) => allowsMore(after, before, of);
  expect(wider(before)).toBe(false);
  expect(wider({ ...before, orderValue: 99 })).toBe(false);
  expect(wider({ ...before, positionQty: 1 })).toBe(false);
  expect(wider({ ...before, orderValue: 101 })).toBe(true);
  expect(wider({ ...before, orderValue: null })).toBe(true);
  expect(wider({ ...before, symbols: [] })).toBe(true);
  expect(wider({ ...before, symbols: symbols(6) })).toBe(true);
  expect(wider({ ...before, symbols: symbols(4), orderValue: 101 })).toBe(true);
  // Without a limit of its own the account has that of its plan, which is wider here and narrower there.
  expect(wider({ ...before, orderValue: null }, plan)).toBe(true);
  expect(wider({ ...before, orderValue: null }, PLAN(1, 50))).toBe(false);
});

const most = fc.option(fc.integer({ min: 0, max: 40 }), { nil: null });
const anyLimits = fc
  .record({ orderQty: most, positionQty: most, orderValue: most, positionValue: most, own: most, ownQty: most })
  .map(({ own, ownQty, ...all }): RiskLimits => {
    const symbol = { symbol: "AAPL", orderQty: ownQty, orderValue: own, positionQty: null };
    return { ...all, symbols: (own ?? ownQty) === null ? [] : [symbol] };
  });

test("RK-7, RK-14: limits that are not wider take no order that those before refuse (property)", () => {
  const order = fc.record({ qty: fc.integer({ min: 1, max: 40 }), limitPrice: fc.integer({ min: 1, max: 40 }) });
  const wrong: unknown[] = [];
  fc.assert(
    fc.property(anyLimits, anyLimits, fc.option(anyLimits, { nil: null }), order, (before, after, ofPlan, asked) => {
      const plan = ofPlan === null ? null : { plan: "pro", version: 1, limits: ofPlan };
      const { qty, limitPrice } = asked;
      const facts = (limits: RiskLimits) =>
        riskFacts(riskOrder({ qty: qty * 1_000_000, limitPrice }), {
          plan,
          position: { available: 0, held: 0 },
          controls: { ...NO_CONTROLS, limits },
        });
      const refused = (limits: RiskLimits) => checkLimits(facts(limits)) !== null;
      if (!allowsMore(after, before, plan) && refused(before) && !refused(after)) wrong.push([before, after, plan]);
      return wrong.length === 0;
    }),
    { numRuns: 2_000 },
  );
  expect(wrong).toEqual([]);
});
