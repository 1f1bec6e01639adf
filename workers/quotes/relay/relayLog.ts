import { detailOf } from "../../../protocol/http/apiFault.ts";
import type { LogFacts } from "../../../protocol/log/events.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";

/** Events of a relay that have an error. */
export type RelayFailure =
  | "auth.unavailable"
  | "book.cannot_catch_up"
  | "lease.failed"
  | "socket.cannot_catch_up"
  | "socket.failed"
  | "socket.lost"
  | "topic.renewal_failed";

/** The log of the relay of this name. */
export function relayLog(relay: string) {
  return (event: RelayFailure, error: unknown, facts: LogFacts<"book.cannot_catch_up"> = {}): void =>
    logEvent("quotes", event, { ...facts, relay, detail: detailOf(error) });
}
