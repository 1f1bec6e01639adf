import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyEntry } from "../apply.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import type { AccountEntry } from "../state/entries.ts";
import type { AccountState } from "../state/accountState.ts";
import { decideCancelAfter, decideDisconnect, decideLease, decideRelease } from "./decideTimers.ts";
import type { Origin } from "../state/events.ts";
import { applyReport } from "../orders/reports.ts";
import { fundedAccount, orderWith, recorder } from "../testing.ts";
import type { Recorder } from "../testing.ts";
import { dueTimers, LEASE_MS_MAX, LEASES_MAX, nextDue } from "./applyTimers.ts";

const ORIGIN: Origin = { requestId: "r1", ip: "192.0.2.1", userAgent: "bot" };

function accountWithOrders(...ids: string[]): AccountState {
  const state = fundedAccount("a", 100_000_000, {});
  for (const id of ids)
    applyEntry(state, { kind: "accepted", order: orderWith(id, {}), origin: ORIGIN }, 0, recorder());
  return state;
}

/** Applies a decision as the object does: timers that are due fire first. */
function book(state: AccountState, { entries }: { entries: readonly AccountEntry[] }, now: number): Recorder {
  const out = recorder();
  for (const entry of [...dueTimers(state, now), ...entries]) applyEntry(state, entry, now, out);
  return out;
}

const NOT_HELD = { entries: [], outcome: false };

const tick = (state: AccountState, now: number): Recorder => book(state, { entries: [] }, now);
const cancelAfter = (state: AccountState, seconds: number, now: number): Recorder =>
  book(state, decideCancelAfter(state, seconds, now, ORIGIN), now);
const hold = (state: AccountState, session: string, ttlMs: number, now: number): Recorder =>
  book(state, decideLease(state, session, ttlMs, now, ORIGIN, true), now);
const canceled = ({ commands }: Recorder): string[] =>
  commands.flatMap(({ command }) => (command.kind === "cancel" ? [command.orderId] : []));
const actions = ({ audits }: Recorder): string[] => audits.map(({ action }) => action);

describe("AC-14: the dead-man's switch", () => {
  test("cancels every open order at its time if it was not renewed, and is then off", () => {
    const state = accountWithOrders("x", "y");
    cancelAfter(state, 60, 1_000);
    expect(nextDue(state)).toBe(61_000);
    expect(canceled(tick(state, 60_999))).toEqual([]);
    const fired = tick(state, 61_000);
    expect(canceled(fired)).toEqual(["x", "y"]);
    expect(actions(fired)).toEqual(["cancel_after.fired", "order.cancel_requested", "order.cancel_requested"]);
    expect(fired.audits[0]).toMatchObject({
      body: { trigger_at: 61_000, set_by_request: "r1", orders: 2 },
      requestId: "",
      before: { cash: "9800", cash_held: "200" },
      after: { cash: "9800", cash_held: "200" },
    });
    expect(nextDue(state)).toBeNull();
    expect(actions(tick(state, 999_999))).toEqual([]);
  });

  test("restarts with each setting, and 0 switches it off", () => {
    const state = accountWithOrders("x");
    cancelAfter(state, 60, 0);
    cancelAfter(state, 60, 59_999);
    expect(canceled(tick(state, 60_000))).toEqual([]);
    expect(nextDue(state)).toBe(119_999);
    expect(actions(cancelAfter(state, 0, 70_000))).toEqual(["cancel_after.off"]);
    expect(nextDue(state)).toBeNull();
    expect(actions(cancelAfter(state, 0, 70_001)), "off already").toEqual([]);
    expect(canceled(tick(state, 119_999))).toEqual([]);
  });

  test("does not cancel orders that were accepted after its time, however late it fires", () => {
    const state = accountWithOrders("before");
    cancelAfter(state, 1, 0);
    const late = book(state, { entries: [{ kind: "accepted", order: orderWith("after", {}), origin: ORIGIN }] }, 5_000);
    expect(canceled(late)).toEqual(["before"]);
    expect(state.open.get("after")?.status).toBe("pending_new");
    expect(canceled(tick(state, 6_000))).toEqual([]);
  });

  test("that is renewed after its time fires first, then restarts", () => {
    const state = accountWithOrders("x");
    cancelAfter(state, 1, 0);
    expect(canceled(cancelAfter(state, 1, 1_000))).toEqual(["x"]);
    expect(nextDue(state)).toBe(2_000);
  });

  test("and a lease that fire in the commit that ends them are audited once", () => {
    const state = accountWithOrders();
    cancelAfter(state, 1, 0);
    hold(state, "s", 1_000, 0);
    const off = decideCancelAfter(state, 0, 1_000, ORIGIN);
    const ended = decideDisconnect(state, "s", ORIGIN, true);
    const out = book(state, { entries: [...off.entries, ...ended.entries] }, 1_000);
    expect(actions(out)).toEqual(["cancel_after.fired", "cancel_on_disconnect.fired"]);
  });

  test("sends no cancel twice", () => {
    const state = accountWithOrders("x", "y");
    applyEntry(state, { kind: "cancel_requested", orderId: "x", origin: ORIGIN }, 0, recorder());
    cancelAfter(state, 1, 0);
    expect(canceled(tick(state, 1_000))).toEqual(["y"]);
  });

  test.each([-1, 0.5, 86_401, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 60)])(
    "is not set to %f seconds",
    (seconds) => {
      const state = accountWithOrders();
      const refusal = { reason: "cancel_after_invalid" };
      expect(decideCancelAfter(state, seconds, 0, ORIGIN)).toEqual({ entries: [], outcome: { ok: false, refusal } });
    },
  );

  test("has a timeout of at most one day", () => {
    const { outcome } = decideCancelAfter(accountWithOrders(), 86_400, 7, ORIGIN);
    expect(outcome).toEqual({ ok: true, value: { currentTime: 7, triggerTime: 86_400_007 } });
  });
});

describe("WS-16: the lease of a session", () => {
  test("that is not renewed in time cancels every open order, once", () => {
    const state = accountWithOrders("x");
    expect(actions(hold(state, "s", 100, 0))).toEqual(["cancel_on_disconnect.set"]);
    expect(actions(hold(state, "s", 100, 90)), "renewals are not on record").toEqual([]);
    expect(canceled(tick(state, 189))).toEqual([]);
    const fired = tick(state, 190);
    expect(canceled(fired)).toEqual(["x"]);
    expect(fired.audits[0]).toMatchObject({
      action: "cancel_on_disconnect.fired",
      body: { session: "s", cause: "expired", set_by_request: "r1", orders: 1 },
    });
    expect(nextDue(state)).toBeNull();
  });

  test("that is released cancels nothing", () => {
    const state = accountWithOrders("x");
    hold(state, "s", 100, 0);
    expect(actions(book(state, decideRelease(state, "s", ORIGIN), 50))).toEqual(["cancel_on_disconnect.off"]);
    expect(decideRelease(state, "s", ORIGIN).entries).toEqual([]);
    expect(decideDisconnect(state, "s", ORIGIN, true).entries).toEqual([]);
    expect(canceled(tick(state, 1_000))).toEqual([]);
  });

  test("WS-18: requires permission to trade: others cannot start one, and their disconnection cancels nothing", () => {
    const state = accountWithOrders("x");
    expect(decideLease(state, "s", 100, 0, ORIGIN, false)).toEqual(NOT_HELD);
    expect(decideLease(state, "s", 100, 0, ORIGIN, undefined), "an earlier release does not say who asks").toEqual(
      NOT_HELD,
    );
    hold(state, "s", 100, 0);
    expect(decideLease(state, "s", 100, 1, ORIGIN, undefined).entries, "a renewal of an earlier release").toHaveLength(
      1,
    );
    expect(decideLease(state, "s", 100, 1, ORIGIN, false)).toEqual(NOT_HELD);
    expect(canceled(book(state, decideDisconnect(state, "s", ORIGIN, false), 2))).toEqual([]);
    expect(nextDue(state)).toBeNull();
  });

  test("whose socket disconnects cancels at once, and once", () => {
    const state = accountWithOrders("x");
    hold(state, "s", 100, 0);
    const fired = book(state, decideDisconnect(state, "s", ORIGIN, true), 10);
    expect(canceled(fired)).toEqual(["x"]);
    expect(fired.audits[0]).toMatchObject({ requestId: "r1", body: { cause: "disconnected" } });
    applyEntry(state, { kind: "accepted", order: orderWith("y", {}), origin: ORIGIN }, 11, recorder());
    expect(decideDisconnect(state, "s", ORIGIN, true).entries).toEqual([]);
    expect(canceled(tick(state, 100))).toEqual([]);
  });

  test("stays ended: a late renewal is refused", () => {
    const state = accountWithOrders("x");
    const late = (session: string, now: number) => decideLease(state, session, 100, now, ORIGIN, true);
    hold(state, "released", 100, 0);
    book(state, decideRelease(state, "released", ORIGIN), 1);
    hold(state, "ended", 100, 0);
    book(state, decideDisconnect(state, "ended", ORIGIN, true), 1);
    book(state, decideDisconnect(state, "ended before it began", ORIGIN, true), 1);
    hold(state, "expired", 100, 0);
    expect(late("expired", 100), "its time is over, though it has not fired").toEqual(NOT_HELD);
    tick(state, 100);
    for (const session of ["released", "ended", "ended before it began", "expired"]) {
      expect(late(session, 101), session).toEqual(NOT_HELD);
    }
    expect(nextDue(state)).toBeNull();
  });

  test("is one of at most 64, and the number of remembered ended sessions is bounded", () => {
    const state = accountWithOrders();
    for (let i = 0; i < LEASES_MAX; i++) hold(state, `s${i}`, 1_000, 0);
    expect(decideLease(state, "one more", 1_000, 0, ORIGIN, true)).toEqual(NOT_HELD);
    expect(decideLease(state, "s0", 1_000, 0, ORIGIN, true).entries, "a renewal is no new one").toHaveLength(1);
    for (let i = 0; i < 10_000; i++) book(state, decideDisconnect(state, `t${i}`, ORIGIN, true), 1);
    expect(state.timers.over.size).toBe(256);
    book(state, decideRelease(state, "s0", ORIGIN), 2 + LEASE_MS_MAX);
    expect([...state.timers.over.keys()].filter((session) => session.startsWith("t"))).toEqual([]);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, LEASE_MS_MAX + 1])("cannot last %f ms", (ttlMs) => {
    expect(decideLease(accountWithOrders(), "s", ttlMs, 0, ORIGIN, true)).toEqual(NOT_HELD);
  });

  test.each(["", "s".repeat(129)])("has a name of 1 to 128 characters", (session) => {
    expect(decideLease(accountWithOrders(), session, 1, 0, ORIGIN, true)).toEqual(NOT_HELD);
  });
});

test("AC-14, WS-16: over any sequence of settings, firings and restarts timers never fire early or twice", () => {
  const step = fc.record({
    after: fc.integer({ min: 0, max: 3_000 }),
    what: fc.oneof(
      fc.record({ kind: fc.constant("set" as const), seconds: fc.integer({ min: 0, max: 4 }) }),
      fc.record({
        kind: fc.constantFrom("hold" as const, "release" as const, "end" as const),
        session: fc.constantFrom("s", "t", "u"),
      }),
      fc.record({ kind: fc.constantFrom("restart" as const, "order" as const, "tick" as const) }),
    ),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let state = accountWithOrders();
      let now = 0;
      let orders = 0;
      /** The reference model: the end of each timer, and the ended sessions. */
      let switchAt: number | null = null;
      const leases = new Map<string, number>();
      const over = new Set<string>();
      for (const { after, what } of steps) {
        now += after;
        const due = (switchAt !== null && switchAt <= now) || [...leases.values()].some((at) => at <= now);
        const openBefore = [...state.open.values()].filter(({ status }) => status !== "pending_cancel").length;
        const live = what.kind === "end" && leases.has(what.session);
        let decided: { entries: readonly AccountEntry[] } = { entries: [] };
        if (what.kind === "set") decided = decideCancelAfter(state, what.seconds, now, ORIGIN);
        if (what.kind === "release") decided = decideRelease(state, what.session, ORIGIN);
        if (what.kind === "end") decided = decideDisconnect(state, what.session, ORIGIN, true);
        if (what.kind === "restart") state = loadAccount(structuredClone(saveAccount(state)));
        if (what.kind === "order") {
          decided = { entries: [{ kind: "accepted", order: orderWith(`o${orders++}`, { qty: 1 }), origin: ORIGIN }] };
        }
        if (what.kind === "hold") {
          const ended = over.has(what.session) || (leases.get(what.session) ?? Number.POSITIVE_INFINITY) <= now;
          const hold = decideLease(state, what.session, 1_000, now, ORIGIN, true);
          expect(hold.outcome).toBe(!ended);
          decided = hold;
          if (!ended) leases.set(what.session, now + 1_000);
        }
        expect(canceled(book(state, decided, now))).toHaveLength(due || live ? openBefore : 0);

        if (switchAt !== null && switchAt <= now) switchAt = null;
        if (what.kind === "set") switchAt = what.seconds === 0 ? null : now + what.seconds * 1_000;
        for (const [session, at] of leases) if (at <= now) over.add(session);
        if (what.kind === "release" || what.kind === "end") over.add(what.session);
        for (const session of over) leases.delete(session);
        expect(state.timers.cancelAfter?.at ?? null).toBe(switchAt);
        expect([...state.timers.leases].map(([session, { at }]) => [session, at])).toEqual([...leases]);
      }
    }),
    { numRuns: 500 },
  );
});

test("AK-1: a snapshot of a release without timers loads without any", () => {
  const { timers: _, ...old } = saveAccount(accountWithOrders("x"));
  expect(loadAccount(old).timers).toEqual({ cancelAfter: null, leases: new Map(), over: new Map() });
});

test("AC-8: an order that a timer cancels releases its hold when the book has replied", () => {
  const state = accountWithOrders("x");
  cancelAfter(state, 1, 0);
  tick(state, 1_000);
  applyReport(state, { kind: "closed", orderId: "x", cause: "canceled", at: 1_001 }, 1_001, recorder());
  expect(saveAccount(state)).toMatchObject({ open: [], ledger: [["USD", { available: 100_000_000, held: 0 }]] });
});
