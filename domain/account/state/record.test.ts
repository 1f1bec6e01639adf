/** The actor of a request, from the decision to the audit record. */
import { expect, test } from "vitest";
import { type Actor, SYSTEM } from "../../actor.ts";
import { requireInstrument, SEEDED } from "../../market/listing.ts";
import { applyEntry } from "../apply.ts";
import { decideCancel, decideSubmit } from "../entry/decide.ts";
import { decideReplace } from "../entry/decideReplace.ts";
import { validateOrder } from "../entry/validateOrder.ts";
import { validateReplace } from "../entry/validateReplace.ts";
import { decideDeposit } from "../ledger/deposits.ts";
import { applyReport } from "../orders/reports.ts";
import { fundedAccount, orderWith, recorder, ticketWith } from "../testing.ts";
import { decideSettings } from "../settings/changeSettings.ts";
import { dueTimers } from "../timers/applyTimers.ts";
import { decideCancelAfter, decideDisconnect, decideLease, decideRelease } from "../timers/decideTimers.ts";
import type { AccountState } from "./accountState.ts";
import type { AccountEntry } from "./entries.ts";
import type { Origin } from "./events.ts";

const KEY: Actor = { userId: "user", credentialKind: "api_key", credentialId: "PK1" };
const ORIGIN: Origin = { requestId: "r", ip: "", userAgent: "", actor: KEY };
const { actor: _, ...BEFORE } = ORIGIN;
const NOW = 5;
const HOURS = { now: NOW, session: "always", expiry: () => null, accepts: () => false } as const;
const FACTS = { marketPrice: null, lastPrice: null, known: () => undefined, hours: HOURS, late: false };
const UNCHANGED = { qty: null, limitPrice: null, stopPrice: null, trail: null, timeInForce: null, goodTil: null };

/** The audit records of entries, as action and actor. Entries are serialised as in a journal. */
function applied(state: AccountState, { entries }: { readonly entries: readonly AccountEntry[] }, now = NOW) {
  const out = recorder();
  for (const entry of JSON.parse(JSON.stringify(entries)) as AccountEntry[]) applyEntry(state, entry, now, out);
  return out.audits.map(({ action, actor }) => [action, actor] as const);
}

const withOrder = () => {
  const state = fundedAccount("a", 100_000_000, { AAPL: 1_000_000_000 });
  applied(state, { entries: [{ kind: "accepted", order: orderWith("o1", { qty: 2_000_000 }), origin: BEFORE }] });
  applyReport(state, { kind: "accepted", orderId: "o1", at: 6 }, 6, recorder());
  return state;
};

/** Every kind of client request, each to its own account. */
const REQUESTS: Readonly<Record<string, (state: AccountState, origin: Origin) => readonly AccountEntry[]>> = {
  "order.accepted": (state, origin) => {
    const ticket = ticketWith({ clientOrderId: "mine" });
    const facts = { ...FACTS, order: () => undefined, orderId: "o2" };
    return decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, origin).entries;
  },
  "order.refused": (state, origin) => {
    const ticket = ticketWith({ qty: "a lot" });
    const facts = { ...FACTS, order: () => undefined, orderId: "o2" };
    return decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, origin).entries;
  },
  "order.replace_requested": (state, origin) => replaced(state, { limitPrice: "99" }, origin),
  "order.replace_refused": (state, origin) => replaced(state, {}, origin),
  "order.cancel_requested": (state, origin) => decideCancel(state, "o1", () => undefined, origin).entries,
  deposit: (state, origin) =>
    decideDeposit(state, { reference: "d", symbol: null, amount: "1" }, undefined, { by: "admin" }, origin, SEEDED)
      .entries,
  "cancel_after.set": (state, origin) => decideCancelAfter(state, 60, NOW, origin).entries,
  "settings.changed": (state, origin) => decideSettings(state, { lotMethod: "lifo" }, origin, 5).entries,
  "cancel_on_disconnect.set": (state, origin) => decideLease(state, "s", 1_000, NOW, origin, true).entries,
};

function replaced(state: AccountState, changes: { limitPrice?: string }, origin: Origin): readonly AccountEntry[] {
  const ticket = { ...UNCHANGED, clientOrderId: null, ...changes };
  const facts = { ...FACTS, order: state.open.get("o1"), newOrderId: "o2", instruments: SEEDED };
  return decideReplace(state, "o1", ticket, (order) => validateReplace(order, ticket, SEEDED), facts, origin).entries;
}

test.each(Object.entries(REQUESTS))("AU-25: %s says who asked for it", (action, decide) => {
  const state = withOrder();
  expect(applied(state, { entries: decide(state, ORIGIN) })).toEqual([[action, KEY]]);
});

test.each(Object.entries(REQUESTS))(
  "AU-26: %s of an earlier release says nothing of it, also when it is replayed",
  (action, decide) => {
    const state = withOrder();
    expect(applied(state, { entries: decide(state, BEFORE) })).toEqual([[action, undefined]]);
  },
);

test("AU-25: the actor of a leg is the actor of its parent", () => {
  const state = fundedAccount("a", 100_000_000, {});
  const ticket = ticketWith({
    orderClass: "bracket",
    side: "buy",
    limitPrice: "100",
    takeProfit: { limitPrice: "110" },
    stopLoss: { stopPrice: "90", limitPrice: null },
  });
  const facts = { ...FACTS, order: () => undefined, orderId: "o2" };
  const decided = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, ORIGIN);
  expect(applied(state, decided)).toEqual(Array.from({ length: 3 }, () => ["order.accepted", KEY]));
});

test("AU-25: the actor of a released lease or a disconnection is audited; an expiry has none", () => {
  const state = withOrder();
  const hold = (session: string) => applied(state, decideLease(state, session, 1_000, NOW, ORIGIN, true));
  hold("given up");
  expect(applied(state, decideRelease(state, "given up", ORIGIN))).toEqual([["cancel_on_disconnect.off", KEY]]);
  hold("of the release before");
  expect(applied(state, { entries: [{ kind: "lease_released", session: "of the release before" }] })).toEqual([
    ["cancel_on_disconnect.off", undefined],
  ]);
  hold("cut off");
  expect(applied(state, decideDisconnect(state, "cut off", ORIGIN, true))).toEqual([
    ["cancel_on_disconnect.fired", KEY],
    ["order.cancel_requested", KEY],
  ]);
  const late = withOrder();
  applied(late, decideCancelAfter(late, 1, NOW, ORIGIN));
  expect(applied(late, { entries: dueTimers(late, 10_000) }, 10_000)).toEqual([
    ["cancel_after.fired", SYSTEM],
    ["order.cancel_requested", SYSTEM],
  ]);
});

test("AU-25: reports of a book have no actor of a request", () => {
  const state = withOrder();
  const out = recorder();
  const { qtyDecimals } = requireInstrument("AAPL");
  const qty = 10 ** qtyDecimals;
  const fill = { kind: "fill", orderId: "o1", tradeId: 1, price: 1_000_000, qty, liquidity: "maker", at: 7 } as const;
  applyReport(state, fill, 7, out);
  applyReport(state, { kind: "closed", orderId: "o1", cause: "expired", at: 8 }, 8, out);
  expect(out.audits.map(({ action, actor }) => [action, actor])).toEqual([
    ["order.filled", SYSTEM],
    ["order.expired", SYSTEM],
  ]);
});
