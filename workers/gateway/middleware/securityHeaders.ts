import type { AppContext } from "../context.ts";
import { publicOrigin } from "../publicOrigin.ts";
import { API_VERSION, API_VERSION_HEADER } from "../version.ts";

/** The policy of responses that are not pages: they load nothing and cannot be framed. */
const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TWO_YEARS = 63_072_000;

const HEADERS: readonly (readonly [string, string])[] = [
  [API_VERSION_HEADER, API_VERSION],
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
  ["Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
];

/** Adds the security headers of every response. A page has set its own policy before. */
export function addSecurityHeaders(c: AppContext): void {
  const { headers } = c.res;
  for (const [name, value] of HEADERS) headers.set(name, value);
  if (!headers.has("Referrer-Policy")) headers.set("Referrer-Policy", "no-referrer");
  if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", NOTHING);
  if (publicOrigin(c).protocol === "https:") {
    headers.set("Strict-Transport-Security", `max-age=${TWO_YEARS}; includeSubDomains`);
  }
}
