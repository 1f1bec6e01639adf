import { type AccessRules, adminRead, adminWrite } from "../../accessRule.ts";

/** Who may read and set the fee plans of accounts. */
export const ACCESS = {
  "/v1/admin/accounts/:id/fee-plan": { GET: adminRead, PUT: adminWrite },
} as const satisfies AccessRules;
