/** CORS for the origins in CORS_ORIGINS. Their pages call with credentials of their own, never with our cookies. */
import type { AppContext } from "../context.ts";

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

/** The answer to a preflight of an allowed origin; null for any other request. */
export function answerPreflight(c: AppContext): Response | null {
  if (c.env.CORS_ORIGINS === "" || c.req.method !== "OPTIONS") return null;
  const origin = allowedOrigin(c);
  if (origin === null || c.req.header("Access-Control-Request-Method") === undefined) return null;
  const answer = c.body(null, 204);
  answer.headers.set("Access-Control-Allow-Methods", ALLOWED_METHODS);
  answer.headers.set("Access-Control-Allow-Headers", ALLOWED_HEADERS);
  answer.headers.set("Access-Control-Max-Age", String(PREFLIGHT_SECONDS));
  return answer;
}

/** Lets the origin of the request read the response, if it is allowed. The headers of the response can be changed. */
export function addCorsHeaders(c: AppContext): void {
  if (c.env.CORS_ORIGINS !== "") allow(c.res.headers, allowedOrigin(c));
}

function allowedOrigin(c: AppContext): string | null {
  const origin = c.req.header("Origin");
  return origin !== undefined && isListed(c.env.CORS_ORIGINS, origin) ? origin : null;
}

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
