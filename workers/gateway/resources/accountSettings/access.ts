import { type AccessRules, reads, trades } from "../../accessRule.ts";

/** Who may read and change the settings of an account. */
export const ACCESS = {
  "/v2/account/configurations": { GET: reads, PATCH: trades },
  "/v1/account/settings": { GET: reads, PATCH: trades },
} as const satisfies AccessRules;
