import { type AccessRules, adminWrite } from "../../accessRule.ts";

/** Who may put money into an account. */
export const ACCESS = {
  "/v1/admin/accounts/:id/deposits": { POST: adminWrite },
} as const satisfies AccessRules;
