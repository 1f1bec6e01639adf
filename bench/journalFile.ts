/** Contents of an actor's SQLite file, read while workerd runs. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface JournalSize {
  /** Rows and bytes that a restart replays, and the total number of rows written. */
  readonly rows: number;
  readonly bytes: number;
  readonly lastRow: number;
  /** Bytes of the snapshot, and the last row that it includes; 0 without one. */
  readonly snapshotBytes: number;
  readonly snapshotRow: number;
}

/** Sizes in the file of the only object of a class. Throws when there is not exactly one. */
export function journalSize(storageDir: string, service: string, className: string): JournalSize {
  const folder = join(storageDir, `${service}-${className}`);
  const [file, other] = readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  if (file === undefined || other !== undefined) throw new Error(`${folder} does not hold one object`);
  const database = new DatabaseSync(join(folder, file), { readOnly: true });
  try {
    const row = database
      .prepare(
        `SELECT s.row AS snapshotRow, s.bytes AS snapshotBytes, j.rows AS rows, j.bytes AS bytes, j.last AS last
         FROM (SELECT ifnull(max(row), 0) AS row, ifnull(sum(length(body)), 0) AS bytes FROM snapshot) s,
              (SELECT count(*) AS rows, ifnull(sum(length(body)), 0) AS bytes, ifnull(max(row), 0) AS last FROM journal
               WHERE row > (SELECT ifnull(max(row), 0) FROM snapshot)) j`,
      )
      .get();
    const number = (name: string): number => Number(row?.[name]);
    return {
      rows: number("rows"),
      bytes: number("bytes"),
      lastRow: Math.max(number("last"), number("snapshotRow")),
      snapshotBytes: number("snapshotBytes"),
      snapshotRow: number("snapshotRow"),
    };
  } finally {
    database.close();
  }
}
