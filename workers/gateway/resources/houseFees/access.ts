import { type AccessRules, auditRead } from "../../accessRule.ts";

/** Who may read what the house has received. */
export const ACCESS = {
  "/v1/admin/fees/house": { GET: auditRead },
} as const satisfies AccessRules;
