import { type AccessRules, adminRead, adminWrite } from "../../accessRule.ts";

/** Who may read and change the state of a market. */
export const ACCESS = {
  "/v1/admin/symbols/:symbol": { GET: adminRead, PATCH: adminWrite },
  "/v1/admin/symbols/:symbol/halt": { POST: adminWrite },
  "/v1/admin/symbols/:symbol/resume": { POST: adminWrite },
  "/v1/admin/market/breaker": { POST: adminWrite },
} as const satisfies AccessRules;
