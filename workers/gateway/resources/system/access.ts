import { type AccessRules, anyone } from "../../accessRule.ts";

/** The service itself. */
export const ACCESS = {
  "/v1/health": { GET: anyone },
  "/.well-known/security.txt": { GET: anyone },
} as const satisfies AccessRules;
