import { type AccessRules, signedIn, signedInFresh } from "../../accessRule.ts";

/** The caller's own login. */
export const ACCESS = {
  "/v1/me": { GET: signedIn, PATCH: signedInFresh },
} as const satisfies AccessRules;
