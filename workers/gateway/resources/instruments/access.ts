import { type AccessRules, adminRead, adminWrite } from "../../accessRule.ts";

/** Who may list, change and delist instruments. */
export const ACCESS = {
  "/v1/admin/instruments": { POST: adminWrite },
  "/v1/admin/instruments/:symbol": { GET: adminRead, PATCH: adminWrite, DELETE: adminWrite },
} as const satisfies AccessRules;
