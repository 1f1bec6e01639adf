import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { type AppContext, type AppEnv, callerIfAny } from "../context.ts";
import { ask } from "../../../protocol/fault.ts";
import { answerError } from "../faults.ts";
import { countAddress } from "../limits/edge.ts";
import { resource } from "../resource.ts";

/** Headers by which workers tell each other who calls: never taken from a client. */
const PRINCIPAL_HEADER = "x-principal";
const REQUEST_ID_HEADER = "x-request-id";
const CREDENTIAL_HEADERS = ["Authorization", "APCA-API-KEY-ID", "APCA-API-SECRET-KEY"];

/**
 * Every WebSocket goes to the quotes worker, whatever its path: no client authenticates at the upgrade, the relay reads
 * the first frame.
 */
export const upgrades = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") return next();
  await countAddress(c, "SOCKET_LIMIT");
  return ask(() => c.env.QUOTES.fetch(forwarded(c)));
});

/** Market data: answered by the quotes worker. */
export const marketRoutes = new Hono<AppEnv>();

for (const path of ["/v2/stocks/*", "/v1/books/*", "/v1beta3/crypto/*"] as const) {
  resource(marketRoutes, path, { GET: toQuotes });
}

for (const path of ["/stream", "/v2/iex"] as const) {
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
  for (const name of [...CREDENTIAL_HEADERS, PRINCIPAL_HEADER]) headers.delete(name);
  headers.set(REQUEST_ID_HEADER, c.var.requestId);
  const caller = callerIfAny(c);
  if (caller !== undefined) headers.set(PRINCIPAL_HEADER, JSON.stringify(caller.principal));
  return new Request(url, { method: c.req.method, headers });
}
