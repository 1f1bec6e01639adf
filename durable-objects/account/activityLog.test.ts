import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ACTIVITY_TYPES, type Activity, activityTime } from "../../domain/account/activities/activity.ts";
import { newAccount } from "../../domain/account/state/accountState.ts";
import type { ActivityFilter } from "../../protocol/rpc/activities.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { ACTIVITIES_A_ROW_MAX } from "../actor/limits.ts";
import { ActivityLog } from "./activityLog.ts";
import { pageOfActivities } from "./activityQueries.ts";
import { decodeActivities, encodeActivities } from "./activityRows.ts";

let storage: NodeStorage;
beforeEach(() => {
  storage = new NodeStorage(() => undefined);
});
afterEach(() => storage.close());

const START = 1_800_000_000_000;
const EVERY: ActivityFilter = {
  types: null,
  afterMicros: null,
  untilMicros: null,
  direction: "asc",
  limit: 10,
  pageToken: null,
};
const ACCOUNT = { ...newAccount(), accountId: "5a8f2d0e-1b2c-4d3e-8f90-0123456789ab", activitiesSince: START };

const lot = fc.record({
  lotId: fc.nat(),
  acquiredAt: fc.nat(),
  quantity: fc.nat(),
  cost: fc.maxSafeInteger(),
  proceeds: fc.option(fc.maxSafeInteger()),
});
const lots = fc.oneof(fc.constant([]), fc.array(lot, { maxLength: 3 }));
const washSale = fc.record({
  disposalId: fc.nat(),
  lotId: fc.nat(),
  replacedBy: fc.nat(),
  quantity: fc.nat(),
  disallowed: fc.nat(),
});
const fill = fc.record({
  type: fc.constant("FILL" as const),
  at: fc.constant(START),
  tradedAt: fc.integer({ min: START - 5, max: START + 5 }),
  orderId: fc.uuid(),
  symbol: fc.constantFrom("AAPL", "BTC/USD"),
  side: fc.constantFrom("buy" as const, "sell" as const),
  price: fc.nat(),
  qty: fc.maxSafeInteger(),
  cumQty: fc.maxSafeInteger(),
  leavesQty: fc.nat(),
  status: fc.constantFrom("filled" as const, "partially_filled" as const, "pending_cancel" as const),
  cash: fc.maxSafeInteger(),
  tradeId: fc.nat(),
  liquidity: fc.constantFrom("maker", "taker", "auction"),
  fees: fc.array(fc.record({ code: fc.string(), amount: fc.maxSafeInteger() }), { maxLength: 2 }),
  lots,
  disposalId: fc.option(fc.nat()),
  washSales: fc.oneof(fc.constant([]), fc.array(washSale, { maxLength: 2 })),
});
const booking = fc.record({
  type: fc.constantFrom(...ACTIVITY_TYPES).filter((type) => type !== "FILL"),
  at: fc.integer({ min: START - 5, max: START + 5 }),
  cash: fc.maxSafeInteger(),
  symbol: fc.option(fc.constant("AAPL")),
  qty: fc.maxSafeInteger(),
  cost: fc.maxSafeInteger(),
  reference: fc.string(),
  description: fc.string(),
  lots,
});
const activity: fc.Arbitrary<Activity> = fc.oneof(fill, fill, booking as fc.Arbitrary<Activity>);

/** The log with these activities, of which the last ones are in memory only. */
function logOf(activities: readonly Activity[], unwritten: number): ActivityLog {
  const log = new ActivityLog(storage);
  const written = activities.length - unwritten;
  for (const [nth, each] of activities.entries()) {
    log.add(each);
    if (nth === written - 1) log.write();
  }
  return log;
}

test("AC-83: a row is read as it was written", () => {
  fc.assert(
    fc.property(fc.array(activity, { maxLength: 5 }), (activities) => {
      expect(decodeActivities(Uint8Array.from(encodeActivities(activities)).buffer)).toEqual(activities);
    }),
  );
});

describe("AC-84: activities are read in pages", () => {
  test("that together are what a filter of the whole record gives, in both directions, also over memory and rows", () => {
    const filter = fc.record({
      types: fc.option(fc.subarray([...ACTIVITY_TYPES])),
      afterMicros: fc.option(fc.integer({ min: (START - 6) * 1_000, max: (START + 6) * 1_000 })),
      untilMicros: fc.option(fc.integer({ min: (START - 6) * 1_000, max: (START + 6) * 1_000 })),
      direction: fc.constantFrom("asc" as const, "desc" as const),
      limit: fc.integer({ min: 1, max: 7 }),
      pageToken: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.array(activity, { maxLength: 30 }), fc.nat(30), fc.nat(30), filter, (all, cut, memory, asked) => {
        storage.exec("DROP TABLE IF EXISTS activities");
        const unwritten = Math.min(memory, all.length);
        const log = new ActivityLog(storage);
        // Two writes, so that there is more than one row.
        for (const [nth, each] of all.entries()) {
          log.add(each);
          if (nth === cut || nth === all.length - unwritten - 1) log.write();
        }
        const { types, afterMicros, untilMicros, direction } = asked;
        const wanted = all.filter((each) => {
          const micros = activityTime(each) * 1_000;
          return (
            (types === null || types.includes(each.type)) &&
            (afterMicros === null || micros > afterMicros) &&
            (untilMicros === null || micros < untilMicros)
          );
        });
        const found: Activity[] = [];
        const ids: string[] = [];
        for (let pageToken: string | null = null; ;) {
          const page = pageOfActivities(ACCOUNT, log, { ...asked, pageToken });
          if ("unknown" in page) throw new Error(`the id of the last activity is unknown: ${page.unknown}`);
          for (const { id, ...rest } of page.activities) {
            found.push(rest);
            ids.push(id);
          }
          pageToken = page.activities.at(-1)?.id ?? null;
          if (!page.more) break;
          expect(page.activities).toHaveLength(asked.limit);
        }
        expect(found).toEqual(direction === "asc" ? wanted : wanted.reverse());
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  test("and have the same ids after they were written and after a restart", () => {
    const activities = fc.sample(activity, { numRuns: 2 * ACTIVITIES_A_ROW_MAX + 3, seed: 1 });
    const log = logOf(activities, activities.length);
    const ids = (of: ActivityLog) => {
      const page = pageOfActivities(ACCOUNT, of, { ...EVERY, limit: 1_000 });
      return "unknown" in page ? [] : page.activities.map(({ id }) => id);
    };
    const before = ids(log);
    expect(before).toHaveLength(activities.length);
    expect([log.unwritten, ids(new ActivityLog(storage))]).toEqual([activities.length, []]);
    log.write();
    expect([log.unwritten, ids(log), ids(new ActivityLog(storage))]).toEqual([0, before, before]);
    const rows = [...storage.exec("SELECT first, last FROM activities ORDER BY last")];
    expect(rows.map(({ first, last }) => Number(last) - Number(first) + 1)).toEqual([64, 64, 3]);
    const more = new ActivityLog(storage);
    more.add(activities[0] as Activity);
    expect(ids(more).slice(0, -1)).toEqual(before);
  });

  test("that begin after an activity of this account, and of no other", () => {
    const log = logOf(fc.sample(activity, { numRuns: 3, seed: 2 }), 1);
    const page = pageOfActivities(ACCOUNT, log, EVERY);
    const ids = "unknown" in page ? [] : page.activities.map(({ id }) => id);
    expect(ids).toHaveLength(3);
    const other = pageOfActivities({ ...ACCOUNT, accountId: "another" }, log, { ...EVERY, pageToken: ids[0] ?? "" });
    expect(other).toEqual({ unknown: ids[0] });
    const wrong = [
      "",
      "x",
      ids[0]?.replace(/^\d/, "3") ?? "",
      ids[0]?.replace("::00000000-0001", "::00000000-0009") ?? "",
    ];
    for (const pageToken of wrong) {
      expect(pageOfActivities(ACCOUNT, log, { ...EVERY, pageToken })).toEqual({ unknown: pageToken });
    }
  });
});
