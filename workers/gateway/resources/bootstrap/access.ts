import { type AccessRules, signInAttempt } from "../../accessRule.ts";

/** The handler checks the bootstrap secret. */
export const ACCESS = {
  "/v1/admin/bootstrap": { POST: signInAttempt },
} as const satisfies AccessRules;
