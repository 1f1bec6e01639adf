/** Frames that the exchange sends on the order entry stream. */
import type { RateLimitStatus } from "../../domain/rateLimit.ts";
import { type ApiError, wireError } from "../errors/catalogue.ts";
import {
  type AnswerPosition,
  type CommandResult,
  FRAME_COMMANDS_MAX,
  type HopTimes,
  type OrderEntryFrame,
  WINDOW_COMMANDS,
} from "../stream/orderEntry.ts";

/** The answer to authentication states the limits of the connection. */
export function authenticatedFrame(): OrderEntryFrame {
  return { T: "success", msg: "authenticated", window: WINDOW_COMMANDS, commands_max: FRAME_COMMANDS_MAX };
}

/** The acknowledgement of a `session` frame, sent once the account holds or has released the lease. */
export function sessionFrame(cancelOnDisconnect: boolean): OrderEntryFrame {
  return { T: "session", cancel_on_disconnect: cancelOnDisconnect };
}

/** The answer to an `orders` frame. */
export function ackFrame(
  id: string,
  { seq, mark }: AnswerPosition,
  results: readonly CommandResult[],
  times: HopTimes,
  rate?: RateLimitStatus,
): OrderEntryFrame {
  const limits = rate === undefined ? {} : { rate: { limit: rate.limit, remaining: rate.remaining } };
  return { T: "ack", id, seq, mark, results, times, ...limits };
}

/**
 * An error of a frame: nothing of it was carried out. `answers` names the frame; its `seq` is left out when the frame
 * was not admitted to the window.
 */
export function orderEntryErrorFrame(
  error: ApiError,
  answers: { readonly id?: string } & Partial<AnswerPosition> = {},
): OrderEntryFrame {
  const { status, body } = wireError(error);
  const retry = error.reason === "rate_limited" ? { retry_after: error.retryAfterSeconds } : {};
  return { T: "error", ...answers, status, ...body, ...retry };
}
