import { levelOf, logText } from "../../protocol/log/fields.ts";

/** One structured line, of the fields that protocol/log/fields.ts has for its event. */
export function logEvent(source: string, event: string, facts: Record<string, unknown>): void {
  // This is where log lines leave the object.
  console[levelOf(event, facts)](logText({ source }, event, facts));
}
