/** The headers that every response of the API has. */
import type { AppContext } from "./context.ts";
import { isSecure } from "./publicOrigin.ts";
import { API_VERSION, API_VERSION_HEADER } from "./version.ts";

/** The policy of responses that are not pages: they load nothing and cannot be framed. */
const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STRICT_TRANSPORT = ["Strict-Transport-Security", "max-age=63072000; includeSubDomains"] as const;

const FIXED: readonly (readonly [name: string, value: string])[] = [
  [API_VERSION_HEADER, API_VERSION],
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
  ["Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
];
/** Those of which a response may have another value: a page has a policy of its own, a public file a lifetime. */
const UNLESS_SET: readonly (readonly [name: string, value: string])[] = [
  ["Referrer-Policy", "no-referrer"],
  ["Content-Security-Policy", NOTHING],
  ["Cache-Control", "no-store"],
];

/** Headers to copy: the platform copies a whole set faster than a script sets one by one. */
interface Template {
  readonly json: Headers;
  readonly empty: Headers;
}

const templates = { http: templateOf([]), https: templateOf([STRICT_TRANSPORT]) } as const;

function templateOf(transport: readonly (readonly [string, string])[]): Template {
  const all = Object.fromEntries([...FIXED, ...UNLESS_SET, ...transport]);
  return { json: new Headers({ ...all, "Content-Type": "application/json" }), empty: new Headers(all) };
}

/**
 * A response of JSON, or without a body for null, made at once with all of its headers. Headers set before by `c.header`
 * are not in it, and the rate limit that counts the request must have counted it: an answer of frequent routes.
 */
export function answerWhole(c: AppContext, value: object | null, status = 200): Response {
  const template = templates[isSecure(c) ? "https" : "http"];
  const answer =
    value === null
      ? new Response(null, { status, headers: template.empty })
      : new Response(JSON.stringify(value), { status, headers: template.json });
  addOfRequest(c, answer.headers);
  c.set("whole", answer);
  return answer;
}

/** Adds the common headers to the response of the request, unless it has been made with them. */
export function addCommonHeaders(c: AppContext): void {
  if (c.get("whole") === c.res) return;
  const headers = changeable(c);
  for (const [name, value] of FIXED) headers.set(name, value);
  for (const [name, value] of UNLESS_SET) if (!headers.has(name)) headers.set(name, value);
  if (isSecure(c)) headers.set(...STRICT_TRANSPORT);
  addOfRequest(c, headers);
}

/** The headers of the response; those of another worker's response are a copy. */
function changeable(c: AppContext): Headers {
  try {
    c.res.headers.set(API_VERSION_HEADER, API_VERSION);
  } catch {
    // Immutable: the framework replaces the response when it sets a header.
    c.header(API_VERSION_HEADER, API_VERSION);
  }
  return c.res.headers;
}

function addOfRequest(c: AppContext, headers: Headers): void {
  headers.set("X-Request-ID", c.get("requestId"));
  const accountMs = c.get("accountMs");
  if (accountMs !== undefined) {
    // `edge` is the whole time here, that of the account included.
    headers.set("Server-Timing", `edge;dur=${Date.now() - c.get("receivedAt")}, account;dur=${accountMs}`);
  }
  const rate = c.get("rate");
  if (rate === undefined) return;
  headers.set("X-RateLimit-Limit", String(rate.limit));
  headers.set("X-RateLimit-Remaining", String(rate.remaining));
  headers.set("X-RateLimit-Reset", String(Math.ceil(rate.resetAt / 1_000)));
}
