/** Body and query of the endpoint of withdrawals. */
import * as z from "zod";
import { rowLimit } from "./users.ts";
import { decimalInput } from "./decimalInput.ts";
import { plainText } from "./plainText.ts";

const REFERENCE_LENGTH_MAX = 128;

export const withdrawalRequest = z
  .strictObject({
    amount: decimalInput.describe("Dollars."),
    reference: plainText(REFERENCE_LENGTH_MAX)
      .min(1)
      .optional()
      .describe("Your reference; each names one withdrawal. Left out: the Idempotency-Key."),
  })
  .meta({ id: "NewWithdrawal" });

export const withdrawalsQuery = z.object({
  before: z
    .string()
    .regex(/^\d{1,15}$/, { error: "what `next` said" })
    .transform(Number)
    .nullable()
    .default(null),
  limit: rowLimit,
});
