/** The end of an account. It keeps its history, and takes no orders, deposits or withdrawals any more. */
import type { AccountState } from "./state/accountState.ts";
import { balanceSnapshot } from "./state/balanceSnapshot.ts";
import type { ClosedEntry } from "./state/entries.ts";
import type { AccountOutputs } from "./state/outputs.ts";
import { audit } from "./state/record.ts";

/** Applies the entry `closed`. Whoever decides it makes sure that nothing is left in the account. */
export function closeAccount(state: AccountState, { origin }: ClosedEntry, now: number, out: AccountOutputs): void {
  state.closedAt = now;
  const resource = `account/${state.accountId}`;
  const body = { account_number: state.accountNumber };
  const event = { action: "account.closed", resource, body, before: null, after: balanceSnapshot(state, null, null) };
  audit(state, event, origin, now, out);
}
