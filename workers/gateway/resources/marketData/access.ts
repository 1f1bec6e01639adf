import { adminRead, adminWrite, anyone, anyCredential, type MethodRules, reads, trades } from "../../accessRule.ts";

/** Trading, market data, and running the markets. */
export const MARKET_ACCESS = {
  "/v2/orders": { GET: reads, POST: trades, DELETE: trades },
  "/v2/orders:by_client_order_id": { GET: reads },
  "/v2/orders/:id": { GET: reads, PATCH: trades, DELETE: trades },
  "/v1/orders/cancel-after": { GET: reads, POST: trades },
  "/v2/account": { GET: reads },
  "/v2/positions": { GET: reads, DELETE: trades },
  "/v2/positions/:asset": { GET: reads, DELETE: trades },
  "/v2/assets": { GET: anyCredential },
  "/v2/assets/:asset": { GET: anyCredential },
  "/v2/clock": { GET: anyCredential },
  "/v2/calendar": { GET: anyCredential },
  "/v2/stocks/*": { GET: anyCredential },
  "/v1/books/*": { GET: anyCredential },
  // Public, as upstream: ccxt sends no credentials here.
  "/v1beta3/crypto/*": { GET: anyone },
  "/v1/admin/symbols/:symbol": { GET: adminRead, PATCH: adminWrite },
  "/v1/admin/symbols/:symbol/halt": { POST: adminWrite },
  "/v1/admin/symbols/:symbol/resume": { POST: adminWrite },
  "/v1/admin/market/breaker": { POST: adminWrite },
} as const satisfies Readonly<Record<string, MethodRules>>;
