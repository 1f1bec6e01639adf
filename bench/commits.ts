/** Number of commits by object class, read from their SQLite files while workerd runs. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Commits with content by object class. Each is a row of the object's journal, numbered without gaps. */
export function countCommits(storageDir: string): Record<string, number> {
  const commits: Record<string, number> = {};
  for (const folder of existsSync(storageDir) ? readdirSync(storageDir) : []) {
    const [, className] = /^exchange-core-(\w+)$/.exec(folder) ?? [];
    if (className === undefined) continue;
    const files = readdirSync(join(storageDir, folder)).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
    commits[className] = files.reduce((sum, file) => sum + lastJournalRow(join(storageDir, folder, file)), 0);
  }
  return commits;
}

/** How long a read waits while workerd has the file to itself. */
const LOCKED_MS = 5_000;

function lastJournalRow(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true, timeout: LOCKED_MS });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE name IN ('journal', 'snapshot')").all();
    if (tables.length < 2) return 0;
    const query =
      "SELECT max((SELECT ifnull(max(row), 0) FROM journal), (SELECT ifnull(max(row), 0) FROM snapshot)) AS last";
    return Number(database.prepare(query).get()?.["last"] ?? 0);
  } finally {
    database.close();
  }
}

/** Commits made since an earlier count, per order. */
export function commitsPerOrder(
  storageDir: string,
  before: Readonly<Record<string, number>>,
  orders: number,
): Record<string, number> {
  const now = Object.entries(countCommits(storageDir));
  return Object.fromEntries(now.map(([name, count]) => [name, (count - (before[name] ?? 0)) / orders]));
}
