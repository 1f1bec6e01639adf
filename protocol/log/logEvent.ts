import { LOG_EVENTS, type LogCall, type LogLevel } from "./events.ts";
import { logText } from "./logText.ts";

/** The console's method for each level: the platform's own filters go by it. */
const METHODS = { info: "log", warn: "warn", error: "error" } as const satisfies Record<LogLevel, string>;

/** Writes one line. `source` names the worker or the object that writes it. Nothing else writes to the console. */
export function logEvent(source: string, ...[event, facts]: LogCall): void {
  console[METHODS[LOG_EVENTS[event].level]](logText(source, event, facts));
}
