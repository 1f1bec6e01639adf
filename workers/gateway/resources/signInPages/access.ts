import { type AccessRules, anyone } from "../../accessRule.ts";

/** The pages of signing in and out: forms that call the API, which counts them as sign-ins. */
export const ACCESS = {
  // Forms are bound to the browser by a form token. The API calls that they make are limited as sign-in attempts.
  "/auth/sign-in": { GET: anyone, POST: anyone },
  "/auth/sign-out": { GET: anyone, POST: anyone },
} as const satisfies AccessRules;
