/** Transfers between own accounts as REST answers. */
import * as z from "zod";
import type { Withdrawal } from "../../domain/account/ledger/withdrawal.ts";
import { accountNumberOf } from "../../domain/account/accountNumber.ts";
import { amountText, OWN_TRANSFER_PREFIX } from "../../domain/account/ledger/withdrawals.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import type { AccountId } from "../../domain/ids.ts";
import type { ownTransferWire } from "../wire/ownTransfers.ts";

const STATES = { pending: "pending", settled: "posted", rejected: "voided" } as const;

/** The transfer object, as the account that pays sees it. */
export function ownTransferToWire(accountId: AccountId, transfer: Withdrawal): z.infer<typeof ownTransferWire> {
  const { id, reference, amount, state, requestedAt, decidedAt, to = "", shares, refusal = null } = transfer;
  return {
    transfer_id: id,
    from_account_id: accountId,
    from_account_number: accountNumberOf(accountId),
    to_account_id: to,
    to_account_number: accountNumberOf(to),
    amount: shares === undefined ? formatDecimal(amount, PRICE_DECIMALS) : null,
    symbol: shares?.symbol ?? null,
    qty: shares === undefined ? null : amountText(transfer),
    cost_basis: shares === undefined ? null : formatDecimal(shares.cost, PRICE_DECIMALS),
    reference: reference.slice(OWN_TRANSFER_PREFIX.length),
    state: STATES[state],
    refusal,
    requested_at: new Date(requestedAt).toISOString(),
    decided_at: decidedAt === null ? null : new Date(decidedAt).toISOString(),
  };
}
