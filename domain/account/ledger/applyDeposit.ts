/** Cash or shares that enter an account: a deposit, or a transfer from another account of its owner. */
import { formatDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { assetOf } from "../../market/asset.ts";
import { transferIn } from "../../portfolio/lots.ts";
import type { ActivityLot } from "../activities/activity.ts";
import { recordBooking } from "../activities/record.ts";
import { lotsOf } from "../lots/accountLots.ts";
import { depositLot } from "../lots/changeLots.ts";
import { acquiredLot } from "../lots/lotRecords.ts";
import type { AccountState } from "../state/accountState.ts";
import { balanceSnapshot } from "../state/balanceSnapshot.ts";
import type { AccountEntry } from "../state/entries.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit, dollars } from "../state/record.ts";
import { CASH, move } from "./ledger.ts";
import { recordPayment } from "./previousClose.ts";
import { transferredRow } from "./sentShares.ts";

type DepositEntry = AccountEntry & { kind: "deposited" };

export function applyDeposit(state: AccountState, entry: DepositEntry, now: number, out: AccountOutputs): void {
  const { asset, amount, reference, by, approvedBy, payer } = entry;
  const before = balanceSnapshot(state, asset, null);
  move(state.ledger, asset, "outside", "available", amount);
  recordPayment(state, asset, amount, now, out);
  const decimals = asset === CASH ? PRICE_DECIMALS : assetOf(asset).qtyDecimals;
  const lots = asset === CASH ? [] : addLots(state, entry, now);
  out.deposited(reference, asset, amount);
  recordDeposit(state, entry, lots, now, out);
  const facts = { reference, asset, amount: formatDecimal(amount, decimals), cost_basis: dollars(entry.cost), by };
  const body: Record<string, unknown> = { ...facts, ...(approvedBy === undefined ? {} : { approved_by: approvedBy }) };
  if (entry.lots !== undefined) body["lots"] = lots.map((lot) => transferredRow(asset, lot));
  else if (lots[0] !== undefined) body["lot_id"] = lots[0].lotId;
  if (payer !== undefined) body["from_account_id"] = payer;
  const resource = `account/${state.accountId}`;
  const action = payer === undefined ? "deposit" : "transfer.received";
  const event = { action, resource, body, before, after: balanceSnapshot(state, asset, null) };
  audit(state, event, entry.origin, now, out);
}

/** Adds the lots of the entry, with their dates and costs, or one that is acquired now. */
function addLots(state: AccountState, { asset, amount, cost, lots }: DepositEntry, now: number): ActivityLot[] {
  if (lots === undefined || state.lots === null) {
    const lotId = depositLot(state, asset, amount, cost, now);
    return lotId === null ? [] : [acquiredLot({ lotId, acquiredAt: now, quantity: amount, cost })];
  }
  const held = lotsOf(state.lots, asset);
  return lots.map((lot) => acquiredLot({ lotId: transferIn(held, lot), ...lot }));
}

/** Cash is a deposit of cash, or journalled in from another account; shares are journalled in, with their cost. */
function recordDeposit(
  state: AccountState,
  { asset, amount, cost, reference, payer }: DepositEntry,
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
