import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Activity, BookingActivity, FillActivity } from "../../domain/account/activities/activity.ts";
import { newAccount } from "../../domain/account/state/accountState.ts";
import { move } from "../../domain/account/ledger/ledger.ts";
import { DAY, dayOf, HOUR, MINUTE, newYorkInstant } from "../../domain/market/newYork.ts";
import { type Movement, MovementSum, readMovement } from "../../domain/portfolio/history/movement.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { ActivityLog } from "./activityLog.ts";
import { addActivity } from "./activityMovements.ts";
import { MovementLog, MOVEMENTS_PAGE_MAX } from "./movementLog.ts";
import { movementsFrom, movementSteps, STEP_ACTIVITIES_MAX } from "./movementQueries.ts";

const MONDAY = dayOf(2026, 11, 16);
const at = (day: number, hour: number): number => newYorkInstant(day, hour * HOUR);

let storage: NodeStorage;
let log: MovementLog;
beforeEach(() => {
  storage = new NodeStorage(() => undefined);
  log = new MovementLog(storage);
});
afterEach(() => storage.close());

function fill(
  when: number,
  side: "buy" | "sell",
  qty: number,
  cash: number,
  more: Partial<FillActivity> = {},
): Activity {
  const order = {
    orderId: "o",
    symbol: "AAPL",
    side,
    price: 1,
    qty,
    cumQty: qty,
    leavesQty: 0,
    status: "filled",
  } as const;
  const trade = { cash, tradeId: 1, liquidity: "taker", fees: [], lots: [], disposalId: null, washSales: [] };
  return { type: "FILL", at: when, tradedAt: when - 10, ...order, ...trade, ...more };
}
function change(
  type: BookingActivity["type"],
  when: number,
  cash: number,
  more: Partial<BookingActivity> = {},
): Activity {
  return { type, at: when, cash, symbol: null, qty: 0, cost: 0, reference: "", description: "", lots: [], ...more };
}
const read = (from: number): Movement[] => log.from(from).movements.map(readMovement);
const rows = () => [...storage.exec("SELECT day, count(*) AS n FROM movements GROUP BY day")].map(({ n }) => Number(n));

test("EQ-3: fills, fees, payments and shares that entered are sums of their trading day, which begins at 20:00", () => {
  const lots = [{ lotId: 1, acquiredAt: 1, quantity: 2, cost: 30, proceeds: 50 }];
  for (const activity of [
    change("CSD", at(MONDAY, 9), 1_000),
    change("JNLS", at(MONDAY, 10), 0, { symbol: "AAPL", qty: 5, cost: 75 }),
    fill(at(MONDAY, 11), "buy", 3, 60, { fees: [{ code: "commission", amount: 1 }] }),
    change("FEE", at(MONDAY, 11), -1, { reference: "o" }),
    fill(at(MONDAY, 19), "sell", 2, 50, { lots }),
    change("CSW", at(MONDAY, 20), -100),
    change("MISC", at(MONDAY, 20), 7),
  ]) {
    log.add(activity);
  }
  expect(read(MONDAY)).toEqual([
    {
      at: MONDAY,
      cash: 1_000 - 60 - 1 + 50,
      fees: 1,
      flows: [
        { type: "CSD", symbol: null, amount: 1_000, cost: 0 },
        { type: "JNLS", symbol: "AAPL", amount: 5, cost: 75 },
      ],
      trades: [{ symbol: "AAPL", qty: 1, bought: 60, sold: 50, realized: 20, fees: 1 }],
    },
    { at: MONDAY + 1, cash: -100, fees: 0, flows: [{ type: "CSW", symbol: null, amount: -100, cost: 0 }], trades: [] },
  ]);
});

test("EQ-3: what is written in parts is one movement of its day, and one row when the day is over", () => {
  for (let nth = 0; nth < 5; nth++) {
    log.add(fill(at(MONDAY, 10) + nth, "buy", 1, 10));
    log.write();
  }
  log.write();
  expect(rows()).toEqual([5]);
  log.add(fill(at(MONDAY, 12), "buy", 1, 10));
  expect(read(MONDAY)).toMatchObject([{ at: MONDAY, cash: -60, trades: [{ qty: 6, bought: 60 }] }]);
  // A restart: what was not written is added again by the journal.
  log = new MovementLog(storage);
  log.add(fill(at(MONDAY, 12), "buy", 1, 10));
  log.add(fill(at(MONDAY + 3, 12), "sell", 6, 90));
  log.write();
  expect(rows()).toEqual([1, 1]);
  expect(read(0).map(({ at: day, cash }) => [day, cash])).toEqual([
    [MONDAY, -60],
    [MONDAY + 3, 90],
  ]);
  expect(read(MONDAY + 1)).toHaveLength(1);
});

test("EQ-3: pages end between days", () => {
  for (let day = 0; day < 5; day++) {
    for (const symbol of ["A", "B", "C"]) log.add(fill(at(MONDAY + day, 12), "buy", 1, 10, { symbol }));
    if (day < 3) log.write();
  }
  const found: number[] = [];
  let pages = 0;
  for (let from: number | null = MONDAY; from !== null; pages++) {
    const page = log.from(from, 7);
    found.push(...page.movements.map(([day]) => day - MONDAY));
    from = page.next;
  }
  expect([pages, found]).toEqual([3, [0, 1, 2, 3, 4]]);
  // A day that is larger than a page is one.
  expect(log.from(MONDAY, 1)).toMatchObject({ next: MONDAY + 1 });
  expect(MOVEMENTS_PAGE_MAX).toBeGreaterThan(1_000);
});

test("EQ-3: the movements come with what the account has now; an account that is not open has none", () => {
  expect(movementsFrom(newAccount(), log, 0)).toBeNull();
  const state = { ...newAccount(), accountId: "a", createdAt: 5, activitiesSince: 6 };
  move(state.ledger, "USD", "outside", "available", 70);
  move(state.ledger, "USD", "available", "held", 30);
  move(state.ledger, "AAPL", "outside", "available", 3);
  move(state.ledger, "MSFT", "outside", "available", 3);
  move(state.ledger, "MSFT", "available", "venue", 3);
  const now = { cash: 70, lots: [["AAPL", 3]], createdAt: 5, since: 6, movements: [], next: null };
  expect(movementsFrom(state, log, 0)).toEqual(now);
});

test("EQ-7: within a day movements are those of steps, by the time at which they were applied", () => {
  const activities = new ActivityLog(storage);
  const open = at(MONDAY, 10);
  for (const activity of [
    // Executed before, and applied within.
    fill(open, "buy", 1, 10, { tradedAt: open - 5 * HOUR }),
    fill(open + MINUTE, "buy", 2, 20),
    change("CSD", open + 5 * MINUTE, 7),
    fill(open + 20 * MINUTE, "sell", 1, 15),
  ]) {
    activities.add(activity);
  }
  const steps = (from: number, to: number) =>
    movementSteps({ resetAt: 0 }, activities, { from, to, stepMinutes: 5, place: null }).movements.map(
      ([time, cash]) => [(time - open) / MINUTE, cash],
    );
  expect(steps(open, open + DAY)).toEqual([
    [1, -30],
    [5, 7],
    [20, 15],
  ]);
  expect(steps(open + MINUTE, open + 20 * MINUTE)).toEqual([
    [1, -20],
    [5, 7],
  ]);
});

test("EQ-7: many activities take several pages, which together are all of them", () => {
  const activities = new ActivityLog(storage);
  const open = at(MONDAY, 10);
  const total = 2 * STEP_ACTIVITIES_MAX + 10;
  for (let nth = 0; nth < total; nth++) activities.add(fill(open + nth * 10, "buy", 1, 1));
  activities.write();
  let [pages, cash] = [0, 0];
  for (let place: number | null = null; pages === 0 || place !== null; pages++) {
    const page = movementSteps({ resetAt: 0 }, activities, { from: open, to: open + DAY, stepMinutes: 1, place });
    for (const [, change] of page.movements) cash += change;
    place = page.next;
  }
  expect([pages, cash]).toEqual([3, -total]);
});

test("EQ-3: however activities are written, their days are the sums of all of them", () => {
  const activity = fc.record({
    hours: fc.nat(30),
    qty: fc.integer({ min: 1, max: 100 }),
    // No activity moves nothing.
    cash: fc.integer({ min: 1, max: 1_000 }),
    kind: fc.constantFrom("buy", "sell", "CSD"),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(activity, fc.boolean()), { maxLength: 60 }), (steps) => {
      const disk = new NodeStorage(() => undefined);
      try {
        const written = new MovementLog(disk);
        const sums = new Map<number, MovementSum>();
        let now = at(MONDAY, 0);
        for (const [{ hours, qty, cash, kind }, write] of steps) {
          now += hours * HOUR;
          const one = kind === "CSD" ? change(kind, now, cash) : fill(now, kind === "buy" ? "buy" : "sell", qty, cash);
          written.add(one);
          if (write) written.write();
          // 20:00 of the day before is hour -4 of a day: there is no change of clocks in these weeks.
          const day = Math.floor((now - at(MONDAY, -4)) / DAY) + MONDAY;
          const sum = sums.get(day) ?? new MovementSum(day);
          sums.set(day, sum);
          addActivity(sum, one);
        }
        const expected = [...sums.values()].filter(({ size }) => size > 0).map((sum) => sum.movement());
        expect(written.from(0).movements.map(readMovement)).toEqual(expected);
      } finally {
        disk.close();
      }
    }),
    { numRuns: 50 },
  );
});
