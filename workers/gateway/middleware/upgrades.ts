import { createMiddleware } from "hono/factory";
import { ask } from "../../../protocol/http/apiFault.ts";
import type { AppEnv } from "../context.ts";
import { countAddress } from "../limits/edge.ts";
import { requestForQuotes } from "../quotesWorker.ts";
import { hasOnlyCookies, tokenOfCookie } from "./authenticate.ts";
import { isOwnOrigin } from "./forgery.ts";

/**
 * Every WebSocket goes to the quotes worker, whatever its path: the relay reads the first frame. Only a page of ours is
 * known at the upgrade, by its session's cookie. A page of another origin brings that cookie along as well, so its cookie
 * is not read.
 */
export const upgrades = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") return next();
  await countAddress(c, "SOCKET_LIMIT");
  const token = isOwnOrigin(c, c.req.header("Origin") ?? "") && hasOnlyCookies(c) ? await tokenOfCookie(c) : null;
  return ask(() => c.env.QUOTES.fetch(requestForQuotes(c, token)));
});
