import { type AccessRules, anyCredential } from "../../accessRule.ts";

/** Who may list what is traded. */
export const ACCESS = {
  "/v2/assets": { GET: anyCredential },
  "/v2/assets/:asset": { GET: anyCredential },
} as const satisfies AccessRules;
