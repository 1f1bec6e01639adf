import { chainHashHex } from "../../db/auditChain.ts";
import type { JournalStorage } from "../actor/journal.ts";

/** Events of a shard's own disk that one check looks at: about a tenth of a second of its time. */
const CHECK_EVENTS_MAX = 10_000;

/** Computes the chain again from the last event that is drained on, as the shard's disk has it. */
export function checkChain(sql: JournalStorage["sql"]): { brokenAt: number | null; checkedThrough: number } {
  let last: { seq: number; hash: string } | null = null;
  for (const row of sql.exec(
    "SELECT seq, line, lower(hex(hash)) AS hash FROM events ORDER BY seq LIMIT ?",
    CHECK_EVENTS_MAX,
  )) {
    const [seq, hash] = [Number(row["seq"]), String(row["hash"])];
    // The first one is drained: only its hash is kept.
    if (last !== null && (seq !== last.seq + 1 || chainHashHex(last.hash, String(row["line"])) !== hash)) {
      return { brokenAt: last.seq + 1, checkedThrough: last.seq };
    }
    last = { seq, hash };
  }
  return { brokenAt: null, checkedThrough: last?.seq ?? 0 };
}
