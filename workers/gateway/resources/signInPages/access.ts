import { type AccessRules, anyone } from "../../accessRule.ts";

/** The pages of signing in and out: forms that call the API, which counts them as sign-ins. */
export const ACCESS = {
  // Pages: whoever is not signed in is sent to sign in; what they post is bound to the session or the form.
  // What the form asks of the API is counted there as a sign-in.
  "/auth/sign-in": { GET: anyone, POST: anyone },
  "/auth/sign-out": { GET: anyone, POST: anyone },
} as const satisfies AccessRules;
