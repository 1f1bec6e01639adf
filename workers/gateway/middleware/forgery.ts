/**
 * Cookies go along with every request that a browser makes, whoever's page asked for it. So a request that changes
 * anything and has only cookies to show must come from our own pages, which know the session's CSRF token.
 */
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import type { AppContext } from "../context.ts";
import { publicOrigin } from "../publicOrigin.ts";

/** What changes nothing (RFC 9110, 9.2.1), so it may come from anywhere: nobody else can read the answer. */
const SAFE = new Set(["GET", "HEAD"]);

/** Ends a request by cookie that another page may have made. `csrfToken` is the one of the cookie's session. */
export function refuseForgery(c: AppContext, csrfToken: string | undefined): void {
  if (SAFE.has(c.req.raw.method)) return;
  const sent = csrfOf(c);
  if (csrfToken === undefined || !sameText(sent, csrfToken)) throw new ApiFault({ reason: "csrf_failed" });
}

/** The CSRF token of a request from our own pages; the request ends when it has none or comes from elsewhere. */
export function csrfOf(c: AppContext): string {
  refuseForeign(c);
  const sent = c.req.header("X-CSRF-Token");
  if (sent === undefined) throw new ApiFault({ reason: "csrf_failed" });
  return sent;
}

/**
 * Ends a request that another page's script or form has made. Who is given cookies is asked this too: another page must
 * not sign a browser in as somebody else, either.
 */
export function refuseForeign(c: AppContext): void {
  if (SAFE.has(c.req.raw.method)) return;
  const site = c.req.header("Sec-Fetch-Site");
  const origin = c.req.header("Origin");
  const foreign = (origin !== undefined && !isOwnOrigin(c, origin)) || (site !== undefined && site !== "same-origin");
  if (foreign) throw new ApiFault({ reason: "csrf_failed" });
}

/** True when a page of this origin is one of ours. */
export function isOwnOrigin(c: AppContext, origin: string): boolean {
  return origin === publicOrigin(c).origin;
}

/** Whether two texts are equal, in a time that tells nothing of where they differ. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i % b.length);
  return difference === 0;
}
