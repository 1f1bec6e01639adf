import { logText } from "../../protocol/logFields.ts";

/** One structured line, of the fields that protocol/logFields.ts has for its event. */
export function logEvent(source: string, event: string, facts: Record<string, unknown>): void {
  // oxlint-disable-next-line no-console -- this is where log lines leave the object
  console.log(logText({ source }, event, facts));
}
