/** The rows of the previous release's approvals, in the state folder of an exchange that is stopped. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Runs a statement on the object that has the approvals, and returns the rows. */
export function changeApprovals(state: string, query: string, ...binds: (string | number)[]): unknown[] {
  const folder = join(state, "state");
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".sqlite")) continue;
    const db = new DatabaseSync(join(folder, path));
    try {
      const has = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'approval'").get();
      if (has !== undefined) return db.prepare(query).all(...binds);
    } finally {
      db.close();
    }
  }
  throw new Error("no object has approvals");
}
