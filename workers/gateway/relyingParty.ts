import type { Site } from "../../protocol/wire/passkeys.ts";
import type { AppContext } from "./context.ts";
import { publicOrigin } from "./publicOrigin.ts";

/** The relying party of passkeys. Browsers sign with the page's origin, so passkeys of another host are refused. */
export function relyingPartyOf(c: AppContext): Site {
  const { hostname, origin } = publicOrigin(c);
  return { rpId: hostname, origin };
}
