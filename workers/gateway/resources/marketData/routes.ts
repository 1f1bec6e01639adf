import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { StreamPath } from "../../../../protocol/stream/permissions.ts";
import { STREAM_PATH_ACCESS } from "../streams/access.ts";
import { type AppContext, type AppEnv, callerIfAny } from "../../context.ts";
import { ask } from "../../../../protocol/http/apiFault.ts";
import { answerError } from "../../faults.ts";
import { countAddress } from "../../limits/edge.ts";
import { hasOnlyCookies, tokenOfCookie } from "../../middleware/authenticate.ts";
import { isOwnOrigin } from "../../middleware/forgery.ts";
import { resource } from "../../resource.ts";

/** Headers by which workers tell each other who calls: never taken from a client. */
const PRINCIPAL_HEADER = "x-principal";
const REQUEST_ID_HEADER = "x-request-id";
const TOKEN_HEADER = "x-access-token";
const CREDENTIAL_HEADERS = ["Authorization", "APCA-API-KEY-ID", "APCA-API-SECRET-KEY", "Cookie"];

/**
 * Every WebSocket goes to the quotes worker, whatever its path: the relay reads the first frame. Only a page of ours is
 * known at the upgrade, by its session's cookie; a page of another origin brings that cookie along as well, so it is
 * not looked at then.
 */
export const upgrades = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") return next();
  await countAddress(c, "SOCKET_LIMIT");
  const request = forwarded(c);
  const token = isOwnOrigin(c, c.req.header("Origin") ?? "") && hasOnlyCookies(c) ? await tokenOfCookie(c) : null;
  if (token !== null) request.headers.set(TOKEN_HEADER, token);
  return ask(() => c.env.QUOTES.fetch(request));
});

/** Market data: answered by the quotes worker. */
export const marketRoutes = new Hono<AppEnv>();

for (const path of ["/v2/stocks/*", "/v1/books/*", "/v1beta3/crypto/*"] as const) {
  resource(marketRoutes, path, { GET: toQuotes });
}

for (const path of Object.keys(STREAM_PATH_ACCESS) as StreamPath[]) {
  resource(marketRoutes, path, {
    GET: (c) => {
      c.header("Upgrade", "websocket");
      return answerError(c, { reason: "upgrade_required" });
    },
  });
}

async function toQuotes(c: AppContext): Promise<Response> {
  const answer = await ask(() => c.env.QUOTES.fetch(forwarded(c)));
  return new Response(answer.body, answer);
}

/** The request as the quotes worker sees it: path tidied, credentials replaced by who was found to be behind them. */
function forwarded(c: AppContext): Request {
  const url = new URL(c.req.url);
  url.pathname = c.req.path;
  const headers = new Headers(c.req.raw.headers);
  for (const name of [...CREDENTIAL_HEADERS, PRINCIPAL_HEADER, TOKEN_HEADER]) headers.delete(name);
  headers.set(REQUEST_ID_HEADER, c.var.requestId);
  const caller = callerIfAny(c);
  if (caller !== undefined) headers.set(PRINCIPAL_HEADER, JSON.stringify(caller.principal));
  return new Request(url, { method: c.req.method, headers });
}
