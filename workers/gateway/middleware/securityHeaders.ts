import type { AppContext } from "../context.ts";
import { publicOrigin } from "../publicOrigin.ts";
import { API_VERSION, API_VERSION_HEADER } from "../version.ts";

/** For answers that are no pages: nothing may be loaded by them, and nobody may frame them. */
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

/** What every answer says to browsers; a page has said by then what it loads. */
export function addSecurityHeaders(c: AppContext): void {
  const { headers } = c.res;
  for (const [name, value] of HEADERS) headers.set(name, value);
  if (!headers.has("Referrer-Policy")) headers.set("Referrer-Policy", "no-referrer");
  if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", NOTHING);
  if (publicOrigin(c).protocol === "https:") {
    headers.set("Strict-Transport-Security", `max-age=${TWO_YEARS}; includeSubDomains`);
  }
}
