import { type AccessRules, anyone, signInAttempt, signedIn, steppedUp } from "../../accessRule.ts";

/** Signing in with other providers, and linking them. */
export const ACCESS = {
  "/v1/auth/external": { GET: anyone },
  "/v1/auth/links": { GET: signedIn },
  "/v1/auth/external/:provider": { GET: signInAttempt, POST: steppedUp, DELETE: steppedUp },
  // The handler checks the encrypted cookie that the sign-in began with.
  "/v1/auth/external/:provider/callback": { GET: signInAttempt },
} as const satisfies AccessRules;
