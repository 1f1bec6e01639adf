/** Codes of WebSocket close frames. */

/** Close codes (RFC 6455): against the rules, too big, our fault, and Alpaca's 407 in the range for applications. */
export const CLOSE_POLICY = 1008;
export const CLOSE_TOO_BIG = 1009;
export const CLOSE_INTERNAL = 1011;
export const CLOSE_SLOW = 4407;
/** A socket with cancel-on-disconnect that let hear nothing of itself, or whose lease is over. */
export const CLOSE_DISCONNECTED = 4408;
/** A socket that goes on asking for more than it may. */
export const CLOSE_RATE_LIMITED = 4429;
/** The session or key that opened the socket does not count any more. */
export const CLOSE_REVOKED = 4401;

const NORMAL = 1000;

/** The code that answers a client's: a frame may carry it unless it is 1004 to 1006 or not handed out yet (RFC 6455). */
export function answeringCode(code: number): number {
  const isSendable =
    (code >= NORMAL && code <= 1003) || (code >= 1007 && code <= 1011) || (code >= 3000 && code <= 4999);
  return isSendable ? code : NORMAL;
}
