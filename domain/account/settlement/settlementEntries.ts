/** Journalled changes of an account's settlement: its beginning, and whether it is exempt. */
import type { AccountState } from "../state/accountState.ts";
import type { SettlementEntry } from "../state/entries.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";
import { beginSettlement } from "./accountSettlement.ts";

/** True for an open account of an earlier release, whose settlement begins with its next commit. */
export function mustBeginSettlement({ accountId, settlement }: Readonly<AccountState>): boolean {
  return accountId !== "" && settlement === null;
}

/** True for an account of an earlier release, which audits its liquidations from the next commit on. */
export function mustAuditLiquidations({ accountId, settlement }: Readonly<AccountState>): boolean {
  return accountId !== "" && settlement?.auditsLiquidations !== true;
}

/** The entry that makes the account follow the plan of its owner; null when it does. */
export function exemption(state: Readonly<AccountState>, isMarketMaker: boolean): SettlementEntry | null {
  const { settlement } = state;
  if (settlement === null || settlement.exempt === isMarketMaker) return null;
  return { kind: "settlement_exemption_set", exempt: isMarketMaker };
}

/** Applies an entry. An exemption is recorded in the audit trail. */
export function applySettlementEntry(
  state: AccountState,
  entry: SettlementEntry,
  now: number,
  out: AccountOutputs,
): void {
  if (entry.kind === "settlement_began") return beginSettlement(state, now);
  if (entry.kind !== "settlement_exemption_set") {
    if (state.settlement !== null) state.settlement.auditsLiquidations = true;
    return;
  }
  const { exempt } = entry;
  if (state.settlement !== null) state.settlement.exempt = exempt;
  const resource = `account/${state.accountId}`;
  const event = { action: "account.settlement_exemption_set", resource, body: { exempt }, before: null, after: null };
  audit(state, event, NO_ORIGIN, now, out);
}
