import {
  adminRead,
  adminWrite,
  auditReveal,
  type MethodRules,
  signedIn,
  signedInFresh,
  steppedUp,
} from "../../accessRule.ts";

/** The data that we have of a person. */
export const PRIVACY_ACCESS = {
  "/v1/privacy/consents": { GET: signedIn, PUT: signedInFresh },
  "/v1/privacy/export": { GET: steppedUp },
  "/v1/privacy/erase": { POST: steppedUp },
  "/v1/admin/users/:id/erase": { POST: adminWrite },
  "/v1/audit/accounts/:id/origins": { POST: auditReveal },
  // Moves what is sealed to another key and opens nothing: `npm run pii:rotate` calls it with a key.
  "/v1/admin/vaults/touch": { POST: adminRead },
} as const satisfies Readonly<Record<string, MethodRules>>;
