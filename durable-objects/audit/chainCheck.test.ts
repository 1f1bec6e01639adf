import { afterEach, beforeEach, expect, test } from "vitest";
import { auditRecord } from "../../db/testing.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { checkChain } from "./chainCheck.ts";
import { ChainStore } from "./chainStore.ts";

let disk: NodeStorage;
beforeEach(() => (disk = new NodeStorage(() => undefined)));
afterEach(() => disk.close());

test("AU-24: the check of a shard's disk reports the first event that does not continue the chain", () => {
  const store = new ChainStore({ sql: disk, transactionSync: (work) => disk.transactionSync(work) }, 3);
  expect(checkChain(disk)).toEqual({ brokenAt: null, checkedThrough: 0 });
  for (let n = 1; n <= 9; n++) {
    store.append(n, auditRecord("deposit", { n }));
    if (n % 2 === 1) store.write();
    if (n % 2 === 1) store.committed();
  }
  expect(checkChain(disk)).toEqual({ brokenAt: null, checkedThrough: 9 });
  store.dropThrough(4);
  expect(checkChain(disk)).toEqual({ brokenAt: null, checkedThrough: 9 });
  const [{ lines = null } = {}] = disk.exec("SELECT lines FROM event_runs WHERE last = 7");
  const set = (text: string) => disk.exec("UPDATE event_runs SET lines = ? WHERE last = 7", text);
  set(String(lines).replace(/deposit(?!.*deposit)/, "Deposit"));
  expect(checkChain(disk)).toEqual({ brokenAt: 7, checkedThrough: 6 });
  set(String(lines).replace("deposit", "Deposit"));
  expect(checkChain(disk)).toEqual({ brokenAt: 6, checkedThrough: 5 });
  set(String(lines));
  disk.exec("UPDATE event_runs SET hash = ? WHERE last = 7", "00".repeat(32));
  expect(checkChain(disk)).toEqual({ brokenAt: 7, checkedThrough: 6 });
  disk.exec("DELETE FROM event_runs WHERE last = 7");
  expect(checkChain(disk)).toEqual({ brokenAt: 6, checkedThrough: 5 });
});
