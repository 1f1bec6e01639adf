import { expect, test } from "vitest";
import type { ActivityFilter, StoredActivity } from "../../../protocol/rpc/activities.ts";
import type { Change } from "./accountChanges.ts";
import { activityEvents, type EventRange, HEARTBEAT_MS, type Sent } from "./activityEvents.ts";

const idOf = (n: number): string => `20261130000000000::${String(n).padStart(8, "0")}`;

/** An account that has activities 1 to `count`; its changes, with the time that each takes and the activities it adds. */
function world(count: number, changes: readonly (readonly [change: Change, ms: number, added: number])[] = []) {
  const filters: ActivityFilter[] = [];
  const waits: number[] = [];
  let [has, now] = [count, 0];
  const left = [...changes];
  const ports = {
    page: async (filter: ActivityFilter) => {
      filters.push(filter);
      const after = filter.pageToken === null ? 0 : Number(filter.pageToken.split("::")[1]);
      const ids = Array.from({ length: has }, (_, n) => n + 1).filter((n) => n > after);
      const wanted = filter.direction === "asc" ? ids : [has].filter((n) => n > 0);
      const activities = wanted.slice(0, filter.limit).map((n) => ({ id: idOf(n) }) as StoredActivity);
      return { activities, more: wanted.length > filter.limit, since: 1 };
    },
    next: async (ms: number): Promise<Change> => {
      const [change, takes, added] = left.shift() ?? (["ended", 0, 0] as const);
      waits.push(ms);
      now += Math.min(ms, takes);
      has += added;
      return change;
    },
    wait: async (ms: number) => void (now += ms),
    ended: () => false,
    now: () => now,
  };
  return { ports, filters, waits };
}

const NOTHING = { afterMicros: null, untilMicros: null, pageToken: null };
const ALL: EventRange = { from: NOTHING, onlyNew: false, untilId: null };

/** What was sent: numbers of activities, h for a heartbeat, and why it ended. */
async function sent(stream: AsyncGenerator<Sent, void>): Promise<string> {
  const texts: string[] = [];
  for await (const each of stream) {
    if (each.kind === "events") texts.push(each.activities.map(({ id }) => Number(id.split("::")[1])).join(","));
    else texts.push(each.kind === "heartbeat" ? "h" : each.why);
  }
  return texts.join(" ");
}

test("AC-130: a stream of the past has each activity once, in pages, and ends", async () => {
  const { ports, filters } = world(205);
  const text = await sent(activityEvents(ALL, { ...ports, next: null }));
  expect(text.match(/\d+/g)?.map(Number)).toEqual(Array.from({ length: 205 }, (_, n) => n + 1));
  expect(text).toMatch(/ complete$/);
  expect(filters.map(({ pageToken }) => pageToken)).toEqual([null, idOf(100), idOf(200)]);
});

test("AC-130: what happens later follows what was there, and nothing comes twice", async () => {
  const { ports } = world(2, [
    ["changed", 5_000, 1],
    ["changed", 5_000, 0],
    ["changed", 5_000, 2],
  ]);
  expect(await sent(activityEvents(ALL, ports))).toBe("1,2 3 4,5 interrupted");
});

test("AC-130: without a beginning only what is new is sent, also to an account without activities", async () => {
  const onlyNew = { ...ALL, onlyNew: true };
  expect(await sent(activityEvents(onlyNew, world(7, [["changed", 1, 1]]).ports))).toBe("h 8 interrupted");
  expect(await sent(activityEvents(onlyNew, world(0, [["changed", 1, 1]]).ports))).toBe("h 1 interrupted");
});

test("AC-130: a stream continues after an id, and ends with an id", async () => {
  const from = { ...NOTHING, pageToken: idOf(3) };
  const range = (untilId: string) => ({ from, onlyNew: false, untilId });
  expect(await sent(activityEvents(range(idOf(5)), { ...world(9).ports, next: null }))).toBe("4,5 complete");
  expect(await sent(activityEvents(range(idOf(9)), { ...world(9).ports, next: null }))).toBe("4,5,6,7,8,9 complete");
  expect(await sent(activityEvents(range(idOf(2)), { ...world(9).ports, next: null }))).toBe("complete");
});

test("AC-130: a long past is not read on once the credentials have ended, or for longer than a stream lasts", async () => {
  const { ports } = world(1_000);
  let pages = 0;
  const page = (filter: ActivityFilter) => {
    pages++;
    return ports.page(filter);
  };
  expect(await sent(activityEvents(ALL, { ...ports, page, ended: () => pages === 3 }))).toMatch(/,300 interrupted$/);
  const slow = { ...ports, next: null, now: () => pages * 1_200_000 };
  pages = 0;
  expect(await sent(activityEvents(ALL, { ...slow, page }))).toMatch(/,300 lifetime$/);
});

test("AC-130: a stream with an end in the future ends then, after one more read", async () => {
  const { ports, waits } = world(1, [
    ["idle", HEARTBEAT_MS, 0],
    ["idle", HEARTBEAT_MS, 1],
  ]);
  const range = { ...ALL, from: { ...NOTHING, untilMicros: 20_000_000 } };
  expect(await sent(activityEvents(range, ports))).toBe("1 h 2 complete");
  expect(waits).toEqual([HEARTBEAT_MS, 5_000]);
});

test("AC-130: silence is heartbeats without reads; after two minutes the account is asked once", async () => {
  const quiet = Array.from({ length: 9 }, () => ["idle", HEARTBEAT_MS, 0] as const);
  const { ports, filters } = world(1, quiet);
  expect(await sent(activityEvents(ALL, ports))).toBe("1 h h h h h h h h interrupted");
  expect(filters).toHaveLength(2);
});

test("AC-130: a burst of changes is one read a second", async () => {
  const burst = Array.from({ length: 20 }, () => ["changed", 1, 1] as const);
  const { ports, filters } = world(1, burst);
  await sent(activityEvents(ALL, ports));
  expect(filters.length).toBe(21);
  expect(ports.now()).toBeGreaterThanOrEqual(20_000);
});

test("AC-130: a stream ends after an hour, or 500 reads", async () => {
  const hour = Array.from({ length: 240 }, () => ["idle", HEARTBEAT_MS, 0] as const);
  expect(await sent(activityEvents(ALL, world(1, hour).ports))).toMatch(/ h lifetime$/);
  const busy = Array.from({ length: 600 }, () => ["changed", 1, 1] as const);
  const { ports, filters } = world(1, busy);
  expect(await sent(activityEvents(ALL, ports))).toMatch(/ 500 lifetime$/);
  expect(filters).toHaveLength(500);
});
