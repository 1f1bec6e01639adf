import { type AccountId, hashText } from "../ids.ts";

/** The number of an account, as its owner reads it: `EX` and nine digits, which follow from the id. */
export function accountNumberOf(accountId: AccountId): string {
  return `EX${String(hashText(accountId) % 1_000_000_000).padStart(9, "0")}`;
}
