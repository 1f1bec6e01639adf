/** A login's storage for tests: SQLite as an object has it. */
import { DatabaseSync } from "node:sqlite";
import type { IdentityStorage } from "../durable-objects/identity/tables.ts";

/** Several statements in one text; transactions, also one within another, that roll back on a throw. */
export function storage(db: DatabaseSync = new DatabaseSync(":memory:")): IdentityStorage {
  let depth = 0;
  return {
    sql: {
      exec(query, ...binds) {
        if (binds.length > 0 || query.startsWith("SELECT")) {
          return db
            .prepare(query)
            .all(...binds.map((bind) => (bind instanceof ArrayBuffer ? new Uint8Array(bind) : bind)));
        }
        db.exec(query);
        return [];
      },
    },
    transactionSync(work) {
      const name = `s${++depth}`;
      db.exec(`SAVEPOINT ${name}`);
      try {
        const result = work();
        db.exec(`RELEASE ${name}`);
        return result;
      } catch (error) {
        db.exec(`ROLLBACK TO ${name}`);
        db.exec(`RELEASE ${name}`);
        throw error;
      } finally {
        depth--;
      }
    },
  };
}
