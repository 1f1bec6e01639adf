import { type AccessRules, anyCredential, anyone } from "../../accessRule.ts";

/** Who may read market data. */
export const ACCESS = {
  "/v2/stocks/*": { GET: anyCredential },
  "/v1beta1/screener/*": { GET: anyCredential },
  "/v1beta1/news": { GET: anyCredential },
  "/v1/books/*": { GET: anyCredential },
  "/v1/history/:symbol": { GET: anyCredential },
  "/v1/indicators": { GET: anyCredential },
  "/v1/indicators/:name": { GET: anyCredential },
  // Public, as at Alpaca: ccxt sends no credentials here.
  "/v1beta3/crypto/*": { GET: anyone },
} as const satisfies AccessRules;
