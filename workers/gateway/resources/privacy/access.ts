import { type AccessRules, signedIn, signedInFresh, steppedUp } from "../../accessRule.ts";

/** The data that we have of a person. */
export const ACCESS = {
  "/v1/privacy/consents": { GET: signedIn, PUT: signedInFresh },
  "/v1/privacy/export": { GET: steppedUp },
  "/v1/privacy/erase": { POST: steppedUp },
} as const satisfies AccessRules;
