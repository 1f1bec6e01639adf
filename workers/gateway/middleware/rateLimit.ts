import { createMiddleware } from "hono/factory";
import type { ACCESS } from "../resources/system/access.ts";
import { type AppEnv, clientInfoOf } from "../context.ts";
import { keyDigestOf, isKeyOfPlan } from "../keyVerification.ts";
import { countAddress } from "../limits/edge.ts";

/** Asks nobody and costs less than counting would. */
const HEALTH: keyof typeof ACCESS = "/v1/health";

/**
 * Counts every request of an address, and says on every answer where the caller stands: with the limit that counted it
 * last (the account's, else the user's, else the address's). Market makers come with keys that were right a moment ago,
 * and are held to their plan alone.
 */
export const rateLimit = createMiddleware<AppEnv>(async (c, next) => {
  // Whoever watches the exchange asks it from where others ask, too: what they spend must not make it look dead.
  if (c.req.path === HEALTH) return await next();
  const keyId = c.req.header("APCA-API-KEY-ID");
  const secret = c.req.header("APCA-API-SECRET-KEY");
  const keyed = keyId !== undefined && secret !== undefined;
  const digest = keyed ? await keyDigestOf(keyId, secret, clientInfoOf(c).ip) : null;
  if (digest !== null) c.set("keyDigest", digest);
  if (digest === null || !isKeyOfPlan(digest, "market_maker")) await countAddress(c, "ADDRESS_LIMIT");
  await next();
});
