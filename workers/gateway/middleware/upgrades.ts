import { ask } from "../../../protocol/http/apiFault.ts";
import type { AppContext } from "../context.ts";
import { countAddress } from "../limits/edge.ts";
import { requestForQuotes } from "../quotesWorker.ts";
import { hasOnlyCookies, tokenOfCookie } from "./authenticate.ts";
import { isOwnOrigin } from "./forgery.ts";

/** True for a request that asks for a WebSocket. */
export function isUpgrade(c: AppContext): boolean {
  return c.req.header("Upgrade")?.toLowerCase() === "websocket";
}

/**
 * Passes a WebSocket upgrade to the quotes worker, whatever its path: the relay reads the first frame. Only a page
 * of ours is authenticated at the upgrade, by its session cookie. Browsers send that cookie for pages of other origins
 * too, so the cookie is not read for those.
 */
export async function passUpgrade(c: AppContext): Promise<Response> {
  await countAddress(c, "SOCKET_LIMIT");
  const token = isOwnOrigin(c, c.req.header("Origin") ?? "") && hasOnlyCookies(c) ? await tokenOfCookie(c) : null;
  return ask(() => c.env.QUOTES.fetch(requestForQuotes(c, token)));
}
