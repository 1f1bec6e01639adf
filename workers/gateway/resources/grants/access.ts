import { type AccessRules, signedIn, signedInFresh, steppedUp } from "../../accessRule.ts";

/** Whom a login shares its accounts with. */
export const ACCESS = {
  // A grant lasts like a read key: a stolen or just ended session must not leave one behind.
  "/v1/accounts/:id/grants": { GET: signedIn, POST: steppedUp },
  "/v1/accounts/:id/grants/:grant": { DELETE: signedInFresh },
} as const satisfies AccessRules;
