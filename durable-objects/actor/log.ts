import { levelOf, logText } from "../../protocol/log/fields.ts";

/** Writes one structured log line; protocol/log/fields.ts lists the fields of each event. */
export function logEvent(source: string, event: string, facts: Record<string, unknown>): void {
  console[levelOf(event, facts)](logText({ source }, event, facts));
}
