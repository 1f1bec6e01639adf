/** Consents as REST answers. */
import type { ConsentEntry } from "../rpc/identity/privacy.ts";
import type { WireConsents } from "../wire/privacy.ts";

/** Consents of the API. */
export function consentsToWire(entries: readonly ConsentEntry[]): WireConsents {
  const history = entries.map(({ what, value, at, origin }) => ({
    what,
    value,
    at: new Date(at).toISOString(),
    ip: origin?.ip ?? "",
    user_agent: origin?.userAgent ?? "",
  }));
  return { consents: Object.fromEntries(history.map(({ what, value, at }) => [what, { value, at }])), history };
}
