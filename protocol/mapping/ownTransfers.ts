/** Transfers between own accounts as REST answers. */
import * as z from "zod";
import type { Withdrawal } from "../../domain/account/ledger/withdrawal.ts";
import { OWN_TRANSFER_PREFIX } from "../../domain/account/ledger/withdrawals.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import type { AccountId } from "../../domain/ids.ts";
import type { ownTransferWire } from "../wire/ownTransfers.ts";

const STATES = { pending: "pending", settled: "posted", rejected: "voided" } as const;

/** The transfer object, as the account that pays sees it. */
export function ownTransferToWire(accountId: AccountId, transfer: Withdrawal): z.infer<typeof ownTransferWire> {
  const { id, reference, amount, state, requestedAt, decidedAt, to = "" } = transfer;
  return {
    transfer_id: id,
    from_account_id: accountId,
    to_account_id: to,
    amount: formatDecimal(amount, PRICE_DECIMALS),
    reference: reference.slice(OWN_TRANSFER_PREFIX.length),
    state: STATES[state],
    requested_at: new Date(requestedAt).toISOString(),
    decided_at: decidedAt === null ? null : new Date(decidedAt).toISOString(),
  };
}
