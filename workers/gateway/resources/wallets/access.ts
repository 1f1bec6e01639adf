import { type AccessRules, anyCredential, reads } from "../../accessRule.ts";

/** Who may ask for wallets and transfers. */
export const ACCESS = {
  "/v2/wallets": { GET: anyCredential },
  "/v2/wallets/transfers": { GET: reads, POST: anyCredential },
  "/v2/wallets/transfers/:id": { GET: reads },
  "/v2/wallets/whitelists": { GET: anyCredential, POST: anyCredential },
  "/v2/wallets/whitelists/:id": { DELETE: anyCredential },
  "/v2/wallets/fees/estimate": { GET: anyCredential },
} as const satisfies AccessRules;
