import { type AccessRules, adminWrite } from "../../accessRule.ts";

/** Who may give bars of the past. */
export const ACCESS = {
  "/v1/admin/history/:symbol/bars": { PUT: adminWrite },
} as const satisfies AccessRules;
