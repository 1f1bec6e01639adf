import { createMiddleware } from "hono/factory";
import { type AppEnv, originOf } from "../context.ts";
import { digestOf, isKeyOfPlan } from "../keyChecks.ts";
import { countAddress } from "../limits/edge.ts";

/**
 * Counts every request of an address, and says on every answer where the caller stands: with the limit that counted it
 * last (the account's, else the user's, else the address's). Market makers come with keys that were right a moment ago,
 * and are held to their plan alone.
 */
export const limits = createMiddleware<AppEnv>(async (c, next) => {
  const keyId = c.req.header("APCA-API-KEY-ID");
  const secret = c.req.header("APCA-API-SECRET-KEY");
  const keyed = keyId !== undefined && secret !== undefined;
  const digest = keyed ? await digestOf(keyId, secret, originOf(c).ip) : null;
  if (digest !== null) c.set("keyDigest", digest);
  if (digest === null || !isKeyOfPlan(digest, "market_maker")) await countAddress(c, "ADDRESS_LIMIT");
  await next();
});
