import type { PushAnswer, Revoked } from "../../../protocol/rpc/relay.ts";
import type { CredentialCache } from "./credentialCache.ts";
import type { Credential } from "./streamSession.ts";

/**
 * Ends the connections that the revoked sessions or keys have opened; the others of the login stay. `keep`: some stay,
 * or credentials of the login are being checked, so that this object is to be notified again.
 */
export function endRevoked<Connection extends { readonly session: { readonly credential?: Credential } }>(
  { route, credentials }: Revoked,
  connections: Iterable<Connection>,
  cache: Pick<CredentialCache, "revoked">,
  { end, stays }: { readonly end: (connection: Connection) => void; readonly stays?: (connection: Connection) => void },
): PushAnswer {
  let keep = cache.revoked(route);
  for (const connection of [...connections]) {
    const { credential } = connection.session;
    if (credential?.route !== route) continue;
    const isRevoked = credentials === "all" || credentials.includes(credential.id);
    if (isRevoked) {
      end(connection);
      continue;
    }
    keep = true;
    stays?.(connection);
  }
  return { keep };
}
