import { expect, test } from "vitest";
import { storage } from "../../test/objectStorage.ts";
import { AdminLog } from "./adminLog.ts";

const ANN = "ann";

test("ID-83: what administrators do is told newest first, a page at a time, and kept for seven years", () => {
  let now = 7;
  const { sql } = storage();
  const adminLog = new AdminLog(sql, () => now);
  const act = { by: ANN, what: "market.halted", facts: { reason: "T1" }, requestId: "r" };
  for (const target of ["AAPL", "MSFT"]) adminLog.begin({ ...act, target }, "done");
  const seq = adminLog.begin({ ...act, target: "TSLA" });
  const [newest, second] = adminLog.list(null, 2);
  expect(newest).toEqual({ seq: 3, at: 7, ...act, target: "TSLA", outcome: null });
  expect(adminLog.list(second?.seq ?? 0, 2).map(({ target }) => target)).toEqual(["AAPL"]);
  adminLog.end(seq, "refused", { why: "closed" });
  // An outcome stays.
  adminLog.end(seq, "done", {});
  expect(adminLog.list(null, 1)).toMatchObject([{ outcome: "refused", facts: { reason: "T1", why: "closed" } }]);
  now += 7 * 366 * 86_400_000;
  adminLog.begin({ ...act, target: "F" });
  expect(adminLog.list(null, 9).map(({ target }) => target)).toEqual(["F"]);
});

test("ID-83: acts of a release that wrote them afterwards are told as done", () => {
  const { sql } = storage();
  sql.exec(`CREATE TABLE act (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, by TEXT NOT NULL,
    what TEXT NOT NULL, target TEXT NOT NULL, facts TEXT NOT NULL, request_id TEXT NOT NULL)`);
  sql.exec("INSERT INTO act (at, by, what, target, facts, request_id) VALUES (?, 'a', 'w', 't', '{}', 'r')", 1);
  for (const adminLog of [new AdminLog(sql, () => 2), new AdminLog(sql, () => 2)]) {
    expect(adminLog.list(null, 1)).toMatchObject([{ outcome: "done" }]);
  }
});
