import type { Site } from "../../protocol/wire/passkeys.ts";
import type { AppContext } from "./context.ts";
import { publicOrigin } from "./publicOrigin.ts";

/** Where passkeys belong. Browsers sign with the page's own origin, so those of another host are refused. */
export function relyingPartyOf(c: AppContext): Site {
  const { hostname, origin } = publicOrigin(c);
  return { rpId: hostname, origin };
}
