import { type AccessRules, anyone, signInAttempt } from "../../accessRule.ts";

/** Demo accounts of visitors. */
export const ACCESS = {
  "/v1/demo": { GET: anyone, POST: signInAttempt },
} as const satisfies AccessRules;
