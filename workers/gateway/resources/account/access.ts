import { type AccessRules, reads } from "../../accessRule.ts";

/** Who may read the account. */
export const ACCESS = {
  "/v2/account": { GET: reads },
  "/v1/account/settlement": { GET: reads },
} as const satisfies AccessRules;
