import type { AccountEntry } from "../state/entries.ts";
import type { Outcome } from "./refusal.ts";

/**
 * The result of deciding a request: the entries to journal and apply, and the outcome for the client. Deciding changes
 * no state.
 */
export interface Decision<T> {
  readonly entries: readonly AccountEntry[];
  readonly outcome: Outcome<T>;
}
