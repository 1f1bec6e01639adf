import { type AccessRules, reads } from "../../accessRule.ts";

/** Who may read the history of the account. */
export const ACCESS = {
  "/v2/account/portfolio/history": { GET: reads },
} as const satisfies AccessRules;
