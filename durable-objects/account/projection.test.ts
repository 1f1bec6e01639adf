import { afterEach, beforeEach, expect, test } from "vitest";
import { orderWith } from "../../domain/account/testing.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { PROJECTED_ROWS_AGE_MS, PROJECTED_ROWS_MAX, PROJECTED_ROWS_MIN } from "../actor/limits.ts";
import { ActivityLog } from "./activityLog.ts";
import { MovementLog } from "./movementLog.ts";
import { AccountProjection } from "./projection.ts";
import { AccountStore } from "./store.ts";
import { UpdateLog } from "./updateLog.ts";

const START = 1_800_000_000_000;
let storage: NodeStorage;
let now: number;
let rows: number;
let projection: AccountProjection;
beforeEach(() => {
  storage = new NodeStorage(() => undefined);
  [now, rows] = [START, 0];
  projection = new AccountProjection(
    new AccountStore(storage),
    new UpdateLog(storage),
    new ActivityLog(storage),
    new MovementLog(storage),
    () => now,
  );
});
afterEach(() => storage.close());

function add(count: number): void {
  for (let nth = 0; nth < count; nth++) {
    const sequence = ++rows;
    const order = { ...orderWith(`id-${sequence}`, {}), sequence, submittedAt: START } as never;
    projection.add({ kind: "closed", order });
  }
}

test("AK-13: few rows are not written, many are when the oldest is old, and as many as the memory allows at once", () => {
  add(PROJECTED_ROWS_MIN - 1);
  now += 100 * PROJECTED_ROWS_AGE_MS;
  expect(projection.isDue).toBe(false);
  add(1);
  expect(projection.isDue).toBe(true);
  projection.write();
  expect(projection.isDue).toBe(false);

  add(PROJECTED_ROWS_MIN);
  now += PROJECTED_ROWS_AGE_MS - 1;
  expect(projection.isDue).toBe(false);
  add(1);
  now += 1;
  expect(projection.isDue).toBe(true);
  projection.write();

  add(PROJECTED_ROWS_MAX - 1);
  expect(projection.isDue).toBe(false);
  add(1);
  expect(projection.isDue).toBe(true);
  projection.write();
  expect([...storage.exec("SELECT count(*) AS n FROM closed_orders")]).toEqual([{ n: rows }]);
});

test("AK-13: rows are written when the clock was set back", () => {
  add(PROJECTED_ROWS_MIN);
  now -= 1;
  expect(projection.isDue).toBe(true);
});
