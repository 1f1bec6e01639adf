import type { AccountEntry } from "../state/entries.ts";
import type { Outcome } from "./refusal.ts";

/** What a request comes to: entries to be journalled and applied, and the answer. Deciding changes nothing. */
export interface Decision<T> {
  readonly entries: readonly AccountEntry[];
  readonly outcome: Outcome<T>;
}
