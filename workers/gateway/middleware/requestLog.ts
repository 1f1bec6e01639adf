import { createMiddleware } from "hono/factory";
import { actorIfAny, type AppEnv, callerIfAny } from "../context.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";
import { addCommonHeaders } from "../commonHeaders.ts";
import { addCorsHeaders, answerPreflight } from "./cors.ts";

const PATH_MAX = 200;

/** Gives the request its id, answers preflights, adds the common response headers, and logs the request. */
export const requestLog = createMiddleware<AppEnv>(async (c, next) => {
  const started = Date.now();
  // Never an id from the client: an id in the audit trail must not be forged or repeated.
  const requestId = crypto.randomUUID();
  c.set("requestId", requestId);
  c.set("receivedAt", started);
  const preflight = answerPreflight(c);
  if (preflight === null) await next();
  else c.res = preflight;
  // The response to a WebSocket upgrade is passed on unchanged.
  const { status } = c.res;
  if (status !== 101) {
    addCommonHeaders(c);
    addCorsHeaders(c);
  }
  const caller = callerIfAny(c);
  logEvent("gateway", "request", {
    requestId,
    method: c.req.method,
    path: c.req.path.slice(0, PATH_MAX),
    status,
    ms: Date.now() - started,
    accountId: caller?.principal.accountId,
    userId: caller?.principal.userId,
    credentialKind: actorIfAny(c)?.credentialKind,
    credential: caller?.credentialDigest,
  });
});
