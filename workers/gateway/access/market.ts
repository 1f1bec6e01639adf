import { administers, administersInPerson, anyone, everyLogin, type PathRules, reads, trades } from "./rule.ts";

/** Trading, market data, and running the markets. */
export const MARKET_ACCESS = {
  "/v2/orders": { GET: reads, POST: trades, DELETE: trades },
  "/v2/orders:by_client_order_id": { GET: reads },
  "/v2/orders/:id": { GET: reads, PATCH: trades, DELETE: trades },
  "/v1/orders/cancel-after": { GET: reads, POST: trades },
  "/v2/account": { GET: reads },
  "/v2/positions": { GET: reads, DELETE: trades },
  "/v2/positions/:asset": { GET: reads, DELETE: trades },
  "/v2/assets": { GET: everyLogin },
  "/v2/assets/:asset": { GET: everyLogin },
  "/v2/clock": { GET: everyLogin },
  "/v2/calendar": { GET: everyLogin },
  "/v2/stocks/*": { GET: everyLogin },
  "/v1/books/*": { GET: everyLogin },
  // Public, as upstream: ccxt sends no credentials here.
  "/v1beta3/crypto/*": { GET: anyone },
  "/v1/admin/symbols/:symbol": { GET: administers, PATCH: administersInPerson },
  "/v1/admin/symbols/:symbol/halt": { POST: administersInPerson },
  "/v1/admin/symbols/:symbol/resume": { POST: administersInPerson },
  "/v1/admin/market/breaker": { POST: administersInPerson },
} as const satisfies Readonly<Record<string, PathRules>>;
