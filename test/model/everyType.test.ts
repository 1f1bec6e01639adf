import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AccountFold } from "../../db/verify/accountFold.ts";
import type { Facts } from "../../db/verify/balanceFold.ts";
import { ROUNDING_UNIT } from "../../db/verify/foldedOrder.ts";
import { holdMismatches } from "../../domain/account/ledger/holds.ts";
import { balances, CASH, checkLedger } from "../../domain/account/ledger/ledger.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { validatedOrderWith } from "../../domain/account/testing.ts";
import type { ValidatedReplace, ValidatedOrder } from "../../domain/account/entry/validated.ts";
import { costOfRest } from "../../domain/account/orders/orderValue.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { MarketEntry } from "../../domain/market/phase.ts";
import { TypedExchange } from "./typedExchange.ts";

const AAPL = requireInstrument("AAPL");
const ACCOUNTS = 3;
/** Prices around the reference in whole steps; amounts of a few lots, so that notionals are fractions of a unit. */
const price = fc.integer({ min: -8, max: 8 }).map((steps) => AAPL.referencePrice + steps * 5_000);
const qty = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 100, max: 4_000 }));
const CASH_EACH = 2_000_000;
const LOTS_EACH = 6_000;

const trail = fc.constantFrom({ amount: 15_000 }, { amount: 400_000 }, { basisPoints: 100 });
const terms = fc.constantFrom<ValidatedOrder["terms"]>(
  {},
  {},
  {},
  { display: 10 },
  { display: 0 },
  { postOnly: true as const },
  { minQty: 50 },
  { allOrNone: true as const },
  { peg: { to: "primary" as const, offset: 0 } },
  { peg: { to: "mid" as const, offset: 100 } },
);
const selfTrade = fc.constantFrom(undefined, "cancel_newest", "cancel_oldest", "cancel_both", "decrement");

const simple = fc
  .record({
    side: fc.constantFrom("buy", "sell"),
    type: fc.constantFrom("limit", "limit", "market", "stop", "stop_limit", "trailing_stop", "market_if_touched"),
    timeInForce: fc.constantFrom("gtc", "gtc", "day", "ioc", "fok", "opg", "cls"),
    price,
    stop: price,
    qty,
    terms,
    trail,
    selfTrade,
    byNotional: fc.boolean(),
  })
  .map((drawn): Partial<ValidatedOrder> => {
    const { side, type, qty: lots, stop } = drawn;
    const limited = type === "limit" || type === "stop_limit";
    const triggered = type !== "limit" && type !== "market";
    const trigger = { kind: type === "market_if_touched" ? "touch" : "stop", price: stop } as const;
    const asked = type === "limit" ? drawn.terms : {};
    const byNotional = type === "market" && drawn.byNotional;
    return {
      side,
      type,
      stopPrice: triggered && type !== "trailing_stop" ? stop : null,
      limitPrice: limited ? drawn.price : null,
      timeInForce: triggered ? (drawn.timeInForce === "day" ? "day" : "gtc") : drawn.timeInForce,
      ...(byNotional ? { qty: 0, notional: lots * 10 } : { qty: lots }),
      terms: {
        ...(triggered ? { trigger: type === "trailing_stop" ? { kind: "trail", ...drawn.trail } : trigger } : asked),
        ...(drawn.selfTrade === undefined ? {} : { selfTrade: drawn.selfTrade }),
      },
    };
  });

const exits = { takeProfit: fc.record({ limitPrice: price }), stop: price, stopLimit: fc.option(price) };
const group = fc
  .record({
    orderClass: fc.constantFrom("bracket", "oco", "oto"),
    price,
    qty,
    ...exits,
    market: fc.boolean(),
    selfTrade,
  })
  .map((drawn): Partial<ValidatedOrder> => {
    const { orderClass, takeProfit, stop, stopLimit } = drawn;
    const stopLoss = { stopPrice: stop, limitPrice: stopLimit };
    const market = drawn.market && orderClass !== "oco";
    return {
      orderClass,
      qty: drawn.qty,
      side: orderClass === "oco" ? "sell" : "buy",
      ...(market ? { type: "market", limitPrice: null } : { limitPrice: drawn.price }),
      ...(orderClass === "oto" && stopLimit === null ? { takeProfit, stopLoss: null } : { stopLoss }),
      ...(orderClass === "oto" ? {} : { takeProfit }),
      ...(orderClass === "oco" ? { limitPrice: takeProfit.limitPrice } : {}),
      terms: drawn.selfTrade === undefined ? {} : { selfTrade: drawn.selfTrade },
    };
  });

const changes = fc.record({ qty: fc.option(qty), limitPrice: fc.option(price), stopPrice: fc.option(price), trail });
const phases: MarketEntry[] = [
  { kind: "halt", reason: "manual", until: null },
  { kind: "resume", until: 0 },
  { kind: "phase", phase: "continuous", session: "regular", until: null, uncross: "reopening" },
  { kind: "phase", phase: "continuous", session: "regular", until: null, uncross: "opening" },
  { kind: "phase", phase: "opening_auction", session: "regular", until: null },
];

const who = fc.nat(ACCOUNTS - 1).map((n) => `account/${n}`);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("submit" as const), who, ticket: simple }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("submit" as const), who, ticket: group }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("replace" as const), who, back: fc.nat(6), changes }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cancel" as const), who, back: fc.nat(6) }) },
  { weight: 26, arbitrary: fc.record({ kind: fc.constant("deliver" as const), choice: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reload" as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("phase" as const), entry: fc.constantFrom(...phases) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(exchange: TypedExchange, each: Step): void {
  if (each.kind === "deliver") return void exchange.deliver(each.choice);
  if (each.kind === "wait") return exchange.wait(each.ms);
  if (each.kind === "reload") return exchange.reload(each.who);
  if (each.kind === "phase") return exchange.tell(each.entry);
  const open = [...exchange.account(each.who).open.values()];
  if (each.kind === "submit") {
    exchange.submit(each.who, validatedOrderWith(each.ticket));
    return;
  }
  const order = open[open.length - 1 - each.back];
  if (order === undefined) return;
  if (each.kind === "cancel") return exchange.cancel(each.who, order.id);
  exchange.replace(each.who, order, askedOf(order, each.changes));
}

function askedOf(order: Order, drawn: typeof changes extends fc.Arbitrary<infer T> ? T : never): ValidatedReplace {
  const trigger = order.triggeredAt ? undefined : order.terms?.trigger;
  const stopPrice = trigger !== undefined && trigger.kind !== "trail" ? drawn.stopPrice : null;
  const moved =
    stopPrice !== null && trigger?.kind !== "trail" ? { kind: trigger?.kind ?? "stop", price: stopPrice } : null;
  return {
    qty: drawn.qty === order.qty ? null : drawn.qty,
    limitPrice: order.limitPrice === null || drawn.limitPrice === order.limitPrice ? null : drawn.limitPrice,
    stopPrice,
    trigger: trigger?.kind === "trail" ? { kind: "trail", ...drawn.trail } : moved,
    timeInForce: null,
    goodTil: null,
    clientOrderId: null,
    lots: null,
  };
}

/** Checks that hold at any time, also with messages in transit. Counts events, so that the test can require some of each. */
function checkAlways(exchange: TypedExchange, folds: Map<string, AccountFold>, seen: Map<string, number>): void {
  for (const [address, state] of exchange.accounts) {
    checkLedger(state.ledger);
    expect(holdMismatches(state)).toEqual([]);
    const lots = balances(state.ledger, "AAPL");
    expect(Math.min(lots.available, lots.held)).toBeGreaterThanOrEqual(0);
    for (const order of state.open.values()) expect(order.held).toBeGreaterThanOrEqual(0);
    // Rounding: half a unit for each fill, and a unit for each rounded-up hold.
    const dust = 1 + (exchange.roundings.get(address) ?? 0) + state.open.size;
    expect(balances(state.ledger, CASH).available).toBeGreaterThan(-dust);

    const fold = folds.get(address) ?? new AccountFold();
    for (const record of exchange.audits.get(address)?.splice(0) ?? []) {
      seen.set(record.action, (seen.get(record.action) ?? 0) + 1);
      // As it is loaded from the table.
      expect(fold.apply(JSON.parse(JSON.stringify(record)) as Facts)).toBeNull();
    }
    expect([fold.cash, fold.held]).toEqual([balances(state.ledger, CASH).available, balances(state.ledger, CASH).held]);
    expect(fold.holding("AAPL")).toMatchObject({ available: lots.available, held: lots.held });
    const reports = [...fold.open].map(([id, { qty: total, filled, held }]) => [id, total, filled, held]);
    const there = [...state.open.values()].map(({ id, qty: total, filledQty, held }) => [id, total, filledQty, held]);
    expect(reports.sort(byId)).toEqual(there.sort(byId));
  }
}

const byId = (a: readonly unknown[], b: readonly unknown[]) => String(a[0]).localeCompare(String(b[0]));

/** Checks that hold with no message in transit: account and market have the same orders, and holds equal their needs. */
function checkAtRest(exchange: TypedExchange, folds: ReadonlyMap<string, AccountFold>): void {
  let cash = 0;
  const open = [...exchange.accounts.values()].flatMap((state) => [...state.open.values()]);
  const ours = open.map(({ id, qty: total, filledQty }) => [id, total - filledQty]);
  expect(ours.sort(byId)).toEqual([...exchange.alive].sort(byId));
  for (const [address, state] of exchange.accounts) {
    let needed = 0;
    for (const order of state.open.values()) {
      const rest = order.qty - order.filledQty;
      if (order.side === "buy") {
        const cost = costOfRest(order);
        expect(order.held).toBeLessThanOrEqual(cost);
        expect(order.held).toBeGreaterThan(cost - (order.replaces ? 2 + (exchange.roundings.get(address) ?? 0) : 1));
      } else needed += sellNeed(state.open, order, rest);
    }
    expect(balances(state.ledger, "AAPL").held).toBe(needed);
    cash += balances(state.ledger, CASH).venue;
  }
  const rounding = [...folds.values()].reduce((sum, fold) => sum + fold.rounding, 0n);
  expect(BigInt(cash) * ROUNDING_UNIT).toBe(rounding);
}

/** Lots that an open sell holds: one of two exits for both, and a waiting leg for what its parent bought. */
function sellNeed(open: ReadonlyMap<string, Order>, order: Order, rest: number): number {
  const linked = open.get(order.linkedId ?? "");
  if (linked !== undefined && order.role === "stop_loss") return 0;
  const most = Math.max(rest, linked === undefined ? 0 : linked.qty - linked.filledQty);
  const parent = order.orderClass === "oco" ? undefined : open.get(order.parentId ?? "");
  if (parent === undefined) return most;
  expect(order.held).toBeGreaterThanOrEqual(parent.filledQty);
  return order.held;
}

describe.each(["naive", "real"] as const)("with the %s market", (market) => {
  test("AC-8, AC-30 to AC-39, AU-20: with all types, groups, replaces and phases, holds equal the needs of open orders, and the audit trail agrees", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 160, size: "max" }), (steps) => {
        const exchange = new TypedExchange(market, "AAPL", ACCOUNTS, CASH_EACH, LOTS_EACH);
        const folds = new Map([...exchange.accounts.keys()].map((address) => [address, foldOf(exchange, address)]));
        for (const each of steps) {
          take(exchange, each);
          checkAlways(exchange, folds, seen);
        }
        while (exchange.deliver(0)) checkAlways(exchange, folds, seen);
        checkAtRest(exchange, folds);
      }),
      { numRuns: 100 },
    );
    for (const what of ["replaced", "replace_rejected", "restated", "activated", "triggered"]) {
      expect(seen.get(`order.${what}`) ?? 0, what).toBeGreaterThan(10);
    }
  }, 120_000);
});

/** The initial account, which has no audit record. */
function foldOf(exchange: TypedExchange, address: string): AccountFold {
  const fold = new AccountFold();
  const state = exchange.account(address);
  fold.cash = balances(state.ledger, CASH).available;
  fold.holding("AAPL").available = balances(state.ledger, "AAPL").available;
  return fold;
}
