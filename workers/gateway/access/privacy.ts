import { type PathRules, signedIn, steppedUp } from "./rule.ts";

/** The data that we have of a person. */
export const PRIVACY_ACCESS = {
  "/v1/privacy/consents": { GET: signedIn, PUT: signedIn },
  "/v1/privacy/export": { GET: steppedUp },
  "/v1/privacy/erase": { POST: steppedUp },
} as const satisfies Readonly<Record<string, PathRules>>;
