import { createMiddleware } from "hono/factory";
import { actorIfAny, type AppEnv, callerIfAny } from "../context.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";
import { addSecurityHeaders } from "./securityHeaders.ts";

const PATH_MAX = 200;

/** Gives the request its id, adds the common response headers, and logs the request. */
export const requestLog = createMiddleware<AppEnv>(async (c, next) => {
  const started = Date.now();
  // Never an id from the client: an id in the audit trail must not be forged or repeated.
  c.set("requestId", crypto.randomUUID());
  c.set("receivedAt", started);
  await next();
  // The response to a WebSocket upgrade is passed on unchanged.
  if (c.res.status !== 101) {
    c.header("X-Request-ID", c.var.requestId);
    addSecurityHeaders(c);
    const rate = c.get("rate");
    if (rate !== undefined) {
      c.header("X-RateLimit-Limit", String(rate.limit));
      c.header("X-RateLimit-Remaining", String(rate.remaining));
      c.header("X-RateLimit-Reset", String(Math.ceil(rate.resetAt / 1_000)));
    }
    if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "no-store");
  }
  const caller = callerIfAny(c);
  logEvent("gateway", "request", {
    requestId: c.var.requestId,
    method: c.req.method,
    path: c.req.path.slice(0, PATH_MAX),
    status: c.res.status,
    ms: Date.now() - started,
    accountId: caller?.principal.accountId,
    userId: caller?.principal.userId,
    credentialKind: actorIfAny(c)?.credentialKind,
    credential: caller?.credentialDigest,
  });
});
