/** Bodies of the sign-in and administration endpoints. */
import * as z from "zod";
import { decimalInput } from "./decimalInput.ts";
import { plainText } from "./plainText.ts";

/** RFC 5321, 4.5.3.1.3: a path has at most 256 octets, two of them its angle brackets. */
const EMAIL_LENGTH_MAX = 254;
/** Far more than a password may have, so that one that is too long is refused as weak and not as malformed. */
const PASSWORD_TEXT_MAX = 4096;
const REFERENCE_LENGTH_MAX = 128;
const SYMBOL_LENGTH_MAX = 32;

export const credentials = z.object({
  email: z.string().trim().max(EMAIL_LENGTH_MAX).pipe(z.email()),
  password: z.string().max(PASSWORD_TEXT_MAX),
});

export const depositRequest = z
  .object({
    /** May be left out when the request has an Idempotency-Key, which is the reference then. */
    reference: plainText(REFERENCE_LENGTH_MAX).min(1).optional(),
    amount: decimalInput,
    symbol: plainText(SYMBOL_LENGTH_MAX).nullish(),
  })
  .meta({ id: "Deposit" });
