/** Writing generated files. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file if it has another content than this, and says whether it did. A running `wrangler dev` restarts the workers
 * whenever a watched file is written, which closes every socket; it sees the old content or the new one, never half of it.
 */
export function writeChanged(file: string, content: string | Uint8Array): boolean {
  const wanted = Buffer.from(content);
  try {
    if (readFileSync(file).equals(wanted)) return false;
  } catch {
    // There is none yet.
  }
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.${process.pid}.new`;
  writeFileSync(next, wanted);
  renameSync(next, file);
  return true;
}
