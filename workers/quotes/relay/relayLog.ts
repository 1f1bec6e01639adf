import { detailOf } from "../../../protocol/http/apiFault.ts";
import type { LogFacts } from "../../../protocol/log/events.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";

/** Events of a relay that have an error. */
export type RelayFailure =
  | "auth.unavailable"
  | "book.gap_fill_failed"
  | "indicator.failed"
  | "lease.failed"
  | "socket.gap_fill_failed"
  | "socket.failed"
  | "socket.lost"
  | "topic.renewal_failed";

/** The log of the relay of this name. */
export function relayLog(relay: string) {
  return (event: RelayFailure, error: unknown, facts: LogFacts<"book.gap_fill_failed"> = {}): void =>
    logEvent("quotes", event, { ...facts, relay, detail: detailOf(error) });
}
