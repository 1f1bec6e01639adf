/** Orders whose quantity times price is beyond what numbers hold exactly are refused, under each fee plan. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { FEE_PLAN_NAMES } from "../../fees/planNames.ts";
import { ORDER_NOTIONAL_MAX, ORDER_QTY_LOTS_MAX, PRICE_MAX } from "../../market/instrument.ts";
import { requireInstrument, SEEDED } from "../../market/listing.ts";
import { sessionRules } from "../../market/sessionRules.ts";
import { NO_LIMITS } from "../../risk/limits.ts";
import { applyEntry } from "../apply.ts";
import { decideFeePlan } from "../fees/feePlanEntry.ts";
import { applyReport } from "../orders/reports.ts";
import type { AccountState } from "../state/accountState.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import { decideSubmit } from "./decide.ts";
import { decideAllOrNone, decideEach } from "./decideBatch.ts";
import { decideReplace } from "./decideReplace.ts";
import { previewOrder } from "./preview.ts";
import { requiredHold } from "../orders/accept.ts";
import type { OrderTicket } from "./ticket.ts";
import { validateOrder } from "./validateOrder.ts";
import { validateReplace } from "./validateReplace.ts";

const NOW = Date.UTC(2026, 10, 24, 17);
const AAPL = requireInstrument("AAPL");
const HOURS = sessionRules("always", NOW);
/** More than every order may be worth. */
const CASH = 4 * ORDER_NOTIONAL_MAX;

const shares = (lots: number): string => formatDecimal(lots, AAPL.qtyDecimals);
const dollars = (price: number): string => formatDecimal(price, PRICE_DECIMALS);

/** Values between 1 and the highest, most of them near the ends. */
const upTo = (most: number, step: number) =>
  fc
    .oneof(
      fc.constantFrom(1, most / step),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: most / step / 20, max: most / step }),
      fc.integer({ min: 1, max: most / step }),
    )
    .map((each) => each * step);

const price = upTo(PRICE_MAX, 100);
const order = fc.record({
  type: fc.constantFrom("market", "limit", "stop", "stop_limit", "trailing_stop"),
  orderClass: fc.constantFrom("", "", "bracket", "oco", "oto"),
  side: fc.constantFrom("buy", "sell"),
  qty: upTo(ORDER_QTY_LOTS_MAX, 1),
  price,
  marketPrice: price,
});
type Extreme =
  typeof order extends fc.Arbitrary<infer T> ? { [F in keyof T]: T[F] extends number ? number : string } : never;
type Amount = Pick<Extreme, "qty" | "price">;

const account = fc.record({
  plan: fc.constantFrom(...FEE_PLAN_NAMES),
  owned: fc.constantFrom(0, 1, ORDER_QTY_LOTS_MAX),
  limits: fc.constantFrom(
    {},
    { orderValue: 5_000_000 },
    { positionValue: ORDER_NOTIONAL_MAX },
    { symbols: [{ symbol: "AAPL", orderQty: null, orderValue: null, positionQty: 2_000_000 }] },
  ),
});

function opened({ plan, owned, limits }: typeof account extends fc.Arbitrary<infer T> ? T : never): AccountState {
  const state = fundedAccount("a", CASH, owned === 0 ? {} : { AAPL: owned });
  const changes = { limits: { ...NO_LIMITS, ...limits } };
  const set = { kind: "settings_changed", changes, origin: NO_ORIGIN } as const;
  for (const entry of [...decideFeePlan(state, plan, { by: "admin" }, NO_ORIGIN).entries, set])
    applyEntry(state, entry, NOW, recorder());
  return state;
}

function ticketOf({ type, orderClass, side, qty, price: at }: Extreme): OrderTicket {
  const far = dollars(Math.min(PRICE_MAX, at * 2));
  const near = dollars(Math.max(100, Math.floor(at / 200) * 100));
  const [above, below] = side === "buy" ? [far, near] : [near, far];
  const takeProfit = orderClass === "" || orderClass === "oto" ? {} : { takeProfit: { limitPrice: above } };
  const stopLoss = orderClass === "" ? {} : { stopLoss: { stopPrice: below, limitPrice: null } };
  return ticketWith({
    type,
    orderClass,
    side,
    qty: shares(qty),
    timeInForce: type === "market" && orderClass === "" ? "day" : "gtc",
    limitPrice: type === "limit" || type === "stop_limit" ? dollars(at) : null,
    stopPrice: type === "stop" || type === "stop_limit" ? dollars(at) : null,
    ...(type === "trailing_stop" ? { trailPercent: "1" } : {}),
    ...takeProfit,
    ...stopLoss,
  });
}

const factsOf = (marketPrice: number, orderId: string) => ({
  marketPrice,
  lastPrice: marketPrice,
  known: () => undefined,
  order: () => undefined,
  hours: HOURS,
  late: false,
  orderId,
});

const decide = (state: Readonly<AccountState>, asked: Extreme, id: string) => {
  const ticket = ticketOf(asked);
  return decideSubmit(state, ticket, validateOrder(ticket, SEEDED), factsOf(asked.marketPrice, id), NO_ORIGIN);
};

test("RK-5: a new order of any value is accepted, or refused; never more than the most that an order is worth", () => {
  const reasons = new Map<string, number>();
  fc.assert(
    fc.property(account, order, (of, asked) => {
      const { entries, outcome } = decide(opened(of), asked, "o");
      const reason = outcome.ok ? "accepted" : outcome.refusal.reason;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      for (const entry of entries) {
        if (entry.kind !== "accepted" || entry.order.side === "sell") continue;
        const fees = entry.order.feeReserve ?? 0;
        expect(requiredHold(entry.order) - fees).toBeLessThanOrEqual(ORDER_NOTIONAL_MAX);
      }
    }),
    { numRuns: 3_000 },
  );
  expect(reasons.get("notional_too_large")).toBeGreaterThan(100);
  expect(reasons.get("accepted")).toBeGreaterThan(50);
});

test("RK-5: a market or stop buy that is worth too much is refused with `notional_too_large`, under each fee plan", () => {
  for (const plan of FEE_PLAN_NAMES) {
    for (const type of ["market", "stop"]) {
      const state = opened({ plan, owned: 0, limits: {} });
      const most = { type, orderClass: "", side: "buy", qty: ORDER_QTY_LOTS_MAX, price: PRICE_MAX, marketPrice: 100 };
      const { outcome } = decide(state, { ...most, marketPrice: type === "market" ? PRICE_MAX : 100 }, "o");
      expect(outcome, `${plan} ${type}`).toEqual({ ok: false, refusal: { reason: "notional_too_large" } });
    }
  }
});

test("RK-5: in a batch each is decided, whatever the others are worth", () => {
  fc.assert(
    fc.property(account, fc.array(order, { minLength: 1, maxLength: 4 }), fc.boolean(), (of, all, together) => {
      const state = opened(of);
      const requests = all.map((asked, nth) => ({
        decide: (now: Readonly<AccountState>) => decide(now, asked, `o${nth}`),
        refused: () => [],
      }));
      const apply = (entries: Parameters<Parameters<typeof decideEach>[3]>[0]) => {
        for (const entry of entries) applyEntry(state, entry, NOW, recorder());
      };
      const outcomes = (together ? decideAllOrNone : decideEach)(state, NOW, requests, apply);
      expect(outcomes).toHaveLength(all.length);
    }),
    { numRuns: 500 },
  );
});

test("RK-5: a preview has the refusal of an order of any value", () => {
  let tooLarge = 0;
  fc.assert(
    fc.property(account, order, (of, asked) => {
      const state = opened(of);
      const read = validateOrder(ticketOf(asked), SEEDED);
      const { outcome } = decide(state, asked, "o");
      const depth = { bids: [], asks: [{ price: asked.marketPrice, qty: 1_000_000 }] };
      const { refusals } = previewOrder(state, read, factsOf(asked.marketPrice, "o"), depth);
      expect(refusals[0]?.refusal ?? null).toEqual(outcome.ok ? null : outcome.refusal);
      if (refusals.some(({ refusal }) => refusal.reason === "notional_too_large")) tooLarge++;
    }),
    { numRuns: 2_000 },
  );
  expect(tooLarge).toBeGreaterThan(100);
});

/** An open buy, before and after a replace of its quantity and limit. */
function replaced(state: AccountState, before: Amount, after: Amount, filled: number) {
  const first = { ...before, type: "limit", orderClass: "", side: "buy", marketPrice: before.price };
  const { entries, outcome } = decide(state, first, "o1");
  if (!outcome.ok) return null;
  const out = recorder();
  for (const entry of entries) applyEntry(state, entry, NOW, out);
  applyReport(state, { kind: "accepted", orderId: "o1", at: NOW }, NOW, out);
  const fill = { kind: "fill", orderId: "o1", tradeId: 1, liquidity: "maker", at: NOW } as const;
  if (filled > 0) applyReport(state, { ...fill, price: before.price, qty: filled }, NOW, out);
  const none = { stopPrice: null, trail: null, timeInForce: null, clientOrderId: null, goodTil: null };
  const ticket = { ...none, qty: shares(after.qty), limitPrice: dollars(after.price) };
  const { orderId: _, ...facts } = factsOf(after.price, "o2");
  const known = { ...facts, order: state.open.get("o1"), newOrderId: "o2", instruments: SEEDED };
  const read = (old: Parameters<typeof validateReplace>[0]) => validateReplace(old, ticket, SEEDED);
  const decided = decideReplace(state, "o1", ticket, read, known, NO_ORIGIN);
  for (const entry of decided.entries) applyEntry(state, entry, NOW, out);
  return decided.outcome.ok ? "accepted" : decided.outcome.refusal.reason;
}

test("RK-5: a replace to any quantity and price is accepted, or refused", () => {
  const reasons = new Map<string | null, number>();
  const amount = fc.record({ qty: upTo(ORDER_QTY_LOTS_MAX, 1), price });
  fc.assert(
    fc.property(account, amount, amount, fc.boolean(), (of, before, after, isFilled) => {
      const filled = isFilled ? Math.floor(before.qty / 2) : 0;
      const reason = replaced(opened({ ...of, limits: {} }), before, after, filled);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }),
    { numRuns: 3_000 },
  );
  expect(reasons.get("notional_too_large")).toBeGreaterThan(50);
  expect(reasons.get("accepted")).toBeGreaterThan(50);
});
