import { logText } from "../../protocol/log/fields.ts";

/** One structured line, of the fields that protocol/log/fields.ts has for its event. */
export function logLine(
  level: "info" | "error",
  { event, ...facts }: Readonly<Record<string, unknown>> & { readonly event: string },
): void {
  // This is where log lines leave the worker.
  console[level === "error" ? "error" : "log"](logText({ source: "quotes", level }, event, facts));
}
