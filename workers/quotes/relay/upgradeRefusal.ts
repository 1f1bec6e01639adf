/** The ends of a socket's life: why an upgrade is refused, and what a client's close frame is answered with. */
import { wireError } from "../../../protocol/errors/catalogue.ts";

/** When a network that has too many sockets may try again: those that say nothing are gone by then. */
const CONNECTION_LIMIT_RETRY_SECONDS = 10;

export type UpgradeRefusal = "endpoint_not_found" | "upgrade_required" | "unavailable" | "rate_limited";

/** The answer to an upgrade that is not taken. */
export function upgradeRefusal(reason: UpgradeRefusal): Response {
  const { status, body } = wireError({ reason, retryAfterSeconds: CONNECTION_LIMIT_RETRY_SECONDS });
  const headers = reason === "rate_limited" ? { "Retry-After": String(CONNECTION_LIMIT_RETRY_SECONDS) } : {};
  return Response.json(body, { status, headers });
}
