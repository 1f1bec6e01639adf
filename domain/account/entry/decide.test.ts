import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collarPrice } from "../../market/collar.ts";
import { findInstrument, requireInstrument, SEEDED } from "../../market/listing.ts";
import { PRICE_MAX, tickSize } from "../../market/instrument.ts";
import { applyEntry } from "../apply.ts";
import { saveAccount } from "../state/save.ts";
import type { AccountState } from "../state/accountState.ts";
import { decideCancel, decideSubmit } from "./decide.ts";
import { OPEN_ORDERS_MAX } from "../../risk/size.ts";
import { decideDeposit } from "../ledger/deposits.ts";
import type { SubmitFacts } from "./decide.ts";
import type { Decision } from "./decision.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import type { Order } from "../state/order.ts";
import type { TimeInForce } from "../../order/timeInForce.ts";
import { fundedAccount, orderWith, recorder, ticketWith } from "../testing.ts";
import { validateOrder } from "./validateOrder.ts";
import type { OrderTicket } from "./ticket.ts";

const AAPL = requireInstrument("AAPL");
const BTC = requireInstrument("BTC/USD");
const END_OF_DAY = 1_000_000;

/**
 * Decides a ticket and applies the entries, as the object does; `closed` has orders that are no longer in the state.
 */
function submit(
  state: AccountState,
  ticket: OrderTicket,
  facts: Partial<SubmitFacts> = {},
  closed: readonly Order[] = [],
): Decision<string> {
  const known = (clientOrderId: string) => {
    const open = state.openByClientId.get(clientOrderId);
    return open === undefined ? closed.find((order) => order.clientOrderId === clientOrderId) : state.open.get(open);
  };
  const orderId = `o${state.nextSequence}`;
  const order = (id: string) => state.open.get(id) ?? closed.find((each) => each.id === id);
  const expiry = (timeInForce: TimeInForce) => (timeInForce === "day" ? END_OF_DAY : null);
  const hours = { now: 5, session: "always", expiry, accepts: () => false } as const;
  const prices = { marketPrice: null, lastPrice: null };
  const all: SubmitFacts = { ...prices, known, order, orderId, hours, late: false, ...facts };
  const before = JSON.stringify(saveAccount(state));
  const decision = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), all, NO_ORIGIN);
  expect(JSON.stringify(saveAccount(state))).toBe(before);
  for (const entry of decision.entries) applyEntry(state, entry, 5, recorder());
  return decision;
}

function reasonOf<T>({ outcome }: Decision<T>): string {
  return outcome.ok ? "ok" : outcome.refusal.reason;
}

describe("AC-3: the client order id", () => {
  const ticket = ticketWith({ clientOrderId: "mine" });

  test("of an open order returns that order for the same request, and journals nothing", () => {
    const state = fundedAccount("a", 10_000_000, {});
    expect(submit(state, ticket).outcome).toEqual({ ok: true, value: "o1" });
    expect(submit(state, ticket)).toEqual({ entries: [], outcome: { ok: true, value: "o1" } });
    expect(submit(state, { ...ticket, qty: "1.000", limitPrice: "100.0" }).outcome).toEqual({ ok: true, value: "o1" });
    expect(state.open.size).toBe(1);
  });

  test("of a closed order returns that order for the same request, also when it would no longer be accepted", () => {
    const state = fundedAccount("a", 1_000_000, {});
    submit(state, ticket);
    const closed = [...state.open.values()];
    state.open.clear();
    state.openByClientId.clear();
    expect(balances(state.ledger, CASH).available).toBe(0);
    expect(submit(state, ticket, {}, closed)).toEqual({ entries: [], outcome: { ok: true, value: "o1" } });
  });

  test.each<[string, Partial<OrderTicket>]>([
    ["symbol", { symbol: "MSFT" }],
    ["side", { side: "sell" }],
    ["type", { type: "market", limitPrice: null }],
    ["time in force", { timeInForce: "day" }],
    ["quantity", { qty: "2" }],
    ["limit", { limitPrice: "100.01" }],
    ["extended hours", { extendedHours: true }],
  ])("with another %s is refused, and the refusal is on record", (_field, change) => {
    const state = fundedAccount("a", 10_000_000, { AAPL: 5_000_000 });
    submit(state, ticket);
    const decision = submit(state, { ...ticket, ...change });
    expect(reasonOf(decision)).toBe("client_order_id_taken");
    expect(decision.entries.map(({ kind }) => kind)).toEqual(["refused"]);
    expect(state.open.size).toBe(1);
  });

  test("is the order's own id when the client gives none", () => {
    const state = fundedAccount("a", 10_000_000, {});
    submit(state, ticketWith({}));
    expect(state.open.get("o1")?.clientOrderId).toBe("o1");
  });
});

describe("AC-13: an order that arrives after its deadline", () => {
  const ticket = ticketWith({ clientOrderId: "mine" });

  test("is refused and not placed, and the same request may be made again", () => {
    const state = fundedAccount("a", 10_000_000, {});
    expect(reasonOf(submit(state, ticket, { late: true }))).toBe("order_late");
    expect(state.open.size).toBe(0);
    expect(submit(state, ticket).outcome).toEqual({ ok: true, value: "o1" });
  });

  test("returns the existing order when another copy of the request arrived in time", () => {
    const state = fundedAccount("a", 10_000_000, {});
    submit(state, ticket);
    expect(submit(state, ticket, { late: true })).toEqual({ entries: [], outcome: { ok: true, value: "o1" } });
  });
});

test("AC-3: a refusal changes nothing, so the same request is decided again", () => {
  const state = fundedAccount("a", 999_999, {});
  const ticket = ticketWith({ clientOrderId: "mine" });
  expect(reasonOf(submit(state, ticket))).toBe("insufficient_buying_power");
  expect(reasonOf(submit(state, ticket))).toBe("insufficient_buying_power");
  const more = { kind: "deposited", reference: "r", asset: CASH, amount: 1, cost: 0, by: "test" } as const;
  applyEntry(state, { ...more, origin: NO_ORIGIN }, 5, recorder());
  expect(submit(state, ticket).outcome).toEqual({ ok: true, value: "o1" });
  expect(reasonOf(submit(state, { ...ticket, qty: "2" }))).toBe("client_order_id_taken");
});

describe("AC-4: holds", () => {
  test("a buy holds its whole cost, rounded up", () => {
    const state = fundedAccount("a", 1_000_001, {});
    expect(submit(state, ticketWith({ qty: "0.000001", limitPrice: "100.01" }), { leastValue: 0 }).outcome.ok).toBe(
      true,
    );
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 2, available: 999_999 });
  });

  test.each([
    [1_000_000, "1", "ok"],
    [999_999, "1", "insufficient_buying_power"],
    [1_000_000, "1.000001", "insufficient_buying_power"],
  ])("with cash of %i a buy of %s shares at $100 is %s", (cash, qty, reason) => {
    const state = fundedAccount("a", cash, {});
    const decision = submit(state, ticketWith({ qty }));
    expect(reasonOf(decision)).toBe(reason);
    const held = reason === "ok" ? 1_000_000 : 0;
    expect(balances(state.ledger, CASH)).toMatchObject({ held, available: cash - held });
  });

  test("a refusal for insufficient cash has the buying power, which is never negative, and the cost", () => {
    const state = fundedAccount("a", 0, {});
    state.ledger.set(CASH, { available: -1, held: 0, venue: 1, outside: 0, house: 0 });
    const { outcome } = submit(state, ticketWith({}));
    const refusal = {
      reason: "insufficient_buying_power",
      buyingPower: 0,
      costBasis: 1_000_000,
      largest: { symbol: "AAPL", qty: 0 },
    };
    expect(outcome).toEqual({ ok: false, refusal });
  });

  test("a sell holds its lots, and a second sell cannot hold them again", () => {
    const state = fundedAccount("a", 0, { AAPL: 1_500_000 });
    expect(submit(state, ticketWith({ side: "sell" })).outcome.ok).toBe(true);
    expect(balances(state.ledger, "AAPL")).toMatchObject({ held: 1_000_000, available: 500_000 });
    const { outcome } = submit(state, ticketWith({ side: "sell" }));
    expect(outcome).toEqual({
      ok: false,
      refusal: {
        reason: "insufficient_qty",
        symbol: "AAPL",
        requested: 1_000_000,
        available: 500_000,
        existing: 1_500_000,
        held: 1_000_000,
        relatedOrders: ["o1"],
        largest: { symbol: "AAPL", qty: 500_000 },
      },
    });
    expect(balances(state.ledger, "AAPL")).toMatchObject({ held: 1_000_000, available: 500_000 });
  });

  test("a refusal for insufficient lots names at most twenty orders", () => {
    const state = fundedAccount("a", 0, { AAPL: 30 });
    for (let i = 0; i < 30; i++) submit(state, ticketWith({ side: "sell", qty: "0.000001" }), { leastValue: 0 });
    const { outcome } = submit(state, ticketWith({ side: "sell" }));
    expect(!outcome.ok && outcome.refusal.reason === "insufficient_qty" && outcome.refusal.relatedOrders).toHaveLength(
      20,
    );
  });

  test("an account has 10,000 open orders at most", () => {
    const state = fundedAccount("a", Number.MAX_SAFE_INTEGER, {});
    const { nextSequence } = state;
    for (let i = 0; i < OPEN_ORDERS_MAX - 1; i++) {
      applyEntry(state, { kind: "accepted", order: orderWith(`x${i}`, { qty: 1 }), origin: NO_ORIGIN }, 5, recorder());
    }
    state.nextSequence = nextSequence;
    expect(reasonOf(submit(state, ticketWith({})))).toBe("ok");
    expect(reasonOf(submit(state, ticketWith({})))).toBe("too_many_open_orders");
  });
});

describe("AC-5: the collar of a market order", () => {
  test.each([
    ["buy", 1_000_000, 1_040_000],
    ["sell", 1_000_000, 960_000],
    ["buy", 1_000_100, 1_040_200],
    ["sell", 1_000_100, 960_000],
    ["buy", 9_615, 10_000],
    ["buy", 9_616, 10_100],
    ["sell", 10_400, 9_984],
    ["sell", 1, 1],
    ["buy", PRICE_MAX, PRICE_MAX],
  ] as const)("of a %s at a market of %i is %i", (side, market, collar) => {
    expect(collarPrice(AAPL, side, market)).toBe(collar);
  });

  test("of a coin is never below one cent", () => {
    expect(collarPrice(BTC, "sell", 100)).toBe(100);
  });

  test("lies on a tick, at least 4 % past the market and less than one tick more", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(AAPL, BTC),
        fc.constantFrom("buy", "sell"),
        fc.integer({ min: 1, max: 10 ** 10 }),
        (instrument, side, market) => {
          const price = collarPrice(instrument, side, market);
          const tick = tickSize(instrument, price);
          const past = side === "buy" ? price * 100 - market * 104 : market * 96 - price * 100;
          expect(price % tick).toBe(0);
          if (price > tick) expect(past).toBeGreaterThanOrEqual(0);
          expect(past).toBeLessThan(tick * 100);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("is what a market buy holds; without a market price it is calculated from the reference price", () => {
    const market = ticketWith({ type: "market", limitPrice: null, timeInForce: "day" });
    const state = fundedAccount("a", 10_000_000, {});
    submit(state, market, { marketPrice: 1_000_000 });
    expect(state.open.get("o1")).toMatchObject({ held: 1_040_000, protectionPrice: 1_040_000, limitPrice: null });
    submit(state, market);
    expect(state.open.get("o2")?.protectionPrice).toBe(collarPrice(AAPL, "buy", AAPL.referencePrice));
  });

  test("bounds the notional of a market order as a limit would", () => {
    const state = fundedAccount("a", 0, {});
    const market = ticketWith({ type: "market", limitPrice: null, qty: "1000000" });
    expect(reasonOf(submit(state, market, { marketPrice: PRICE_MAX }))).toBe("notional_too_large");
  });
});

test("OB-7: a day order ends with the trading day, the others never", () => {
  const state = fundedAccount("a", 10_000_000, {});
  for (const timeInForce of ["day", "gtc", "ioc"]) submit(state, ticketWith({ timeInForce }));
  expect([...state.open.values()].map(({ expiresAt }) => expiresAt)).toEqual([END_OF_DAY, null, null]);
});

describe("AC-9: a cancel", () => {
  const closed = (status: Order["status"] | null) => () => {
    const order = orderWith("o9", {});
    const state = fundedAccount("a", 1_000_000, {});
    applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, 5, recorder());
    const open = state.open.get("o9");
    return open === undefined || status === null ? undefined : { ...open, status };
  };

  test("of an open order is sent to the book once, however often the client repeats it", () => {
    const state = fundedAccount("a", 10_000_000, {});
    submit(state, ticketWith({}));
    const out = recorder();
    for (const kinds of [["cancel_requested"], [], []]) {
      const decision = decideCancel(state, "o1", closed(null), NO_ORIGIN);
      expect(decision.outcome).toEqual({ ok: true, value: null });
      expect(decision.entries.map(({ kind }) => kind)).toEqual(kinds);
      for (const entry of decision.entries) applyEntry(state, entry, 6, out);
    }
    expect(out.commands).toEqual([{ symbol: "AAPL", command: { kind: "cancel", orderId: "o1" } }]);
    expect(state.open.get("o1")?.status).toBe("pending_cancel");
  });

  test.each(["filled", "canceled", "expired"] as const)("of a %s order is refused with its status", (status) => {
    const decision = decideCancel(fundedAccount("a", 0, {}), "o9", closed(status), NO_ORIGIN);
    expect(decision).toEqual({
      entries: [],
      outcome: { ok: false, refusal: { reason: "order_not_cancelable", status } },
    });
  });

  test("of an order the account never had is refused as not found", () => {
    const decision = decideCancel(fundedAccount("a", 0, {}), "nope", closed(null), NO_ORIGIN);
    expect(reasonOf(decision)).toBe("order_not_found");
  });
});

describe("AC-10: a deposit", () => {
  const cash = { reference: "r1", symbol: null, amount: "12.34" };
  type Known = { readonly asset: string; readonly amount: number };
  const decide = (deposit: Parameters<typeof decideDeposit>[1], known?: Known, state = fundedAccount("a", 0, {})) =>
    decideDeposit(state, deposit, known, { by: "admin" }, NO_ORIGIN, SEEDED);

  test("of cash or shares is applied in their units, shares at the reference price", () => {
    expect(decide(cash).entries).toMatchObject([{ reference: "r1", asset: CASH, amount: 123_400, cost: 0 }]);
    const shares = decide({ reference: "r2", symbol: "AAPL", amount: "2.5" });
    expect(shares.entries).toMatchObject([{ asset: "AAPL", amount: 2_500_000, cost: (AAPL.referencePrice * 5) / 2 }]);
  });

  test("named by the asset id is one of its symbol", () => {
    const { id } = findInstrument("AAPL") ?? AAPL;
    expect(decide({ ...cash, symbol: id }).entries).toMatchObject([{ asset: "AAPL" }]);
  });

  test("with a known reference succeeds and changes nothing; with other content it is refused", () => {
    const known = { asset: CASH, amount: 123_400 };
    expect(decide(cash, known)).toEqual({ entries: [], outcome: { ok: true, value: { reference: "r1", ...known } } });
    expect(reasonOf(decide({ ...cash, amount: "12.35" }, known))).toBe("deposit_reference_taken");
    expect(reasonOf(decide({ ...cash, symbol: "AAPL" }, known))).toBe("deposit_reference_taken");
  });

  test("ID-80: has in its audit record who asked for it and who approved it", () => {
    const state = fundedAccount("a", 0, {});
    const out = recorder();
    for (const by of [{ by: "ann", approvedBy: "ben" }, { by: "ann" }]) {
      const { entries } = decideDeposit(state, cash, undefined, by, NO_ORIGIN, SEEDED);
      for (const entry of entries) applyEntry(state, entry, 5, out);
    }
    const [four, two] = out.audits.map(({ body }) => body);
    expect(four).toMatchObject({ reference: "r1", amount: "12.34", by: "ann", approved_by: "ben" });
    expect(two).toMatchObject({ by: "ann" });
    expect(two).not.toHaveProperty("approved_by");
  });

  test("that would take an account's deposits out of the exact range is refused", () => {
    const full = fundedAccount("a", 2 ** 52 - 123_399, {});
    expect(reasonOf(decide(cash, undefined, full))).toBe("deposit_invalid");
    expect(decide({ ...cash, amount: "12.3399" }, undefined, full).entries).toHaveLength(1);
  });

  test.each([
    [{ ...cash, amount: "0" }, "deposit_invalid"],
    [{ ...cash, amount: "-1" }, "deposit_invalid"],
    [{ ...cash, amount: "1.00001" }, "deposit_invalid"],
    [{ ...cash, amount: "x" }, "deposit_invalid"],
    [{ ...cash, amount: "100000000.0001" }, "deposit_invalid"],
    [{ ...cash, reference: "" }, "deposit_invalid"],
    [{ ...cash, reference: "r".repeat(129) }, "deposit_invalid"],
    [{ ...cash, symbol: "XXXX" }, "asset_not_found"],
  ])("of %j is refused: %s", (deposit, reason) => {
    expect(decide(deposit)).toMatchObject({ entries: [], outcome: { refusal: { reason } } });
  });
});
