import { type AccessRules, signInAttempt, signedIn, signedInFresh, steppedUp } from "../../accessRule.ts";

/** Second factors, passkeys and step-up. */
export const ACCESS = {
  // The handlers authenticate by the second factor or the passkey.
  "/v1/auth/mfa": { POST: signInAttempt },
  "/v1/auth/passkey": { POST: signInAttempt },
  "/v1/auth/passkey/options": { POST: signInAttempt },
  "/v1/auth/step-up": { POST: signedInFresh },
  "/v1/auth/step-up/options": { POST: signedInFresh },
  "/v1/mfa": { GET: signedIn },
  // Stepped up: a stolen session must neither remove factors nor add its own.
  "/v1/mfa/totp": { POST: steppedUp, DELETE: steppedUp },
  "/v1/mfa/totp/confirm": { POST: steppedUp },
  "/v1/mfa/recovery-codes": { POST: steppedUp },
  "/v1/mfa/passkeys": { GET: signedIn, POST: steppedUp },
  "/v1/mfa/passkeys/options": { POST: steppedUp },
  "/v1/mfa/passkeys/:id": { DELETE: steppedUp },
} as const satisfies AccessRules;
