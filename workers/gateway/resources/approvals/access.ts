import { type AccessRules, adminWrite, auditRead } from "../../accessRule.ts";

/** Who may read and decide approvals. */
export const ACCESS = {
  "/v1/admin/approvals": { GET: auditRead },
  "/v1/admin/approvals/:id/approve": { POST: adminWrite },
  "/v1/admin/approvals/:id/reject": { POST: adminWrite },
} as const satisfies AccessRules;
