/** Body and answers of the endpoint of transfers between own accounts. */
import * as z from "zod";
import { TRANSFER_STATES } from "../../domain/transfers/transferState.ts";
import { decimalInput } from "./decimalInput.ts";
import { plainText } from "./plainText.ts";

const REFERENCE_LENGTH_MAX = 128;

export const ownTransferRequest = z
  .strictObject({
    from_account_id: z.uuid().toLowerCase().optional().describe("Left out: the account of the request."),
    to_account_id: z.uuid().toLowerCase(),
    amount: decimalInput.describe("Dollars."),
    reference: plainText(REFERENCE_LENGTH_MAX)
      .min(1)
      .optional()
      .describe("Your reference; each names one transfer of the account. Left out: the Idempotency-Key."),
  })
  .meta({ id: "NewOwnTransfer" });

export const ownTransferWire = z
  .object({
    transfer_id: z.string(),
    from_account_id: z.string(),
    to_account_id: z.string(),
    amount: z.string(),
    reference: z.string(),
    state: z
      .enum(TRANSFER_STATES)
      .describe("`pending`: held by the one account and not in the other yet; `voided`: the other account refused it."),
    requested_at: z.string(),
    decided_at: z.string().nullable(),
  })
  .meta({ id: "OwnTransfer" });

export const ownTransfersWire = z.object({ transfers: z.array(ownTransferWire), next: z.string().nullable() });
