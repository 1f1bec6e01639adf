/** Refusals of WebSocket upgrades. */
import { wireError } from "../../../protocol/errors/catalogue.ts";

/** When a network at its limit may try again: unauthenticated sockets have timed out by then. */
const CONNECTION_LIMIT_RETRY_SECONDS = 10;

export type UpgradeRefusal = "endpoint_not_found" | "upgrade_required" | "unavailable" | "rate_limited";

/** The response to an upgrade that is refused. */
export function upgradeRefusal(reason: UpgradeRefusal): Response {
  const { status, body } = wireError({ reason, retryAfterSeconds: CONNECTION_LIMIT_RETRY_SECONDS });
  const headers = reason === "rate_limited" ? { "Retry-After": String(CONNECTION_LIMIT_RETRY_SECONDS) } : {};
  return Response.json(body, { status, headers });
}
