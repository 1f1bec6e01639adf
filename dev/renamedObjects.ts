/**
 * Object classes that were renamed. A deployment takes their objects along (`state = "renamed"` in wrangler.toml); the
 * local workerd keeps a folder for each script and class, and names an object's file by a digest of class and name, so
 * the files are moved before it starts.
 */
import { createHash, createHmac } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface RenamedClass {
  readonly script: string;
  readonly from: string;
  readonly to: string;
  /** The names of its objects. */
  readonly names: readonly string[];
}

export const RENAMED_CLASSES: readonly RenamedClass[] = [
  { script: "exchange-core", from: "Outbox", to: "DevMailbox", names: ["outbox"] },
];

const HALF = 16;
/** SQLite's file, its write-ahead log and the log's index. */
const SUFFIXES = [".sqlite", ".sqlite-wal", ".sqlite-shm"];

/** The id that workerd gives to a named object of a class; `key` is `<script>-<class>`. */
export function objectId(key: string, name: string): string {
  const secret = createHash("sha256").update(key).digest();
  const half = (of: string | Buffer): Buffer => createHmac("sha256", secret).update(of).digest().subarray(0, HALF);
  const first = half(name);
  return Buffer.concat([first, half(first)]).toString("hex");
}

/** Moves the files of renamed classes in a state folder of wrangler. Repeatable. */
export function moveRenamedObjects(stateDir: string, classes: readonly RenamedClass[] = RENAMED_CLASSES): void {
  const objects = join(stateDir, "v3", "do");
  for (const { script, from, to, names } of classes) {
    const [before, after] = [`${script}-${from}`, `${script}-${to}`];
    const folder = join(objects, before);
    if (!existsSync(folder)) continue;
    mkdirSync(join(objects, after), { recursive: true });
    for (const name of names) moveObject(folder, objectId(before, name), join(objects, after), objectId(after, name));
    // The remaining file is the list of their alarms.
    const left = readdirSync(folder).filter((file) => !file.startsWith("metadata.sqlite"));
    if (left.length === 0) rmSync(folder, { recursive: true });
  }
}

/** The database is moved last, so that the next start continues an interrupted move. */
function moveObject(folder: string, id: string, target: string, newId: string): void {
  if (existsSync(join(target, `${newId}.sqlite`))) return;
  for (const suffix of SUFFIXES.toReversed()) {
    const file = join(folder, id + suffix);
    if (existsSync(file)) renameSync(file, join(target, newId + suffix));
  }
}
