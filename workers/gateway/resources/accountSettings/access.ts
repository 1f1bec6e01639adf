import { type AccessRules, adminRead, adminWrite, reads, trades } from "../../accessRule.ts";

/** Who may read and change the settings of an account. */
export const ACCESS = {
  "/v2/account/configurations": { GET: reads, PATCH: trades },
  "/v1/account/settings": { GET: reads, PATCH: trades },
  "/v1/account/kill_switch": { GET: reads, POST: trades },
  "/v1/admin/accounts/:id/risk": { GET: adminRead, PATCH: adminWrite },
  "/v1/admin/accounts/:id/kill_switch": { POST: adminWrite },
} as const satisfies AccessRules;
