import { type AccessRules, auditRead } from "../../accessRule.ts";

/** Who may read sealed files as they are. */
export const ACCESS = {
  "/v1/audit/history/:symbol": { GET: auditRead },
  "/v1/audit/history/:symbol/:month": { GET: auditRead },
  "/v1/audit/history/:symbol/:month/:first/:file": { GET: auditRead },
} as const satisfies AccessRules;
