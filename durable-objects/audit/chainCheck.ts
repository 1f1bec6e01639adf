import { chainHashHex } from "../../db/auditChain.ts";
import type { JournalStorage } from "../actor/journal.ts";

/** Events that one check reads: about a tenth of a second. */
const CHECK_EVENTS_MAX = 10_000;

/** Verifies the chain on the shard's disk, from its last drained event on. */
export function checkChain(sql: JournalStorage["sql"]): { brokenAt: number | null; checkedThrough: number } {
  let last: { seq: number; hash: string } | null = null;
  for (const row of sql.exec(
    "SELECT seq, line, lower(hex(hash)) AS hash FROM events ORDER BY seq LIMIT ?",
    CHECK_EVENTS_MAX,
  )) {
    const [seq, hash] = [Number(row["seq"]), String(row["hash"])];
    // The first event is drained: only its hash is stored.
    if (last !== null && (seq !== last.seq + 1 || chainHashHex(last.hash, String(row["line"])) !== hash)) {
      return { brokenAt: last.seq + 1, checkedThrough: last.seq };
    }
    last = { seq, hash };
  }
  return { brokenAt: null, checkedThrough: last?.seq ?? 0 };
}
