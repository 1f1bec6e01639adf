import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import type { TradeUpdate } from "../../domain/account/state/events.ts";
import { UPDATES_A_ROW_MAX, UPDATES_KEPT, UPDATES_PRUNED_AT_ONCE } from "../actor/limits.ts";
import { UpdateLog } from "./updateLog.ts";

let storage: NodeStorage;
beforeEach(() => {
  storage = new NodeStorage(() => undefined);
});
afterEach(() => storage.close());

/** The log on the storage, as after a restart. */
const open = () => new UpdateLog(storage);

/** Updates with these sequence numbers, of three orders in turn. */
function updates(first: number, last: number): TradeUpdate[] {
  return Array.from({ length: last - first + 1 }, (_, nth) => {
    const sequence = first + nth;
    return { sequence, order: { id: `order ${sequence % 3}`, updatedAt: sequence } };
  }) as unknown as TradeUpdate[];
}

/** Adds updates and writes them. */
function write(log: UpdateLog, added: readonly TradeUpdate[]): void {
  for (const update of added) log.add(update);
  log.write();
}

const sequences = (found: readonly TradeUpdate[]) => found.map(({ sequence }) => sequence);

describe("WS-11: an account's updates are stored", () => {
  test("and read from any cursor, page by page, across rows", () => {
    const log = open();
    expect([log.oldest, log.after(0, 10)]).toEqual([null, []]);
    write(log, updates(1, 3));
    write(log, []);
    write(log, updates(4, 4));
    write(log, updates(5, 9));
    expect(sequences(log.after(0, 100))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(sequences(log.after(1, 4))).toEqual([2, 3, 4, 5]);
    expect(sequences(open().after(8, 4))).toEqual([9]);
    expect(sequences(open().after(9, 4))).toEqual([]);
    expect([...storage.exec("SELECT last FROM updates")]).toHaveLength(3);
  });

  test("and read from memory until they are written", () => {
    const log = open();
    write(log, updates(1, 2));
    for (const update of updates(3, 5)) log.add(update);
    expect(sequences(log.after(1, 3))).toEqual([2, 3, 4]);
    expect(sequences(log.after(3, 9))).toEqual([4, 5]);
    expect(log.unwritten).toBe(3);
    expect(sequences(open().after(0, 9))).toEqual([1, 2]);
    log.write();
    expect([log.unwritten, log.oldest]).toEqual([0, 1]);
    expect(sequences(open().after(0, 9))).toEqual([1, 2, 3, 4, 5]);
  });

  test("AK-7: and read from the rows of earlier releases, which are JSON", () => {
    open();
    const query = "INSERT INTO updates (last, first, body) VALUES (?, ?, ?)";
    storage.exec(query, 2, 1, JSON.stringify(updates(1, 2)));
    const log = open();
    write(log, updates(3, 4));
    expect(log.after(0, 9)).toEqual(updates(1, 4));
    expect(log.oldest).toBe(1);
  });

  test("in rows of bounded size, however large a commit is", () => {
    const log = open();
    write(log, updates(1, 2 * UPDATES_A_ROW_MAX + 1));
    const rows = [...storage.exec("SELECT first, last FROM updates ORDER BY last")];
    expect(rows.map(({ first, last }) => Number(last) - Number(first) + 1)).toEqual([
      UPDATES_A_ROW_MAX,
      UPDATES_A_ROW_MAX,
      1,
    ]);
    expect(sequences(log.after(UPDATES_A_ROW_MAX - 1, 3))).toEqual([500, 501, 502]);
  });

  test("until they are pruned as the oldest", () => {
    let log = open();
    const most = UPDATES_KEPT + UPDATES_PRUNED_AT_ONCE;
    for (let first = 1; first <= most; first += 100) write(log, updates(first, first + 99));
    expect(log.oldest).toBe(1);
    write(log, updates(most + 1, most + 1));
    log = open();
    expect(log.oldest).toBe(UPDATES_PRUNED_AT_ONCE + 1);
    expect(sequences(log.after(most - 1, 9))).toEqual([most, most + 1]);
  });
});
