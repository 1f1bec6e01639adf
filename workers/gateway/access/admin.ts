import { administers, audits, type Known, type PathRules } from "./rule.ts";

/** What makes administrators, and what moves money: a person does that, who has just shown to be that person. */
export const administersInPerson: Known = { ...administers, scope: null, stepUp: true };

/** Administrators over users and money. */
export const ADMIN_ACCESS = {
  "/v1/admin/users": { GET: administers, POST: administers },
  "/v1/admin/users/:id": { GET: administers, PATCH: administersInPerson },
  "/v1/admin/users/:id/sessions": { DELETE: administers },
  "/v1/admin/users/:id/keys": { GET: administers },
  "/v1/admin/users/:id/keys/:key": { DELETE: administers },
  "/v1/admin/approvals": { GET: audits },
  "/v1/admin/approvals/:id/approve": { POST: administersInPerson },
  "/v1/admin/approvals/:id/reject": { POST: administersInPerson },
  "/v1/admin/acts": { GET: audits },
} as const satisfies Readonly<Record<string, PathRules>>;
