/**
 * CSRF protection. Browsers send cookies with every request, whichever page caused it. So a request that changes
 * something and has no other credentials must come from our own pages, which know the session's CSRF token.
 */
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import type { AppContext } from "../context.ts";
import { publicOrigin } from "../publicOrigin.ts";

/** Safe methods (RFC 9110, 9.2.1) may come from any page: other pages cannot read the response. */
const SAFE = new Set(["GET", "HEAD"]);

/** Ends a cookie request that another page may have caused. `csrfToken`: the token of the cookie's session. */
export function refuseForgery(c: AppContext, csrfToken: string | undefined): void {
  if (SAFE.has(c.req.raw.method)) return;
  const sent = csrfOf(c);
  if (csrfToken === undefined || !sameText(sent, csrfToken)) throw new ApiFault({ reason: "csrf_failed" });
}

/** The CSRF token of a request from our own pages. Ends the request when it has none or comes from another page. */
export function csrfOf(c: AppContext): string {
  refuseForeign(c);
  const sent = c.req.header("X-CSRF-Token");
  if (sent === undefined) throw new ApiFault({ reason: "csrf_failed" });
  return sent;
}

/**
 * Ends a request that another page has caused. Sign-ins that set cookies check this too: another page must not sign a
 * browser in to somebody else's login.
 */
export function refuseForeign(c: AppContext): void {
  if (SAFE.has(c.req.raw.method)) return;
  const site = c.req.header("Sec-Fetch-Site");
  const origin = c.req.header("Origin");
  const foreign = (origin !== undefined && !isOwnOrigin(c, origin)) || (site !== undefined && site !== "same-origin");
  if (foreign) throw new ApiFault({ reason: "csrf_failed" });
}

/** True for the origin of our own pages. */
export function isOwnOrigin(c: AppContext, origin: string): boolean {
  return origin === publicOrigin(c).origin;
}

/** Compares two texts in constant time. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i % b.length);
  return difference === 0;
}
