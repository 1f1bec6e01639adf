import fc from "fast-check";
import { expect, test } from "vitest";
import { applyEntry } from "../apply.ts";
import { decideSubmit } from "../entry/decide.ts";
import { decideReplace } from "../entry/decideReplace.ts";
import { validateOrder } from "../entry/validateOrder.ts";
import { validateReplace } from "../entry/validateReplace.ts";
import { SEEDED } from "../../market/listing.ts";
import { newAccount } from "../state/accountState.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { fundedAccount, orderWith, recorder, ticketWith } from "../testing.ts";
import { changesOf, DEFAULT_SETTINGS, type SettingsChange } from "./accountSettings.ts";
import { decideSettings } from "./changeSettings.ts";

const HOURS = { now: 5, session: "always", expiry: () => null, accepts: () => false } as const;
const FACTS = { marketPrice: null, lastPrice: null, known: () => undefined, hours: HOURS, late: false };

const change = fc.record<SettingsChange>(
  {
    lotMethod: fc.constantFrom("fifo", "lifo", "highest_cost"),
    suspendTrade: fc.boolean(),
    fractionalTrading: fc.boolean(),
    maxMarginMultiplier: fc.constantFrom("1", "2", "4"),
    maxOptionsTradingLevel: fc.constantFrom(null, 0, 3),
    duplicateMode: fc.constantFrom("off", "warn", "refuse"),
    dailyLossLimit: fc.option(fc.nat()),
    limits: fc.constantFrom(DEFAULT_SETTINGS.limits, { ...DEFAULT_SETTINGS.limits, orderValue: 5 }),
  },
  { requiredKeys: [] },
);

test("RK-1: changes of settings are decided, applied, saved and loaded, and nothing else changes", () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const state = fundedAccount("a", 100, {});
      let expected = DEFAULT_SETTINGS;
      for (const each of changes) {
        const { entries, outcome } = decideSettings(state, each, NO_ORIGIN, 5);
        expected = { ...expected, ...each };
        expect(outcome).toEqual({ ok: true, value: expected });
        for (const entry of entries) applyEntry(state, entry, 5, recorder());
        expect(state.settings).toEqual(expected);
        const saved = JSON.parse(JSON.stringify(saveAccount(state))) as ReturnType<typeof saveAccount>;
        expect(loadAccount(saved).settings).toEqual(expected);
        expect("settings" in saved).toBe(Object.keys(changesOf(DEFAULT_SETTINGS, expected)).length > 0);
      }
    }),
  );
});

test("RK-1: a change is recorded with the settings before; one that changes nothing is not", () => {
  const state = fundedAccount("a", 100, {});
  const out = recorder();
  const [entry, ...others] = decideSettings(state, { lotMethod: "lifo", suspendTrade: false }, NO_ORIGIN, 5).entries;
  if (entry === undefined) throw new Error("nothing decided");
  expect(others).toEqual([]);
  applyEntry(state, entry, 5, out);
  expect(out.audits).toMatchObject([
    {
      action: "settings.changed",
      resource: "account/a",
      body: { changes: { lot_method: "lifo" }, changed_from: { lot_method: "fifo" } },
    },
  ]);
  expect(decideSettings(state, { lotMethod: "lifo" }, NO_ORIGIN, 5).entries).toEqual([]);
  // An entry of an earlier release is recorded as it was.
  const again = recorder();
  applyEntry(state, { kind: "settings_changed", changes: { lotMethod: "fifo" }, origin: NO_ORIGIN }, 6, again);
  expect(again.audits[0]?.body).toEqual({ changes: { lotMethod: "fifo" }, changed_from: { lotMethod: "lifo" } });
  const symbols = [{ symbol: "BTC/USD", orderQty: 5, orderValue: null, positionQty: null }];
  const limits = { ...DEFAULT_SETTINGS.limits, orderValue: 70, symbols };
  for (const each of decideSettings(state, { limits }, NO_ORIGIN, 7).entries) applyEntry(state, each, 7, again);
  expect(again.audits[1]?.body).toMatchObject({
    changes: {
      limits: {
        order_value: 70,
        symbols: [{ symbol: "BTC/USD", order_qty: 5, order_value: null, position_qty: null }],
      },
    },
  });
});

test("RK-1: an account that is new or of an earlier release has the defaults", () => {
  expect(newAccount().settings).toBe(DEFAULT_SETTINGS);
  expect(loadAccount(saveAccount(newAccount())).settings).toBe(DEFAULT_SETTINGS);
});

test("RK-2: while trading is suspended, new orders and replaces are refused, and repeats find their order", () => {
  const state = fundedAccount("a", 100_000_000, {});
  applyEntry(
    state,
    { kind: "accepted", order: orderWith("o1", { clientOrderId: "mine" }), origin: NO_ORIGIN },
    5,
    recorder(),
  );
  applyEntry(state, { kind: "settings_changed", changes: { suspendTrade: true }, origin: NO_ORIGIN }, 5, recorder());
  const ticket = ticketWith({});
  const facts = { ...FACTS, order: () => undefined, orderId: "o2" };
  const submitted = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, NO_ORIGIN);
  expect(submitted.outcome).toEqual({ ok: false, refusal: { reason: "trading_suspended" } });
  expect(submitted.entries).toMatchObject([{ kind: "refused", refusal: { reason: "trading_suspended" } }]);
  const order = state.open.get("o1");
  if (order === undefined) throw new Error("no order");
  order.status = "new";
  const asked = {
    qty: "2",
    limitPrice: null,
    stopPrice: null,
    trail: null,
    timeInForce: null,
    clientOrderId: null,
    goodTil: null,
  };
  const replaceFacts = { ...FACTS, order, newOrderId: "o3", instruments: SEEDED };
  const read = () => validateReplace(order, asked, SEEDED);
  expect(decideReplace(state, "o1", asked, read, replaceFacts, NO_ORIGIN).outcome).toEqual({
    ok: false,
    refusal: { reason: "trading_suspended" },
  });
});
