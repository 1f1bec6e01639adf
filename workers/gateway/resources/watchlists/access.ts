import { type AccessRules, reads, trades } from "../../accessRule.ts";

/** Who may read and change watchlists. */
export const ACCESS = {
  "/v2/watchlists": { GET: reads, POST: trades },
  "/v2/watchlists:by_name": { GET: reads, PUT: trades, POST: trades, DELETE: trades },
  "/v2/watchlists/:id": { GET: reads, PUT: trades, PATCH: trades, POST: trades, DELETE: trades },
  "/v2/watchlists/:id/:symbol": { DELETE: trades },
} as const satisfies AccessRules;
