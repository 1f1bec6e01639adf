/** The ends of a socket's life: why an upgrade is refused, and what a client's close frame is answered with. */
import { wireError } from "../../../protocol/errors/catalogue.ts";

/** When a network that has too many sockets may try again: those that say nothing are gone by then. */
const CONNECTION_LIMIT_RETRY_SECONDS = 10;

const NORMAL = 1000;

export type UpgradeRefusal = "endpoint_not_found" | "upgrade_required" | "unavailable" | "rate_limited";

/** The answer to an upgrade that is not taken. */
export function upgradeRefusal(reason: UpgradeRefusal): Response {
  const { status, body } = wireError({ reason, retryAfterSeconds: CONNECTION_LIMIT_RETRY_SECONDS });
  const headers = reason === "rate_limited" ? { "Retry-After": String(CONNECTION_LIMIT_RETRY_SECONDS) } : {};
  return Response.json(body, { status, headers });
}

/** The code that answers a client's: a frame may carry it unless it is 1004 to 1006 or not handed out yet (RFC 6455). */
export function answeringCode(code: number): number {
  const isSendable =
    (code >= NORMAL && code <= 1003) || (code >= 1007 && code <= 1011) || (code >= 3000 && code <= 4999);
  return isSendable ? code : NORMAL;
}
