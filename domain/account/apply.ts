import { formatDecimal, PRICE_DECIMALS } from "../decimal.ts";
import { assetOf } from "../market/asset.ts";
import { applyFeePlan } from "./fees/feePlanEntry.ts";
import type { ActivityLot } from "./activities/activity.ts";
import { beginActivities, recordBooking } from "./activities/record.ts";
import { accountNumberOf } from "./accountNumber.ts";
import { closeAccount } from "./closing.ts";
import { recordPayment, rollTradingDay, startFirstTradingDay } from "./ledger/previousClose.ts";
import { CASH, move } from "./ledger/ledger.ts";
import { endPosting } from "./ledger/postings.ts";
import { applyWithdrawalEntry } from "./ledger/withdrawals.ts";
import { depositLot, openLots } from "./lots/changeLots.ts";
import { acquiredLot } from "./lots/lotRecords.ts";
import { accept } from "./orders/accept.ts";
import { requestCancel } from "./orders/cancel.ts";
import { requestReplace } from "./orders/replace.ts";
import { applyControls } from "./settings/changeControls.ts";
import { resetAccount } from "./paper/reset.ts";
import { applySettings } from "./settings/changeSettings.ts";
import { beginSettlement } from "./settlement/accountSettlement.ts";
import { applySettlementEntry } from "./settlement/settlementEntries.ts";
import type { AccountState } from "./state/accountState.ts";
import { balanceSnapshot } from "./state/balanceSnapshot.ts";
import type { AccountEntry } from "./state/entries.ts";
import { NO_ORIGIN } from "./state/events.ts";
import type { AccountOutputs } from "./state/outputs.ts";
import { audit, dollars } from "./state/record.ts";
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
      return deposit(state, entry, now, out);
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
    case "activities_began":
      return beginActivities(state, now, out);
    case "lots_opened":
      return openLots(state, entry, now, out);
    case "posting_ended":
      return endPosting(state, entry, out);
    case "controls_changed":
      return applyControls(state, entry, now, out);
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

function deposit(
  state: AccountState,
  entry: AccountEntry & { kind: "deposited" },
  now: number,
  out: AccountOutputs,
): void {
  const { asset, amount, reference, by, approvedBy, payer } = entry;
  const before = balanceSnapshot(state, asset, null);
  move(state.ledger, asset, "outside", "available", amount);
  recordPayment(state, asset, amount, now, out);
  const decimals = asset === CASH ? PRICE_DECIMALS : assetOf(asset).qtyDecimals;
  const lotId = asset === CASH ? null : depositLot(state, asset, amount, entry.cost, now);
  out.deposited(reference, asset, amount);
  const lots = lotId === null ? [] : [acquiredLot({ lotId, acquiredAt: now, quantity: amount, cost: entry.cost })];
  recordDeposit(state, entry, lots, now, out);
  const facts = { reference, asset, amount: formatDecimal(amount, decimals), cost_basis: dollars(entry.cost), by };
  const body: Record<string, unknown> = { ...facts, ...(approvedBy === undefined ? {} : { approved_by: approvedBy }) };
  if (lotId !== null) body["lot_id"] = lotId;
  if (payer !== undefined) body["from_account_id"] = payer;
  const resource = `account/${state.accountId}`;
  const action = payer === undefined ? "deposit" : "transfer.received";
  const event = { action, resource, body, before, after: balanceSnapshot(state, asset, null) };
  audit(state, event, entry.origin, now, out);
}

/** Cash is a deposit of cash, or journalled in from another account; shares are journalled in, with their cost. */
function recordDeposit(
  state: AccountState,
  { asset, amount, cost, reference, payer }: AccountEntry & { kind: "deposited" },
  lots: readonly ActivityLot[],
  now: number,
  out: AccountOutputs,
): void {
  const what =
    asset === CASH
      ? ({ type: payer === undefined ? "CSD" : "JNLC", cash: amount } as const)
      : ({ type: "JNLS", symbol: asset, qty: amount, cost } as const);
  const description = payer === undefined ? `Deposit ${reference}` : `Transfer from ${payer}`;
  recordBooking(state, { ...what, at: now, reference, description, lots }, out);
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
