import { expect, test } from "vitest";
import { LOG_EVENTS, type LogEventName } from "../protocol/log/events.ts";
import { logText } from "../protocol/log/logText.ts";
import { errorLines } from "./errorLines.ts";

/** As wrangler prints what a worker logs. */
const printed = (event: LogEventName, facts: Record<string, unknown> = {}): string =>
  `\u001B[33m▲ \u001B[43;33m[\u001B[43;30mWARNING\u001B[43;33m]\u001B[0m \u001B[1m${logText("audit/3", event, facts)}\u001B[0m`;

test("PV-17: errors of every program are error lines of the log, and ordinary lines are not", () => {
  const wrong = [
    printed("audit.database_away", { failures: 1, waitMs: 127, error: "connection lost" }),
    printed("actor.commit_failed"),
    printed("outbox.undelivered", { to: "book/AAPL", failures: 2 }),
    "2026-11-29 19:06:12.345 UTC [4711] FATAL:  the database system is shutting down",
    "Uncaught exception in worker",
  ];
  const ordinary = [
    printed("request", { method: "GET", path: "/v2/account", status: 200, ms: 3, requestId: "r" }),
    printed("audit.database_back", { failures: 3 }),
    "checkpoint complete: wrote 3 buffers",
    "",
  ];
  expect(errorLines([...wrong, ...ordinary].join("\n"))).toHaveLength(wrong.length);
  for (const event of Object.keys(LOG_EVENTS) as LogEventName[]) {
    expect(errorLines(printed(event, { error: "x" })), event).toHaveLength(LOG_EVENTS[event].level === "info" ? 0 : 1);
  }
});
