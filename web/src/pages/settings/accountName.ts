import type { AccountEntry } from "../../api/session.ts";

/** What an account is called: by its owner's name for it, its number, or whose it is. */
export function accountName(entry: AccountEntry | null): string {
  if (entry === null) return "";
  return entry.account === null ? (entry.owner_email ?? "") : entry.account.name || entry.account.account_number;
}
