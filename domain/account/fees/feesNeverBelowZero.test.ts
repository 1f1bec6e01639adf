/** RK-13, PF-42: whatever is replaced, filled in parts and charged by whatever plans, fees take no cash that is not held. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { FEE_PLAN_NAMES } from "../../fees/planNames.ts";
import { lotsPerShare } from "../../market/instrument.ts";
import { requireInstrument, SEEDED } from "../../market/listing.ts";
import { sessionRules } from "../../market/sessionRules.ts";
import { applyEntry } from "../apply.ts";
import { decideSubmit } from "../entry/decide.ts";
import { decideReplace } from "../entry/decideReplace.ts";
import { validateOrder } from "../entry/validateOrder.ts";
import { validateReplace } from "../entry/validateReplace.ts";
import { holdMismatches } from "../ledger/holds.ts";
import { balances, CASH, checkLedger, owned } from "../ledger/ledger.ts";
import { applyReport } from "../orders/reports.ts";
import type { AccountEntry } from "../state/entries.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import { decideFeePlan } from "./feePlanEntry.ts";
import { holdOfRest } from "./feeReserve.ts";

const BEGIN = Date.UTC(2026, 10, 24, 17);
const SYMBOLS = ["AAPL", "BTC/USD"];
const MARKET = { marketPrice: 1_000_000, lastPrice: 1_000_000 };

const which = fc.nat(20);
const qty = fc.integer({ min: 1, max: 9_000_000 }).map((millionths) => String(millionths / 1e6));
const order = (side: "buy" | "sell", min: number, max: number) =>
  fc.record({
    kind: fc.constant("order" as const),
    symbol: fc.constantFrom(...SYMBOLS),
    side: fc.constant(side),
    qty,
    limitPrice: fc.integer({ min, max }).map((cents) => String(cents / 100)),
  });
const fill = fc.record({
  kind: fc.constant("fill" as const),
  which,
  parts: fc.integer({ min: 1, max: 40 }),
  better: fc.constantFrom(0, 300),
  liquidity: fc.constantFrom("maker" as const, "taker" as const),
});
const act = fc.oneof(
  order("buy", 1, 12_000),
  order("sell", 12_001, 14_000),
  fc.record({ kind: fc.constant("notional" as const), cents: fc.integer({ min: 100, max: 100_000 }) }),
  { arbitrary: fill, weight: 2 },
  fc.record({
    kind: fc.constant("replace" as const),
    which,
    qty: fc.option(qty),
    limitPrice: fc.option(fc.integer({ min: 1, max: 14_000 }).map((cents) => String(cents / 100))),
  }),
  fc.record({ kind: fc.constant("answer" as const), which, replaced: fc.boolean() }),
  fc.record({ kind: fc.constant("cancel" as const), which }),
  fc.record({ kind: fc.constant("plan" as const), name: fc.constantFrom(...FEE_PLAN_NAMES) }),
  fc.record({ kind: fc.constantFrom("day" as const, "restart" as const) }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function trader() {
  const out = recorder();
  let state = fundedAccount("a", 3_000_000, { AAPL: 5_000_000, "BTC/USD": 50_000 });
  let [now, ids, replaces] = [BEGIN, 0, 0];
  const apply = (entries: readonly AccountEntry[]): void => {
    for (const entry of entries) applyEntry(state, entry, now, out);
  };
  apply([{ kind: "settlement_began" }]);
  const of = (number: number, pending: boolean) => {
    const all = [...state.open.values()].filter(
      ({ status, replacement }) => status !== "pending_new" && (!pending || replacement),
    );
    return all[number % all.length];
  };
  const submit = (changes: object): void => {
    const [ticket, orderId] = [ticketWith(changes), `o${++ids}`];
    const hours = sessionRules("always", now);
    const facts = { ...MARKET, known: () => undefined, order: () => undefined, orderId, hours, late: false };
    const { entries, outcome } = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, NO_ORIGIN);
    apply(entries);
    if (outcome.ok) applyReport(state, { kind: "accepted", orderId, at: now }, now, out);
  };
  const fillPart = ({ which: number, parts, better, liquidity }: Extract<Act, { kind: "fill" }>): void => {
    const open = of(number, false);
    if (open === undefined) return;
    const { side, notional, filledQty, filledValue, protectionPrice } = open;
    const price = notional
      ? 900_000 + parts * 1_000
      : side === "sell"
        ? protectionPrice + better
        : Math.max(100, protectionPrice - better);
    const left = open.qty - filledQty;
    const lots = lotsPerShare(requireInstrument(open.symbol));
    const spent = Number((BigInt(filledValue) + BigInt(lots - 1)) / BigInt(lots));
    const most = notional ? Math.min(left, Math.floor(((notional - spent) * lots) / price)) : left;
    const traded = Math.min(most, Math.max(1, Math.floor(left / parts)));
    if (traded < 1) return;
    const trade = { orderId: open.id, tradeId: ++ids, price, qty: traded, liquidity, at: now };
    applyReport(state, { kind: "fill", ...trade }, now, out);
  };
  const replace = ({ which: number, qty: lots, limitPrice }: Extract<Act, { kind: "replace" }>): void => {
    const open = of(number, false);
    if (open === undefined) return;
    const nothing = { stopPrice: null, trail: null, timeInForce: null, goodTil: null, clientOrderId: null };
    const ticket = { ...nothing, qty: lots, limitPrice };
    const hours = sessionRules("always", now);
    const facts = { ...MARKET, known: () => undefined, newOrderId: `o${++ids}`, hours, instruments: SEEDED };
    const read = (old: typeof open) => validateReplace(old, ticket, SEEDED);
    const decided = decideReplace(state, open.id, ticket, read, { ...facts, order: open, late: false }, NO_ORIGIN);
    apply(decided.entries);
    if (decided.outcome.ok) replaces++;
  };
  const answer = (number: number, replaced: boolean): void => {
    const open = of(number, true);
    if (!open?.replacement) return;
    const newOrderId = open.replacement.orderId;
    const possible = (state.open.get(newOrderId)?.qty ?? 0) > open.filledQty;
    const kind = replaced && possible ? "replaced" : "replace_rejected";
    applyReport(state, { kind, orderId: open.id, newOrderId, at: now }, now, out);
  };
  const cancel = (number: number): void => {
    const open = of(number, false);
    if (open === undefined) return;
    const newOrderId = open.replacement?.orderId;
    applyReport(state, { kind: "closed", orderId: open.id, cause: "canceled", at: now }, now, out);
    if (newOrderId === undefined) return;
    applyReport(state, { kind: "replace_rejected", orderId: open.id, newOrderId, at: now }, now, out);
  };
  return {
    get state() {
      return state;
    },
    get replaces() {
      return replaces;
    },
    carryOut: (asked: Act): void => {
      if (asked.kind === "order") submit({ ...asked, timeInForce: asked.symbol === "AAPL" ? "day" : "gtc" });
      else if (asked.kind === "notional") {
        const notional = String(asked.cents / 100);
        submit({ type: "market", timeInForce: "day", qty: null, limitPrice: null, notional });
      } else if (asked.kind === "fill") fillPart(asked);
      else if (asked.kind === "replace") replace(asked);
      else if (asked.kind === "answer") answer(asked.which, asked.replaced);
      else if (asked.kind === "cancel") cancel(asked.which);
      else if (asked.kind === "plan") apply(decideFeePlan(state, asked.name, { by: "admin" }, NO_ORIGIN).entries);
      else if (asked.kind === "day") now += 86_400_000;
      else state = loadAccount(JSON.parse(JSON.stringify(saveAccount(state))) as ReturnType<typeof saveAccount>);
    },
  };
}

test("RK-13, PF-1, PF-45: fills, replaces and fee plans in any sequence leave cash, lots and settlement whole", () => {
  let [replaces, house] = [0, 0];
  fc.assert(
    fc.property(fc.array(act, { minLength: 80, maxLength: 200 }), (acts) => {
      const account = trader();
      for (const asked of acts) {
        account.carryOut(asked);
        const { state } = account;
        checkLedger(state.ledger);
        const cash = balances(state.ledger, CASH);
        expect(Math.min(cash.available, cash.held, cash.house)).toBeGreaterThanOrEqual(0);
        expect(holdMismatches(state)).toEqual([]);
        for (const open of state.open.values()) {
          if (open.side === "sell" || open.status === "pending_new") continue;
          expect(open.held).toBeGreaterThanOrEqual(holdOfRest(open));
        }
        const { settled = 0, unsettled = [] } = state.settlement?.record ?? {};
        expect(unsettled.reduce((sum, { amount }) => sum + amount, settled)).toBe(owned(state.ledger, CASH));
        for (const symbol of SYMBOLS) {
          expect(balances(state.ledger, symbol).available).toBeGreaterThanOrEqual(0);
          expect(state.lots?.get(symbol)?.quantity ?? 0).toBe(owned(state.ledger, symbol));
        }
      }
      replaces += account.replaces;
      house += balances(account.state.ledger, CASH).house;
    }),
    { numRuns: 40 },
  );
  expect(Math.min(replaces, house)).toBeGreaterThan(20);
});
