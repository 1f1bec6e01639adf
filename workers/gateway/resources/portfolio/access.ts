import { type AccessRules, reads } from "../../accessRule.ts";

/** Who may read the history and the performance of the account. */
export const ACCESS = {
  "/v2/account/portfolio/history": { GET: reads },
  "/v1/portfolio/performance": { GET: reads },
  "/v1/portfolio/explain": { GET: reads },
} as const satisfies AccessRules;
