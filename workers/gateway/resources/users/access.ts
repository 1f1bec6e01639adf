import { adminRead, adminWrite, auditRead, type MethodRules } from "../../accessRule.ts";

/** Administrators over users and money. */
export const ADMIN_ACCESS = {
  "/v1/admin/users": { GET: adminRead, POST: adminWrite },
  "/v1/admin/users/:id": { GET: adminRead, PATCH: adminWrite },
  "/v1/admin/users/:id/sessions": { DELETE: adminWrite },
  "/v1/admin/users/:id/keys": { GET: adminRead },
  "/v1/admin/users/:id/keys/:key": { DELETE: adminWrite },
  "/v1/admin/approvals": { GET: auditRead },
  "/v1/admin/approvals/:id/approve": { POST: adminWrite },
  "/v1/admin/approvals/:id/reject": { POST: adminWrite },
  "/v1/admin/acts": { GET: auditRead },
} as const satisfies Readonly<Record<string, MethodRules>>;
