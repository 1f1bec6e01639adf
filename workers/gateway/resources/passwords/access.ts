import { type AccessRules, signInAttempt, signedInFresh } from "../../accessRule.ts";

/** Signing up and in with a password. */
export const ACCESS = {
  "/v1/auth/register": { POST: signInAttempt },
  "/v1/auth/verify": { POST: signInAttempt },
  "/v1/auth/login": { POST: signInAttempt },
  "/v1/auth/password": { POST: signedInFresh },
  "/v1/auth/password/forgot": { POST: signInAttempt },
  "/v1/auth/password/reset": { POST: signInAttempt },
} as const satisfies AccessRules;
