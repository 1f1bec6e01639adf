import { applyFeePlan } from "./fees/feePlanEntry.ts";
import { applySweep } from "./fees/sweep.ts";
import { beginActivities } from "./activities/record.ts";
import { accountNumberOf } from "./accountNumber.ts";
import { closeAccount } from "./closing.ts";
import { rollTradingDay, startFirstTradingDay } from "./ledger/previousClose.ts";
import { applyDeposit } from "./ledger/applyDeposit.ts";
import { endPosting } from "./ledger/postings.ts";
import { applyWithdrawalEntry } from "./ledger/withdrawals.ts";
import { openLots } from "./lots/changeLots.ts";
import { accept } from "./orders/accept.ts";
import { requestCancel } from "./orders/cancel.ts";
import { requestReplace } from "./orders/replace.ts";
import { applyControls } from "./settings/changeControls.ts";
import { applyLossLimitEntry } from "./settings/lossLimitEntry.ts";
import { applyPlanLimits } from "./settings/planLimits.ts";
import { resetAccount } from "./paper/reset.ts";
import { applySettings } from "./settings/changeSettings.ts";
import { beginSettlement } from "./settlement/accountSettlement.ts";
import { applySettlementEntry } from "./settlement/settlementEntries.ts";
import type { AccountState } from "./state/accountState.ts";
import { balanceSnapshot } from "./state/balanceSnapshot.ts";
import type { AccountEntry } from "./state/entries.ts";
import { NO_ORIGIN } from "./state/events.ts";
import type { AccountOutputs } from "./state/outputs.ts";
import { audit } from "./state/record.ts";
import { applyTimerEntry } from "./timers/applyTimers.ts";

/** Applies one journal entry to the state. */
export function applyEntry(state: AccountState, entry: AccountEntry, now: number, out: AccountOutputs): void {
  rollTradingDay(state, now);
  switch (entry.kind) {
    case "opened":
      return open(state, entry, now, out);
    case "closed":
      return closeAccount(state, entry, now, out);
    case "deposited":
      return applyDeposit(state, entry, now, out);
    case "answered":
      return out.answered(entry);
    case "accepted":
      return accept(state, entry.order, entry.legs ?? [], entry.origin, now, out);
    case "refused":
      return recordRefusal(state, `account/${state.accountId}`, entry, now, out);
    case "replace_requested":
      return requestReplace(state, entry, now, out);
    case "replace_refused":
      return recordRefusal(state, `order/${entry.orderId}`, entry, now, out);
    case "cancel_requested":
      return requestCancel(state, entry.orderId, entry.origin, now, out);
    case "alerted":
      return recordAlert(state, entry, now, out);
    case "withdrawal_requested":
    case "withdrawal_settled":
    case "withdrawal_rejected":
    case "withdrawals_announced":
      return applyWithdrawalEntry(state, entry, now, out);
    case "settlement_began":
    case "liquidations_audited":
    case "settlement_exemption_set":
      return applySettlementEntry(state, entry, now, out);
    case "fee_plan_set":
      return applyFeePlan(state, entry, now, out);
    case "fees_swept":
      return applySweep(state, entry, now, out);
    case "activities_began":
      return beginActivities(state, now, out);
    case "lots_opened":
      return openLots(state, entry, now, out);
    case "posting_ended":
      return endPosting(state, entry, out);
    case "controls_changed":
      return applyControls(state, entry, now, out);
    case "loss_limit_reached":
      return applyLossLimitEntry(state, entry, now, out);
    case "plan_limits_set":
      return applyPlanLimits(state, entry, now, out);
    case "paper_reset":
      return resetAccount(state, entry, now, out);
    case "settings_changed":
      return applySettings(state, entry, now, out);
    default:
      return applyTimerEntry(state, entry, now, out);
  }
}

function open(state: AccountState, entry: AccountEntry & { kind: "opened" }, now: number, out: AccountOutputs): void {
  state.accountId = entry.accountId;
  state.userId = entry.userId;
  state.accountNumber = accountNumberOf(entry.accountId);
  state.type = entry.type ?? "cash";
  state.createdAt = now;
  startFirstTradingDay(state, now);
  if (entry.activities === true) state.activitiesSince = now;
  if (entry.settlement === true) beginSettlement(state, now);
  if (entry.liquidations === true && state.settlement !== null) state.settlement.auditsLiquidations = true;
  state.auditAddress = entry.auditAddress;
  if (entry.lots === true) state.lots = new Map();
  const type = entry.type === undefined ? {} : { account_type: entry.type };
  const lots = entry.lots === true ? { tax_lots: true } : {};
  const body = { account_number: state.accountNumber, ...type, ...lots };
  const resource = `account/${entry.accountId}`;
  const event = { action: "account.opened", resource, body, before: null, after: balanceSnapshot(state, null, null) };
  audit(state, event, entry.origin, now, out);
}

function recordAlert(
  state: AccountState,
  { alert, facts }: AccountEntry & { kind: "alerted" },
  now: number,
  out: AccountOutputs,
): void {
  // An account that is not open has no audit shard.
  if (state.accountId === "") return;
  const event = { action: "alert", resource: `account/${state.accountId}`, body: { alert, ...facts } };
  audit(state, { ...event, before: null, after: null }, NO_ORIGIN, now, out);
}

/** Longest client text in the audit record of a refusal. */
const REFUSED_TEXT_MAX = 64;

function recordRefusal(
  state: AccountState,
  resource: string,
  entry: Extract<AccountEntry, { kind: "refused" | "replace_refused" }>,
  now: number,
  out: AccountOutputs,
): void {
  const { kind, refusal, origin } = entry;
  const asked: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(entry.ticket)) {
    asked[field] = typeof value === "string" ? value.slice(0, REFUSED_TEXT_MAX) : value;
  }
  const body = { ...refusal, ticket: asked };
  audit(state, { action: `order.${kind}`, resource, body, before: null, after: null }, origin, now, out);
}
