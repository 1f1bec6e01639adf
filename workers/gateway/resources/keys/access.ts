import { type MethodRules, signedIn, signedInFresh, steppedUp } from "../../accessRule.ts";

/** API keys, the accounts that a login may use, and whom it shares its own with. */
export const KEYS_ACCESS = {
  "/v1/keys": { GET: signedIn, POST: steppedUp },
  // Whoever could widen the addresses of a key or keep it from ending would have as good as made one.
  "/v1/keys/:id": { PATCH: steppedUp, DELETE: signedInFresh },
  "/v1/accounts": { GET: signedIn },
  // It lasts, like a key that reads: a session that was stolen, or has just ended, must not leave it behind.
  "/v1/accounts/:id/grants": { GET: signedIn, POST: steppedUp },
  "/v1/accounts/:id/grants/:grant": { DELETE: signedInFresh },
} as const satisfies Readonly<Record<string, MethodRules>>;
