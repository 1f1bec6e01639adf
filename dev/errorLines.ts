/** Finds lines of a log that report errors or warnings. */
import { stripVTControlCharacters } from "node:util";

/** The level of a log line of a worker (protocol/log/events.ts). */
const LEVEL = /"level":"(\w+)","area":"/;
/** Error lines of other programs: PostgreSQL, wrangler, Node. */
const WRONG = /\b(?:error|exception|fatal|panic)\b/i;

/** The error lines of a text, without colours. */
export function errorLines(text: string): string[] {
  return stripVTControlCharacters(text)
    .split("\n")
    .filter((line) => {
      const level = LEVEL.exec(line)?.[1];
      return level === undefined ? WRONG.test(line) : level !== "info";
    });
}
