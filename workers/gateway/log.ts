import { logText } from "../../protocol/logFields.ts";

/** One structured line, of the fields that protocol/logFields.ts has for its event. */
export function logLine(
  level: "info" | "error",
  { event, ...facts }: Readonly<Record<string, unknown>> & { readonly event: string },
): void {
  // This is where log lines leave the worker.
  console[level === "error" ? "error" : "log"](logText({ source: "gateway", level }, event, facts));
}
