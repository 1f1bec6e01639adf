import { type AccessRules, anyCredential } from "../../accessRule.ts";

/** Who may ask when markets trade. */
export const ACCESS = {
  "/v2/clock": { GET: anyCredential },
  "/v2/calendar": { GET: anyCredential },
  "/v3/clock": { GET: anyCredential },
  "/v3/calendar/:market": { GET: anyCredential },
} as const satisfies AccessRules;
