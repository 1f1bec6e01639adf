/** Writing generated files. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file atomically if its content differs, and returns whether it did. A running `wrangler dev` restarts the
 * workers whenever a watched file is written, which closes every socket.
 */
export function writeChanged(file: string, content: string | Uint8Array): boolean {
  const wanted = Buffer.from(content);
  try {
    if (readFileSync(file).equals(wanted)) return false;
  } catch {
    // The file does not exist yet.
  }
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.${process.pid}.new`;
  writeFileSync(next, wanted);
  renameSync(next, file);
  return true;
}
