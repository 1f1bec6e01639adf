import { type AccessRules, signedIn, signedInFresh, steppedUp } from "../../accessRule.ts";

/** The accounts that a login may use, and whom it shares its own with. */
export const ACCESS = {
  "/v1/accounts": { GET: signedIn },
  // It lasts, like a key that reads: a session that was stolen, or has just ended, must not leave it behind.
  "/v1/accounts/:id/grants": { GET: signedIn, POST: steppedUp },
  "/v1/accounts/:id/grants/:grant": { DELETE: signedInFresh },
} as const satisfies AccessRules;
