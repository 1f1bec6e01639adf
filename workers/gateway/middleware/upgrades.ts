import { createMiddleware } from "hono/factory";
import { ask } from "../../../protocol/http/apiFault.ts";
import type { AppEnv } from "../context.ts";
import { countAddress } from "../limits/edge.ts";
import { requestForQuotes } from "../quotesWorker.ts";
import { hasOnlyCookies, tokenOfCookie } from "./authenticate.ts";
import { isOwnOrigin } from "./forgery.ts";

/**
 * Passes every WebSocket upgrade to the quotes worker, whatever its path: the relay reads the first frame. Only a page
 * of ours is authenticated at the upgrade, by its session cookie. Browsers send that cookie for pages of other origins
 * too, so the cookie is not read for those.
 */
export const upgrades = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") return next();
  await countAddress(c, "SOCKET_LIMIT");
  const token = isOwnOrigin(c, c.req.header("Origin") ?? "") && hasOnlyCookies(c) ? await tokenOfCookie(c) : null;
  return ask(() => c.env.QUOTES.fetch(requestForQuotes(c, token)));
});
