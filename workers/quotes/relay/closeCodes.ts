/** Codes of WebSocket close frames. */

/**
 * Close codes of RFC 6455: policy violation, message too big, internal error; and Alpaca's 407 in the range for
 * applications.
 */
export const CLOSE_POLICY = 1008;
export const CLOSE_TOO_BIG = 1009;
export const CLOSE_INTERNAL = 1011;
export const CLOSE_SLOW = 4407;
/** A socket with cancel-on-disconnect was silent too long, or its lease has ended. */
export const CLOSE_DISCONNECTED = 4408;
/** The client kept exceeding the rate limit. */
export const CLOSE_RATE_LIMITED = 4429;
/** The session or key that opened the socket was revoked. */
export const CLOSE_REVOKED = 4401;

/** Nothing is wrong. */
export const CLOSE_NORMAL = 1000;

/**
 * The code of the frame that answers a client's close frame: the client's own, unless RFC 6455 does not allow to send
 * it.
 */
export function answeringCode(code: number): number {
  const isSendable =
    (code >= CLOSE_NORMAL && code <= 1003) || (code >= 1007 && code <= 1011) || (code >= 3000 && code <= 4999);
  return isSendable ? code : CLOSE_NORMAL;
}
