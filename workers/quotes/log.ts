import { logText } from "../../protocol/logFields.ts";

/** One structured line, of the fields that protocol/logFields.ts has for its event. */
export function logLine(
  level: "info" | "error",
  { event, ...facts }: Readonly<Record<string, unknown>> & { readonly event: string },
): void {
  // oxlint-disable-next-line no-console -- this is where log lines leave the worker
  console.log(logText({ source: "quotes", level }, event, facts));
}
