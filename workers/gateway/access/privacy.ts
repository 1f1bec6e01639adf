import {
  administers,
  administersInPerson,
  auditsInPerson,
  type PathRules,
  signedIn,
  signedInNow,
  steppedUp,
} from "./rule.ts";

/** The data that we have of a person. */
export const PRIVACY_ACCESS = {
  "/v1/privacy/consents": { GET: signedIn, PUT: signedInNow },
  "/v1/privacy/export": { GET: steppedUp },
  "/v1/privacy/erase": { POST: steppedUp },
  "/v1/admin/users/:id/erase": { POST: administersInPerson },
  "/v1/audit/accounts/:id/origins": { POST: auditsInPerson },
  // Moves what is sealed to another key and opens nothing: `npm run pii:rotate` calls it with a key.
  "/v1/admin/vaults/touch": { POST: administers },
} as const satisfies Readonly<Record<string, PathRules>>;
