/** The tables of objects, in the state folder of an exchange. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Lets the disk refuse every row of a table with a reference, in each object that has the table, also of an exchange
 * that runs. Returns a function that ends it, for when the exchange is stopped.
 */
export function refuseWrites(state: string, table: string, reference: string): () => void {
  const trigger = `refuse_${reference}`;
  const change = (statement: string): void => {
    const paths = readdirSync(join(state, "state"), { recursive: true, encoding: "utf8" });
    for (const path of paths.filter((each) => each.endsWith(".sqlite"))) {
      const db = new DatabaseSync(join(state, "state", path), { timeout: 10_000 });
      try {
        const has = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table);
        if (has !== undefined) db.exec(statement);
      } finally {
        db.close();
      }
    }
  };
  change(
    `CREATE TRIGGER ${trigger} BEFORE INSERT ON ${table} WHEN NEW.reference = '${reference}'
     BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`,
  );
  return () => change(`DROP TRIGGER ${trigger}`);
}
