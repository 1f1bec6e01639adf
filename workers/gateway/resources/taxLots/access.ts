import { type AccessRules, reads } from "../../accessRule.ts";

/** Who may read the tax lots of an account. */
export const ACCESS = {
  "/v1/portfolio/lots": { GET: reads },
  "/v1/portfolio/realized": { GET: reads },
} as const satisfies AccessRules;
