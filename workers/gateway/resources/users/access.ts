import { type AccessRules, adminRead, adminWrite } from "../../accessRule.ts";

/** Who may read and change users. */
export const ACCESS = {
  "/v1/admin/users/:id/erase": { POST: adminWrite },
  "/v1/admin/users": { GET: adminRead, POST: adminWrite },
  "/v1/admin/users/:id": { GET: adminRead, PATCH: adminWrite },
  "/v1/admin/users/:id/sessions": { DELETE: adminWrite },
  "/v1/admin/users/:id/keys": { GET: adminRead },
  "/v1/admin/users/:id/keys/:key": { DELETE: adminWrite },
} as const satisfies AccessRules;
