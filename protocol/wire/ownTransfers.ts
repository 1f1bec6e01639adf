/** Body and answers of the endpoint of transfers between own accounts. */
import * as z from "zod";
import { TRANSFER_STATES } from "../../domain/transfers/transferState.ts";
import { decimalInput } from "./decimalInput.ts";
import { plainText } from "./plainText.ts";

const REFERENCE_LENGTH_MAX = 128;
const SYMBOL_LENGTH_MAX = 32;

const isOneKind = (shares: boolean, ...named: readonly boolean[]): boolean => named.every((each) => each === shares);

export const ownTransferRequest = z
  .strictObject({
    from_account_id: z.uuid().toLowerCase().optional().describe("Left out: the account of the request."),
    to_account_id: z.uuid().toLowerCase(),
    amount: decimalInput.optional().describe("Dollars. Either this, or `symbol` and `qty`."),
    symbol: plainText(SYMBOL_LENGTH_MAX).min(1).optional().describe("Shares or coins of the account."),
    qty: decimalInput.optional().describe("Of the symbol."),
    reference: plainText(REFERENCE_LENGTH_MAX)
      .min(1)
      .optional()
      .describe("Your reference; each names one transfer of the account. Left out: the Idempotency-Key."),
  })
  .refine(({ amount, symbol, qty }) => isOneKind(amount === undefined, symbol !== undefined, qty !== undefined), {
    error: "either amount, or symbol and qty",
    path: ["amount"],
  })
  .meta({ id: "NewOwnTransfer" });

export const ownTransferWire = z
  .object({
    transfer_id: z.string(),
    from_account_id: z.string(),
    from_account_number: z.string(),
    to_account_id: z.string(),
    to_account_number: z.string(),
    amount: z.string().nullable().describe("Dollars; null when shares move."),
    symbol: z.string().nullable(),
    qty: z.string().nullable(),
    cost_basis: z.string().nullable().describe("What the shares cost, which goes with them."),
    reference: z.string(),
    state: z
      .enum(TRANSFER_STATES)
      .describe("`pending`: in neither account for use yet; `voided`: the other account refused it."),
    refusal: z.string().nullable().describe("Why the other account refused it."),
    requested_at: z.string(),
    decided_at: z.string().nullable(),
  })
  .meta({ id: "OwnTransfer" });

export const ownTransfersWire = z.object({ transfers: z.array(ownTransferWire), next: z.string().nullable() });
