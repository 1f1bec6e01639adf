/** Lines of a log that say something went wrong: warnings of what is tried again included. */
import { stripVTControlCharacters } from "node:util";

/** The level of a log line of a worker (protocol/log/events.ts). */
const LEVEL = /"level":"(\w+)","area":"/;
/** What other programs write of their errors: PostgreSQL, wrangler, Node. */
const WRONG = /\b(?:error|exception|fatal|panic)\b/i;

/** Those of a text, without colours. */
export function errorLines(text: string): string[] {
  return stripVTControlCharacters(text)
    .split("\n")
    .filter((line) => {
      const level = LEVEL.exec(line)?.[1];
      return level === undefined ? WRONG.test(line) : level !== "info";
    });
}
