import { type AccessRules, signedIn, signedInFresh, steppedUp } from "../../accessRule.ts";

/** The accounts that a login may use, and whom it shares its own with. */
export const ACCESS = {
  "/v1/accounts": { GET: signedIn },
  // A grant lasts like a read key: a stolen or just ended session must not leave one behind.
  "/v1/accounts/:id/grants": { GET: signedIn, POST: steppedUp },
  "/v1/accounts/:id/grants/:grant": { DELETE: signedInFresh },
} as const satisfies AccessRules;
