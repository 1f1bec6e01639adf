/** Steps that refuse something, most of which close the socket. */
import { CURSOR_REFUSED, dataErrorFrame, STREAM_ERRORS } from "../../../protocol/stream/data.ts";
import { tradingErrorFrame } from "../../../protocol/stream/trading.ts";
import {
  CLOSE_DISCONNECTED,
  CLOSE_INTERNAL,
  CLOSE_POLICY,
  CLOSE_RATE_LIMITED,
  CLOSE_REVOKED,
  CLOSE_SLOW,
  CLOSE_TOO_BIG,
} from "./closeCodes.ts";
import { MALFORMED_FRAMES_MAX } from "./limits.ts";
import { closingStep, errorFrame, step, type Step } from "./step.ts";
import type { StreamSession } from "./streamSession.ts";

/** The client did not authenticate in time. */
export function onAuthenticationTimeout(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 404), CLOSE_POLICY, STREAM_ERRORS[404]);
}

/** The rate limit is reached: the frame is not handled. */
export function onRateLimited(session: StreamSession): Step {
  return step(session, [errorFrame(session, 429)]);
}

/** The client kept sending after many refusals. */
export function onRateLimitIgnored(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 429), CLOSE_RATE_LIMITED, STREAM_ERRORS[429]);
}

/** The session or key that opened the socket was revoked. */
export function onRevoked(session: StreamSession): Step {
  const frame = session.stream === "data" ? dataErrorFrame(401, REVOKED) : tradingErrorFrame(401, REVOKED);
  return closingStep(session, frame, CLOSE_REVOKED, REVOKED);
}

const REVOKED = "credentials revoked";

/** The frame is longer than any valid message. */
export function onFrameTooLong(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 400), CLOSE_TOO_BIG, "frame too long");
}

/** The exchange failed: the client is told, and may reconnect. */
export function onInternalError(session: StreamSession): Step {
  return closingStep(session, errorFrame(session, 500), CLOSE_INTERNAL, STREAM_ERRORS[500]);
}

/** The client reads too slowly. `cursors`: by symbol, or of its account, through what it was sent. */
export function onSlowClient(session: StreamSession, cursors: Readonly<Record<string, number>> | number | null): Step {
  const frame =
    typeof cursors === "object" && cursors !== null
      ? dataErrorFrame(407, STREAM_ERRORS[407], cursors)
      : tradingErrorFrame(407, STREAM_ERRORS[407], cursors);
  return closingStep(session, frame, CLOSE_SLOW, STREAM_ERRORS[407]);
}

/** The message cannot be read. The socket is closed after some of these. */
export function onMalformed(before: StreamSession): Step {
  const session = { ...before, malformed: before.malformed + 1 };
  const frame = errorFrame(session, 400);
  if (session.malformed < MALFORMED_FRAMES_MAX) return step(session, [frame]);
  return closingStep(session, frame, CLOSE_POLICY, "too many malformed frames");
}

/** The account no longer cancels the socket's orders on disconnect, so the socket is closed. */
export function onLeaseLost(session: StreamSession, reason: string): Step {
  return closingStep(session, tradingErrorFrame(500, reason), CLOSE_DISCONNECTED, reason);
}

/** The cursor is greater than that of the last update. */
export function cursorAheadFrame(cursor: number, through: number): unknown {
  return tradingErrorFrame(CURSOR_REFUSED, `cursor ${cursor} is ahead: the last update is ${through}`);
}

/** The account has reached its number of leases. */
export function leaseRefusedFrame(): unknown {
  return tradingErrorFrame(405, "too many sessions with cancel_on_disconnect");
}
