import { type AccessRules, adminRead, adminWrite } from "../../accessRule.ts";

/** Who may read and change the limits of plans. */
export const ACCESS = {
  "/v1/admin/plans": { GET: adminRead },
  "/v1/admin/plans/:plan/limits": { PUT: adminWrite },
} as const satisfies AccessRules;
