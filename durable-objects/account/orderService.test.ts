/** Commands that are decided together, on a real state and store without an object. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { applyEntry } from "../../domain/account/apply.ts";
import type { Recorder } from "../../domain/account/testing.ts";
import { fundedAccount, orderWith, recorder, ticketWith } from "../../domain/account/testing.ts";
import { applyReport } from "../../domain/account/orders/reports.ts";
import { saveAccount } from "../../domain/account/state/save.ts";
import { NO_ORIGIN } from "../../domain/account/state/events.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { SEEDED } from "../../domain/market/listing.ts";
import type { BookTop, LiveOrder } from "../../protocol/rpc/orderBook.ts";
import type { CommandOutcome, OrderCommand } from "../../protocol/rpc/orderCommands.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { BOOK_PRICES_TIMEOUT_MS } from "../actor/limits.ts";
import { OrderService } from "./orderService.ts";
import { AccountStore } from "./store.ts";

const NOW = 1_800_000_000_000;
const TOP: BookTop = { symbol: "F", bid: null, ask: { price: 110_000, qty: 1 }, last: null, sequence: 1, at: 1 };

const stores: NodeStorage[] = [];
let ids = 0;
beforeEach(() => {
  vi.spyOn(crypto, "randomUUID").mockImplementation(() => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`);
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const store of stores.splice(0)) store.close();
});

interface Rig {
  readonly service: OrderService;
  readonly state: AccountState;
  readonly out: Recorder;
  /** Addresses of books that were waited for, and symbols whose prices were asked for. */
  readonly awaited: string[];
  readonly asked: string[];
}

/** An account with $1,000, ten shares of AAPL and two live orders, r0 and r1. Each rig has the same ids. */
function rig({
  erased = false,
  top = () => Promise.resolve(TOP),
  live = (): Promise<LiveOrder[]> => Promise.resolve([]),
  awaitReply = (): Promise<unknown> => Promise.resolve(),
} = {}): Rig {
  ids = 0;
  const storage = new NodeStorage(() => undefined);
  stores.push(storage);
  const store = new AccountStore(storage);
  const state = fundedAccount("a", 10_000_000, { AAPL: 10_000_000_000 });
  const out: Recorder = { ...recorder(), closed: (order) => store.addClosedOrder({ ...order }) };
  for (const id of ["r0", "r1"]) {
    applyEntry(state, { kind: "accepted", order: orderWith(id, { rules: 3 }), origin: NO_ORIGIN }, NOW, out);
    applyReport(state, { kind: "accepted", orderId: id, at: NOW }, NOW, out);
  }
  const awaited: string[] = [];
  const asked: string[] = [];
  const service = new OrderService({
    state: () => state,
    store,
    erased: () => erased,
    decideCommands: async (decide) =>
      decide(state, NOW, (entries) => {
        for (const entry of entries) applyEntry(state, entry, NOW, out);
      }),
    awaitReply: (symbol) => {
      awaited.push(symbol);
      return awaitReply();
    },
    book: (symbol) => ({
      top: () => {
        asked.push(symbol);
        return top();
      },
      live,
    }),
    calendar: "always",
    instruments: async () => SEEDED,
    log: () => undefined,
  });
  return { service, state, out, awaited, asked };
}

const execute = ({ service }: Rig, commands: readonly OrderCommand[], allOrNone = false, sequence?: string) =>
  service.execute(commands, { allOrNone, ...(sequence === undefined ? {} : { sequence }) }, NO_ORIGIN, NOW);

/** What a balance, order or update depends on: everything but the number of audited events. */
function comparable({ state, out }: Rig) {
  return { state: saveAccount(state), commands: out.commands, updates: out.updates, audits: out.audits };
}

function unaudited(from: Rig) {
  const { state, commands, updates } = comparable(from);
  return JSON.stringify({ ...state, nextAuditEvent: 0, commands, updates });
}

const NO_CHANGES = { qty: null, limitPrice: null, stopPrice: null, trail: null, timeInForce: null, goodTil: null };
const clientOrderId = fc.constantFrom(null, "c1", "c2", "c3");
const name = fc.oneof(
  fc.record({ orderId: fc.constantFrom("r0", "r1", "unknown") }),
  fc.record({ clientOrderId: fc.constantFrom("c1", "c2", "c3", "c-r0", "unknown") }),
);
const command: fc.Arbitrary<OrderCommand> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        clientOrderId,
        symbol: fc.constantFrom("AAPL", "F"),
        side: fc.constantFrom("buy", "sell", "neither"),
        qty: fc.constantFrom("1", "3", "0"),
        limitPrice: fc.constantFrom("100", "90", "110"),
      })
      .map((ticket) => ({ kind: "place", ticket: ticketWith(ticket) }) as const),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ orderId: fc.constantFrom("r0", "r1", "unknown"), clientOrderId, qty: fc.constantFrom("2", "5", "50") })
      .map(({ orderId, ...changes }) => ({ kind: "replace", orderId, ticket: { ...NO_CHANGES, ...changes } }) as const),
  },
  { weight: 2, arbitrary: name.map((order) => ({ kind: "cancel", ...order }) as const) },
  { weight: 1, arbitrary: name.map((order) => ({ kind: "query", ...order }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "cancel_all" } as const) },
);
const batches = fc.array(command, { minLength: 1, maxLength: 12 });

test("AC-53: commands in one call have the outcomes and the state of the same commands one after another", async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (commands) => {
      const alone = rig();
      const one: CommandOutcome[] = [];
      for (const each of commands) one.push(...(await execute(alone, [each])));
      const together = rig();
      const all = await execute(together, commands);
      // Answers show the orders as they are after the whole call, so only what does not change later is compared.
      expect(all.map(fixed)).toEqual(namedOnce(one.map(fixed)));
      expect(comparable(together)).toEqual(comparable(alone));
    }),
    { numRuns: 300 },
  );
});

/** Cancels of all without the orders that earlier ones have named, which those of one call do not name again. */
function namedOnce(outcomes: readonly unknown[]): unknown[] {
  const seen = new Set<unknown>();
  const isNew = (id: unknown) => !seen.has(id) && seen.add(id);
  return outcomes.map((each) => (Array.isArray(each) ? each.filter(isNew) : each));
}

/** The refusal, or the orders that it names. */
function fixed(outcome: CommandOutcome): unknown {
  if (!outcome.ok || outcome.value === null) return outcome;
  return "length" in outcome.value ? outcome.value.map(({ order }) => order.id) : outcome.value.id;
}

test("AC-54: all or none: either every command has been executed, or nothing has changed", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(batches, async (commands) => {
      const separate = rig();
      const expected = await execute(separate, commands);
      const atomic = rig();
      const before = unaudited(atomic);
      const outcomes = await execute(atomic, commands, true);
      // A query is no reason not to execute the others.
      if (expected.every(({ ok }, index) => ok || commands[index]?.kind === "query")) {
        seen.add("all");
        expect(outcomes.map(fixed)).toEqual(expected.map(fixed));
        expect(comparable(atomic)).toEqual(comparable(separate));
        return;
      }
      seen.add("none");
      expect(unaudited(atomic)).toBe(before);
      for (const [index, outcome] of outcomes.entries()) {
        const whole = expected[index];
        if (whole?.ok === false) expect(outcome).toEqual(whole);
        else if (!outcome.ok) expect(outcome.refusal.reason).toMatch(/^(batch_not_executed|order_not_found)$/);
      }
    }),
    { numRuns: 300 },
  );
  expect(seen).toEqual(new Set(["all", "none"]));
});

test("AC-54: a refused batch is audited: each order with its own reason, the others with that of the batch", async () => {
  const all = rig();
  const before = all.out.audits.length;
  const outcomes = await execute(
    all,
    [
      { kind: "place", ticket: ticketWith({ clientOrderId: "fine", qty: "1" }) },
      { kind: "place", ticket: ticketWith({ clientOrderId: "dear", qty: "50" }) },
      { kind: "replace", orderId: "r0", ticket: { ...NO_CHANGES, clientOrderId: null, qty: "2" } },
      { kind: "cancel", orderId: "r1" },
    ],
    true,
  );
  const reasons = ["batch_not_executed", "insufficient_buying_power", "batch_not_executed", "batch_not_executed"];
  expect(outcomes.map((outcome) => !outcome.ok && outcome.refusal.reason)).toEqual(reasons);
  const audited = all.out.audits.slice(before).map(({ action, body }) => [action, body["reason"]]);
  expect(audited).toEqual([
    ["order.refused", "batch_not_executed"],
    ["order.refused", "insufficient_buying_power"],
    ["order.replace_refused", "batch_not_executed"],
  ]);
});

test("AC-54: a repeated batch has the orders of the first one, also when it is not executed again", async () => {
  const all = rig();
  const commands = [
    { kind: "place", ticket: ticketWith({ clientOrderId: "mine" }) },
    { kind: "cancel", clientOrderId: "c-r1" },
  ] as const;
  const [first] = await execute(all, commands, true);
  const before = unaudited(all);
  expect(await execute(all, commands, true)).toEqual([first, { ok: true, value: null }]);
  expect(unaudited(all)).toBe(before);
  const more = [...commands, { kind: "place", ticket: ticketWith({ clientOrderId: "more", qty: "500" }) }] as const;
  const outcomes = await execute(all, more, true);
  expect(outcomes.slice(0, 2)).toEqual([first, { ok: true, value: null }]);
  expect(outcomes[2]).toMatchObject({ refusal: { reason: "insufficient_buying_power" } });
});

test("AC-53: a cancel finds an order of the same call by its client order id, and a repeated id is one order", async () => {
  const all = rig();
  const [placed, repeated, taken, canceled, found] = await execute(all, [
    { kind: "place", ticket: ticketWith({ clientOrderId: "mine" }) },
    { kind: "place", ticket: ticketWith({ clientOrderId: "mine" }) },
    { kind: "place", ticket: ticketWith({ clientOrderId: "mine", qty: "2" }) },
    { kind: "cancel", clientOrderId: "mine" },
    { kind: "query", clientOrderId: "mine" },
  ]);
  expect(repeated).toEqual(placed);
  expect(taken).toEqual({ ok: false, refusal: { reason: "client_order_id_taken" } });
  expect(canceled).toEqual({ ok: true, value: null });
  expect(found).toMatchObject({ value: { clientOrderId: "mine", status: "pending_cancel" } });
});

test("AC-53: prices of a book are asked for once, and its reply is waited for once", async () => {
  const all = rig();
  const market = { type: "market", limitPrice: null, timeInForce: "day", symbol: "F" } as const;
  const commands = Array.from({ length: 5 }, () => ({ kind: "place", ticket: ticketWith(market) }) as const);
  const outcomes = await execute(all, [...commands, { kind: "place", ticket: ticketWith({}) }]);
  expect(outcomes.every(({ ok }) => ok)).toBe(true);
  expect(all.asked).toEqual(["F"]);
  expect(all.awaited).toEqual(["F", "AAPL"]);
});

test("AC-53: a book that does not answer refuses its market orders only; the single request is not answered", async () => {
  const all = rig({ top: () => Promise.reject(new Error("away")) });
  const ticket = ticketWith({ type: "market", limitPrice: null, timeInForce: "day", symbol: "F" });
  const outcomes = await execute(all, [
    { kind: "place", ticket },
    { kind: "place", ticket: ticketWith({}) },
  ]);
  expect(outcomes).toMatchObject([{ refusal: { reason: "book_unavailable" } }, { ok: true }]);
  await expect(all.service.submit(ticket, NO_ORIGIN, NOW)).rejects.toThrow("does not answer");
});

test("AC-53, PV-16: a closed account refuses orders of a call, and cancels", async () => {
  const outcomes = await execute(rig({ erased: true }), [
    { kind: "place", ticket: ticketWith({}) },
    { kind: "cancel", orderId: "r0" },
    { kind: "replace", orderId: "r1", ticket: { ...NO_CHANGES, clientOrderId: null, qty: "2" } },
  ]);
  const closed = { ok: false, refusal: { reason: "account_closed" } };
  expect(outcomes).toEqual([closed, { ok: true, value: null }, closed]);
});

test("AC-53: more than a hundred commands are not executed", async () => {
  const all = rig();
  const before = unaudited(all);
  const commands = Array.from({ length: 101 }, () => ({ kind: "cancel", orderId: "r0" }) as const);
  await expect(execute(all, commands)).rejects.toThrow("101 commands");
  expect(unaudited(all)).toBe(before);
});

test("WS-25: what comes after the commands of a sequence is decided after them, and waits for no reply of a book", async () => {
  const top = Promise.withResolvers<BookTop>();
  const all = rig({ top: () => top.promise, awaitReply: () => new Promise(() => undefined) });
  const held = new Set(all.state.open.keys());
  const ticket = ticketWith({ type: "market", limitPrice: null, timeInForce: "day", symbol: "F" });
  void execute(all, [{ kind: "place", ticket }], false, "s");
  void execute(all, [{ kind: "place", ticket: ticketWith({}) }], false, "s");
  const placed = () => [...all.state.open.values()].filter(({ id }) => !held.has(id)).map(({ symbol }) => symbol);
  const after = all.service.afterCommands("s", async () => placed());
  expect(await all.service.afterCommands(undefined, async () => placed())).toEqual([]);
  top.resolve(TOP);
  expect(await after).toEqual(["F", "AAPL"]);
});

describe("AK-9: a book that hangs", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const hangs = () => new Promise<never>(() => undefined);

  test("refuses its market orders after some seconds, and holds back nothing of the connection for longer", async () => {
    const all = rig({ top: hangs });
    const ticket = ticketWith({ type: "market", limitPrice: null, timeInForce: "day", symbol: "F" });
    const outcomes = execute(all, [{ kind: "place", ticket }], false, "s");
    const ended = all.service.afterCommands("s", () => Promise.resolve("ended"));
    await vi.advanceTimersByTimeAsync(1.1 * BOOK_PRICES_TIMEOUT_MS);
    expect(await outcomes).toMatchObject([{ refusal: { reason: "book_unavailable" } }]);
    expect(await ended).toBe("ended");
  });

  test("leaves trailing stops without their prices of now", async () => {
    const all = rig({ live: hangs });
    const ticket = ticketWith({ type: "trailing_stop", symbol: "F", limitPrice: null, trailPrice: "1" });
    const outcomes = execute(all, [{ kind: "place", ticket }]);
    await vi.advanceTimersByTimeAsync(1.1 * BOOK_PRICES_TIMEOUT_MS);
    expect(await outcomes).toMatchObject([{ ok: true }]);
  });
});
