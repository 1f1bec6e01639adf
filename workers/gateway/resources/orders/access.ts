import { type AccessRules, reads, trades } from "../../accessRule.ts";

/** Who may read, place, replace and cancel orders. */
export const ACCESS = {
  "/v2/orders": { GET: reads, POST: trades, DELETE: trades },
  "/v2/orders:by_client_order_id": { GET: reads },
  "/v2/orders/:id": { GET: reads, PATCH: trades, DELETE: trades },
  "/v1/orders/batch": { POST: trades },
  "/v1/orders/preview": { POST: reads },
  "/v1/orders/cancel-after": { GET: reads, POST: trades },
} as const satisfies AccessRules;
