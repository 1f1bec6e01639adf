import type { Site } from "../../protocol/identity/passkeys.ts";
import type { AppContext } from "./context.ts";

/** Where passkeys belong: the host that is asked. Browsers sign with the page's own origin, so another host's are refused. */
export function siteOf(c: AppContext): Site {
  const { hostname, origin } = new URL(c.req.url);
  return { rpId: hostname, origin };
}
