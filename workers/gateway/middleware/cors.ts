/** CORS for the origins in CORS_ORIGINS. Their pages call with credentials of their own, never with our cookies. */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../context.ts";

const ALLOWED_METHODS = "GET, POST, PUT, PATCH, DELETE";
const ALLOWED_HEADERS = [
  "Authorization",
  "Content-Type",
  "APCA-API-KEY-ID",
  "APCA-API-SECRET-KEY",
  "APCA-PARTNER-ID",
  "Idempotency-Key",
  "X-Account-ID",
].join(", ");
const EXPOSED_HEADERS = [
  "X-Request-ID",
  "API-Version",
  "Retry-After",
  "Idempotency-Replayed",
  "Deprecation",
  "Sunset",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
].join(", ");
/** How long a browser may cache a preflight; browsers cap it at two hours. */
const PREFLIGHT_SECONDS = 7_200;

/** Answers preflights, and lets allowed origins read responses. */
export const cors = createMiddleware<AppEnv>(async (c, next) => {
  const origins = c.env.CORS_ORIGINS;
  if (origins === "") return next();
  const origin = c.req.header("Origin");
  const allowed = origin !== undefined && isListed(origins, origin) ? origin : null;
  if (allowed !== null && c.req.method === "OPTIONS" && c.req.header("Access-Control-Request-Method") !== undefined) {
    const answer = c.body(null, 204);
    allow(answer.headers, allowed);
    answer.headers.set("Access-Control-Allow-Methods", ALLOWED_METHODS);
    answer.headers.set("Access-Control-Allow-Headers", ALLOWED_HEADERS);
    answer.headers.set("Access-Control-Max-Age", String(PREFLIGHT_SECONDS));
    return answer;
  }
  await next();
  if (c.res.status !== 101) allow(c.res.headers, allowed);
  return undefined;
});

function allow(headers: Headers, origin: string | null): void {
  // Without Vary a cache would give one origin the response for another.
  headers.append("Vary", "Origin");
  if (origin === null) return;
  headers.set("Access-Control-Allow-Origin", origin);
  headers.set("Access-Control-Expose-Headers", EXPOSED_HEADERS);
}

/** Matches whole origins. `*` and `null` (a page without an origin) match nothing. */
function isListed(list: string, origin: string): boolean {
  return origin !== "null" && origin !== "*" && list.split(/[\s,]+/).includes(origin);
}
