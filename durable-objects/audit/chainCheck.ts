import { chainHashHex } from "../../db/auditChain.ts";
import type { JournalStorage } from "../actor/journal.ts";
import { EventRows, eventsOf } from "./eventRows.ts";

/** Events that one check reads, to the end of a row: about a tenth of a second. */
const CHECK_EVENTS_MAX = 10_000;

/** Verifies the chain on the shard's disk, from its last drained event on. */
export function checkChain(sql: JournalStorage["sql"]): { brokenAt: number | null; checkedThrough: number } {
  const rows = new EventRows(sql);
  // Of the drained event only the hash is stored.
  let last = rows.drained;
  if (last === null) return { brokenAt: null, checkedThrough: 0 };
  const end = last.seq + CHECK_EVENTS_MAX;
  for (const run of rows.read(CHECK_EVENTS_MAX)) {
    for (const { seq, line, hash } of eventsOf(run)) {
      if (seq !== last.seq + 1 || chainHashHex(last.hash, line) !== hash) {
        return { brokenAt: last.seq + 1, checkedThrough: last.seq };
      }
      last = { seq, hash };
    }
    // The next batch continues this hash.
    if (run.last.seq !== last.seq || run.last.hash !== last.hash) {
      return { brokenAt: last.seq, checkedThrough: last.seq - 1 };
    }
    if (last.seq >= end) break;
  }
  return { brokenAt: null, checkedThrough: last.seq };
}
