import { type AccessRules, reads } from "../../accessRule.ts";

/** Who may read the statements of the account. */
export const ACCESS = {
  "/v1/account/statements": { GET: reads },
  "/v1/account/statements/:file": { GET: reads },
  "/v1/account/tax/:file": { GET: reads },
} as const satisfies AccessRules;
