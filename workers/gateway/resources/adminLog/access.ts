import { type AccessRules, auditRead } from "../../accessRule.ts";

/** Who may read the admin log. */
export const ACCESS = {
  "/v1/admin/acts": { GET: auditRead },
} as const satisfies AccessRules;
