/** A step of a session: what the relay performs, sends and stores after a message or another event. */
import { dataErrorFrame, STREAM_ERRORS, type StreamErrorCode } from "../../../protocol/stream/data.ts";
import { tradingErrorFrame, type NoticeStream } from "../../../protocol/stream/trading.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import type { StreamCredentials } from "../../../protocol/stream/authMessage.ts";
import type { BackfillRequest } from "./channelSymbols.ts";
import type { OpeningMessage } from "./handshake.ts";
import type { Credential, StreamSession } from "./streamSession.ts";

/** What the relay performs, in order, before it sends the replies. It closes the socket after them. */
export type Effect =
  | ({ readonly kind: "authenticate" } & StreamCredentials)
  /** Subscribe to the books of this session, and fetch what it lacks of them; `indicators`: how many are new. */
  | { readonly kind: "subscribe_books"; readonly backfill: BackfillRequest; readonly indicators?: number }
  /** Send the unsent data before the reply: no element of an unsubscribed channel follows the acknowledgement. */
  | { readonly kind: "flush" }
  /** Turn trade updates on, after a cursor or from now on. The account decides the replies. */
  | ({ readonly kind: "listen" } & Listen)
  /** Turn trade updates off and release the lease. */
  | { readonly kind: "unlisten" }
  /** Subscribe to the account of this session, for its notices. */
  | { readonly kind: "subscribe_account" }
  /** Handle the message with which a stream begins, after the replies. */
  | { readonly kind: "begin"; readonly message: OpeningMessage }
  /** The client takes more frames of data; the mark is that of an earlier grant. */
  | { readonly kind: "credit"; readonly frames: number; readonly mark: string | null }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

/** Parameters of turning trade updates on. */
export interface Listen {
  readonly cursor: number | null;
  readonly cancelOnDisconnect: boolean;
  /** The streams of notices that the client listens to beside them. */
  readonly notices: readonly NoticeStream[];
}

export interface Step {
  readonly session: StreamSession;
  readonly replies: readonly unknown[];
  readonly effects: readonly Effect[];
}

/**
 * The result of authentication. `limited`: its network has tried too many wrong keys. `connection_limit`: the account
 * has too many sockets. `unavailable`: the login could not be asked.
 */
export type AuthenticationResult =
  | { readonly principal: Principal; readonly credential: Credential }
  | "wrong"
  | "limited"
  | "connection_limit"
  | "unavailable";

/** The credential may not do this. Nothing has changed. */
export function forbiddenFrame(session: StreamSession, action: string): unknown {
  const text = `${STREAM_ERRORS[409]}: these credentials may not ${action}`;
  return session.stream === "data" ? dataErrorFrame(409, text) : tradingErrorFrame(409, text);
}

/** An error in the words of the session's stream. */
export function errorFrame(session: StreamSession, code: StreamErrorCode): unknown {
  const text = STREAM_ERRORS[code];
  return session.stream === "data" ? dataErrorFrame(code, text) : tradingErrorFrame(code, text);
}

export function step(session: StreamSession, replies: readonly unknown[], effects: readonly Effect[] = []): Step {
  return { session, replies, effects };
}

/** Sends a last frame and closes the socket. */
export function closingStep(session: StreamSession, frame: unknown, code: number, reason: string): Step {
  return step(session, [frame], [{ kind: "close", code, reason }]);
}
