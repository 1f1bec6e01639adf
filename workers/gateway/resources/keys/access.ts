import { type AccessRules, signedIn, signedInFresh, steppedUp } from "../../accessRule.ts";

/** API keys. */
export const ACCESS = {
  "/v1/keys": { GET: signedIn, POST: steppedUp },
  // Stepped up: widening a key's addresses or extending it is like making one.
  "/v1/keys/:id": { PATCH: steppedUp, DELETE: signedInFresh },
} as const satisfies AccessRules;
