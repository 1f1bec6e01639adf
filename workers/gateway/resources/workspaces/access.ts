import { type AccessRules, signedIn, signedInFresh } from "../../accessRule.ts";

/** The layouts of the caller's own terminal; not for keys and apps, which have no screen. */
export const ACCESS = {
  "/v1/workspaces": { GET: signedIn, PUT: signedInFresh },
} as const satisfies AccessRules;
