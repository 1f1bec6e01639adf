import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { Journal } from "./journal.ts";
import { JOURNAL_BYTES_BEFORE_SNAPSHOT, ROW_BYTES_MAX } from "./limits.ts";

let storage: NodeStorage;
beforeEach(() => {
  storage = new NodeStorage(() => undefined);
});
afterEach(() => storage.close());

/** A journal on the storage, as after a restart. */
function open(halve?: (entry: string) => readonly string[]): Journal<string> {
  return new Journal<string>(port(), halve);
}

function port() {
  return { sql: storage, transactionSync: <T>(work: () => T) => storage.transactionSync(work) };
}

/** Everything that a journal on the storage recovers. */
function recover(journal = open()): { saved: unknown; commits: { entries: readonly string[]; at: number }[] } {
  const found = { saved: undefined as unknown, commits: [] as { entries: readonly string[]; at: number }[] };
  journal.recover(
    (saved) => (found.saved = saved),
    (entries, at) => found.commits.push({ entries, at }),
  );
  return found;
}

function rows(table: string): { row: number; bytes: number }[] {
  const found = storage.exec(`SELECT row, length(body) AS bytes FROM ${table} ORDER BY row`);
  return [...found].map(({ row, bytes }) => ({ row: Number(row), bytes: Number(bytes) }));
}

describe("AK-1: a journal", () => {
  test("recovers every commit with its time, in order, over any number of restarts", () => {
    open().append(["a", "b"], 5);
    const second = open();
    recover(second);
    second.append(["c"], 6);
    expect(recover()).toEqual({
      saved: undefined,
      commits: [
        { entries: ["a", "b"], at: 5 },
        { entries: ["c"], at: 6 },
      ],
    });
  });

  test("recovers the newest snapshot and the commits after it", () => {
    const journal = open();
    journal.append(["a"], 5);
    journal.writeSnapshot({ state: "after a" });
    journal.append(["b"], 6);
    journal.writeSnapshot({ state: "after b", list: [1, null, -(2 ** 40), 2 ** 52, "x"] });
    journal.append(["c"], 7);
    expect(recover()).toEqual({
      saved: { state: "after b", list: [1, null, -(2 ** 40), 2 ** 52, "x"] },
      commits: [{ entries: ["c"], at: 7 }],
    });
  });
});

describe("AK-6: a snapshot", () => {
  test("drops the journal it covers", () => {
    const journal = open();
    for (const entry of ["a", "b", "c"]) journal.append([entry], 5);
    expect(rows("journal").map(({ row }) => row)).toEqual([1, 2, 3]);
    journal.writeSnapshot("s");
    expect(rows("journal")).toEqual([]);
    journal.append(["d"], 6);
    expect(rows("journal").map(({ row }) => row)).toEqual([4]);
  });

  test("is due when the journal exceeds its bound, which grows with the last snapshot", () => {
    const journal = open();
    const entry = "x".repeat(JOURNAL_BYTES_BEFORE_SNAPSHOT / 2);
    journal.append([entry], 5);
    expect(journal.snapshotDue).toBe(false);
    journal.append([entry], 5);
    expect(journal.snapshotDue).toBe(true);
    journal.writeSnapshot("y".repeat(JOURNAL_BYTES_BEFORE_SNAPSHOT));
    for (let half = 1; half <= 4; half++) {
      expect(journal.snapshotDue).toBe(false);
      journal.append([entry], 5);
    }
    const restarted = open();
    recover(restarted);
    expect([journal.snapshotDue, restarted.snapshotDue]).toEqual([true, true]);
  });

  test("larger than a row is stored in parts, which a smaller one replaces completely", () => {
    const journal = open();
    const large = Array.from({ length: 50 }, (_, nth) => `${nth}`.padEnd(100_000, "."));
    journal.writeSnapshot(large);
    expect(rows("snapshot").length).toBeGreaterThan(2);
    for (const { bytes } of rows("snapshot")) expect(bytes).toBeLessThanOrEqual(ROW_BYTES_MAX);
    expect(recover().saved).toEqual(large);
    journal.writeSnapshot("small");
    expect(rows("snapshot")).toHaveLength(1);
    expect(recover().saved).toBe("small");
  });

  test("that cannot be written leaves the previous one and its journal", () => {
    const journal = open();
    journal.append(["a"], 5);
    const broken = new Journal<string>({
      ...port(),
      sql: {
        exec: (query, ...binds) => {
          if (query.startsWith("INSERT INTO snapshot")) throw new Error("disk full");
          return storage.exec(query, ...binds);
        },
      },
    });
    recover(broken);
    expect(() => broken.writeSnapshot("s")).toThrow("disk full");
    expect(recover()).toEqual({ saved: undefined, commits: [{ entries: ["a"], at: 5 }] });
  });
});

describe("AK-6: a commit larger than a row", () => {
  test("is stored in several rows under the limit, and recovered in order", () => {
    const entries = Array.from({ length: 40 }, (_, nth) => `${nth}`.padEnd(100_000, "."));
    open().append(entries, 5);
    expect(rows("journal").length).toBeGreaterThan(2);
    for (const { bytes } of rows("journal")) expect(bytes).toBeLessThanOrEqual(ROW_BYTES_MAX);
    const { commits } = recover();
    expect(commits.flatMap((commit) => commit.entries)).toEqual(entries);
    expect(new Set(commits.map(({ at }) => at))).toEqual(new Set([5]));
  });

  test("with one divisible entry is stored in parts", () => {
    const halve = (entry: string) => [entry.slice(0, entry.length / 2), entry.slice(entry.length / 2)];
    open(halve).append(["x".repeat(3 * ROW_BYTES_MAX)], 5);
    for (const { bytes } of rows("journal")) expect(bytes).toBeLessThanOrEqual(ROW_BYTES_MAX);
    expect(
      recover()
        .commits.flatMap(({ entries }) => entries)
        .join(""),
    ).toBe("x".repeat(3 * ROW_BYTES_MAX));
  });

  test("with an entry that cannot be divided is refused", () => {
    expect(() => open().append(["x".repeat(ROW_BYTES_MAX)], 5)).toThrow(/entry of \d+ bytes/);
    expect(rows("journal")).toEqual([]);
  });
});

describe("AK-6: a damaged journal is refused:", () => {
  test("a missing row in the middle", () => {
    const journal = open();
    for (const entry of ["a", "b", "c"]) journal.append([entry], 5);
    storage.exec("DELETE FROM journal WHERE row = 2");
    expect(() => recover()).toThrow("journal row 3 follows row 1");
  });

  test("a missing first row, with and without a snapshot before it", () => {
    const journal = open();
    for (const entry of ["a", "b"]) journal.append([entry], 5);
    storage.exec("DELETE FROM journal WHERE row = 1");
    expect(() => recover()).toThrow("journal row 2 follows row 0");
    journal.writeSnapshot("s");
    for (const entry of ["c", "d"]) journal.append([entry], 5);
    storage.exec("DELETE FROM journal WHERE row = 3");
    expect(() => recover()).toThrow("journal row 4 follows row 2");
  });

  test("a missing part of a snapshot", () => {
    open().writeSnapshot(Array.from({ length: 50 }, () => "x".repeat(100_000)));
    storage.exec("DELETE FROM snapshot WHERE part = 2");
    expect(() => recover()).toThrow("Unexpected end");
    storage.exec("UPDATE snapshot SET part = 2 WHERE part = 1");
    expect(() => recover()).toThrow("snapshot part 1 is missing");
  });

  test("an unknown format, in the journal or the snapshot", () => {
    // [99, 5, ["a"]] and [99, "s"] in MessagePack.
    const later = Uint8Array.of(0x93, 99, 5, 0x91, 0xa1, 0x61).buffer;
    open();
    storage.exec("INSERT INTO journal (row, body) VALUES (?, ?)", 1, later);
    expect(() => recover()).toThrow("journal format 99 is not known");
    storage.exec("DELETE FROM journal");
    storage.exec(
      "INSERT INTO snapshot (part, row, body) VALUES (?, ?, ?)",
      0,
      1,
      Uint8Array.of(0x92, 99, 0xa1, 0x73).buffer,
    );
    expect(() => recover()).toThrow("journal format 99 is not known");
  });
});
