import { type AccessRules, reads, trades } from "../../accessRule.ts";

/** Who may read and close positions. */
export const ACCESS = {
  "/v2/positions": { GET: reads, DELETE: trades },
  "/v2/positions/:asset": { GET: reads, DELETE: trades },
} as const satisfies AccessRules;
