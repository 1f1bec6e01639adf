import { type AccessRules, signedIn, signedInFresh, steppedUp } from "../../accessRule.ts";

/** API keys. */
export const ACCESS = {
  "/v1/keys": { GET: signedIn, POST: steppedUp },
  // Whoever could widen the addresses of a key or keep it from ending would have as good as made one.
  "/v1/keys/:id": { PATCH: steppedUp, DELETE: signedInFresh },
} as const satisfies AccessRules;
