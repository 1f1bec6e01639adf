import { administers, administersInPerson, audits, type PathRules } from "./rule.ts";

/** Administrators over users and money. */
export const ADMIN_ACCESS = {
  "/v1/admin/users": { GET: administers, POST: administersInPerson },
  "/v1/admin/users/:id": { GET: administers, PATCH: administersInPerson },
  "/v1/admin/users/:id/sessions": { DELETE: administersInPerson },
  "/v1/admin/users/:id/keys": { GET: administers },
  "/v1/admin/users/:id/keys/:key": { DELETE: administersInPerson },
  "/v1/admin/approvals": { GET: audits },
  "/v1/admin/approvals/:id/approve": { POST: administersInPerson },
  "/v1/admin/approvals/:id/reject": { POST: administersInPerson },
  "/v1/admin/acts": { GET: audits },
} as const satisfies Readonly<Record<string, PathRules>>;
