import { type AccessRules, signedIn, signedInFresh, steppedUp } from "../../accessRule.ts";

/** Apps that a login has registered, and apps that it has authorized. */
export const ACCESS = {
  "/v1/apps": { GET: signedIn, POST: steppedUp },
  "/v1/apps/:id": { DELETE: signedInFresh },
  "/v1/auth/apps": { GET: signedIn },
  "/v1/auth/apps/:id": { DELETE: signedInFresh },
} as const satisfies AccessRules;
