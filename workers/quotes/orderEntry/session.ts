/**
 * Decides how the order entry stream answers each frame of its client. Pure: from a session and a frame it computes the
 * next session, the replies, and what the object must do.
 */
import { hashText } from "../../../domain/ids.ts";
import type { Plan } from "../../../domain/rateLimit.ts";
import type { ApiError } from "../../../protocol/errors/catalogue.ts";
import { networkOf } from "../../../protocol/http/origin.ts";
import { readBody } from "../../../protocol/http/readRequest.ts";
import type { CommandOptions } from "../../../protocol/rpc/orderCommands.ts";
import { MALFORMED } from "../../../protocol/stream/codec.ts";
import { authenticatedFrame, orderEntryErrorFrame } from "../../../protocol/mapping/orderEntryFrames.ts";
import {
  ORDER_ENTRY_SHAPES,
  type OrderEntryFrame,
  type OrdersMessage,
  readOrderEntryMessage,
  WINDOW_COMMANDS,
} from "../../../protocol/stream/orderEntry.ts";
import { type StreamCredentials, TOKEN_KEY } from "../../../protocol/stream/authMessage.ts";
import { isPermittedOnStream } from "../../../protocol/stream/permissions.ts";
import {
  CLOSE_DISCONNECTED,
  CLOSE_INTERNAL,
  CLOSE_POLICY,
  CLOSE_RATE_LIMITED,
  CLOSE_REVOKED,
  CLOSE_TOO_BIG,
} from "../relay/closeCodes.ts";
import type { Handshake } from "../relay/handshake.ts";
import { MALFORMED_FRAMES_MAX, OVERDRAFT_MAX } from "../relay/limits.ts";
import type { AuthenticationResult } from "../relay/step.ts";
import { UNCONFIRMED_REFUSALS_MAX } from "./limits.ts";
import { seqOfMark } from "../relay/marks.ts";
import { inFlight, type OrderSession } from "./orderSession.ts";

/** What the object performs after it has sent the replies. */
export type Effect =
  | ({ readonly kind: "authenticate" } & StreamCredentials)
  /** Carry out the commands. Their answer is sent in the order of the frames. */
  | {
      readonly kind: "execute";
      readonly id: string;
      readonly commands: readonly unknown[];
      readonly options: CommandOptions;
    }
  /** Take a lease of cancel-on-disconnect, or release it; then acknowledge. */
  | { readonly kind: "session"; readonly cancelOnDisconnect: boolean }
  | { readonly kind: "close"; readonly code: number; readonly reason: string };

export interface Step {
  readonly session: OrderSession;
  readonly replies: readonly OrderEntryFrame[];
  readonly effects: readonly Effect[];
}

/** The session of a connection that was just accepted. `markKey` is random. */
export function openSession(
  { codec, origin, token, accountId }: Omit<Handshake, "stream">,
  now: number,
  markKey: string,
): Step {
  const session: OrderSession = {
    stream: "orders",
    codec,
    openedAt: now,
    // A digest suffices for counting, so the session does not keep the network twice.
    network: origin.ip === "" ? "" : hashText(networkOf(origin.ip)).toString(36),
    origin,
    accountId: null,
    ...(accountId === undefined ? {} : { namedAccount: accountId }),
    lease: null,
    malformed: 0,
    idle: 0,
    refused: 0,
    admitted: 0,
    answered: 0,
    received: 0,
    markKey,
    blockedUntil: 0,
  };
  return token === undefined ? step(session) : authenticating(session, { keyId: TOKEN_KEY, secret: token });
}

/** The account of the message takes precedence over that of the upgrade. */
function authenticating(session: OrderSession, { keyId, secret, accountId }: StreamCredentials): Step {
  const named = accountId ?? session.namedAccount;
  const credentials = { keyId, secret, ...(named === undefined ? {} : { accountId: named }) };
  return step({ ...session, authenticating: true }, [], [{ kind: "authenticate", ...credentials }]);
}

/** The ids of frames that are not answered yet. */
export type UnansweredIds = ReadonlySet<string> | ReadonlyMap<string, unknown>;

/** Handles a decoded frame; MALFORMED when decoding failed. */
export function onMessage(session: OrderSession, message: unknown, now: number, unanswered: UnansweredIds): Step {
  const known = message === MALFORMED ? null : readOrderEntryMessage(message);
  if (known === null) return onMalformed(session, errorOf(message), idOf(message));
  if (known.kind === "auth") {
    // One attempt for each connection: a second one that waits for the first would change the caller.
    const began = session.accountId !== null || session.authenticating === true;
    if (began) return refuse(session, { reason: "already_authenticated" });
    return authenticating(session, known);
  }
  const id = known.kind === "orders" ? known.id : undefined;
  if (session.accountId === null) return refuse(session, { reason: "unauthorized" }, id);
  switch (known.kind) {
    case "orders":
      return onOrders(session, known, now, unanswered);
    case "received":
      return onReceived(session, known.mark);
    case "session": {
      const { cancelOnDisconnect } = known;
      const permitted = !cancelOnDisconnect || isPermitted(session, "cancel_on_disconnect");
      if (!permitted) return refuse(session, { reason: "forbidden" });
      return counted(session, [{ kind: "session", cancelOnDisconnect }]);
    }
  }
}

function onOrders(
  before: OrderSession,
  { id, received, commands, allOrNone }: OrdersMessage,
  now: number,
  unanswered: UnansweredIds,
): Step {
  const session = received === null ? before : confirmed(before, received);
  if (session === null) return onMalformed(before, { reason: "body_field", field: "received" }, id);
  if (!isPermitted(session, "orders")) return refuse(session, { reason: "forbidden" }, id);
  if (unanswered.has(id)) return refuse(session, { reason: "request_id_in_flight" }, id);
  if (inFlight(session) + commands.length > WINDOW_COMMANDS) return refuse(session, { reason: "window_exceeded" }, id);
  if (now < session.blockedUntil) {
    const retryAfterSeconds = Math.ceil((session.blockedUntil - now) / 1_000);
    return refuse(session, { reason: "rate_limited", retryAfterSeconds }, id);
  }
  const admitted = { ...session, admitted: session.admitted + commands.length };
  return step(admitted, [], [{ kind: "execute", id, commands, options: { allOrNone } }]);
}

/** Handles the end of an admitted frame, after its answer. `executed`: the account was given its commands. */
export function onSettled(session: OrderSession, executed: boolean): Step {
  return executed ? step({ ...session, idle: 0 }) : counted(session, []);
}

function onReceived(session: OrderSession, mark: string): Step {
  const after = confirmed(session, mark);
  if (after === null) return onMalformed(session, { reason: "body_field", field: "mark" });
  return after.received > session.received ? step(after) : counted(after, []);
}

/** A frame that carries no command out is counted: it costs no token, so a client could send any number of them. */
function counted(before: OrderSession, effects: readonly Effect[]): Step {
  const session = { ...before, idle: before.idle + 1 };
  return session.idle > OVERDRAFT_MAX ? overdrawn(session, []) : step(session, [], effects);
}

/** The session after a confirmation; null when no answer had this mark. An older mark changes nothing. */
function confirmed(session: OrderSession, mark: string): OrderSession | null {
  const seq = mark === "" ? 0 : seqOfMark(session.markKey, mark);
  if (seq === null || seq > session.answered) return null;
  return seq <= session.received ? session : { ...session, received: seq, refused: 0 };
}

/** A refused frame changes nothing. A client that continues after many refusals is closed. */
function refuse(before: OrderSession, error: ApiError, id?: string): Step {
  const session = { ...before, idle: before.idle + 1, refused: before.refused + 1 };
  const frame = orderEntryErrorFrame(error, id === undefined ? {} : { id });
  const isOver = session.idle > OVERDRAFT_MAX || session.refused > UNCONFIRMED_REFUSALS_MAX;
  return isOver ? overdrawn(session, [frame]) : step(session, [frame]);
}

function overdrawn(session: OrderSession, frames: readonly OrderEntryFrame[]): Step {
  return step(session, frames, [{ kind: "close", code: CLOSE_RATE_LIMITED, reason: "too many requests" }]);
}

function onMalformed(before: OrderSession, error: ApiError, id?: string): Step {
  const session = { ...before, malformed: before.malformed + 1 };
  const frame = orderEntryErrorFrame(error, id === undefined ? {} : { id });
  if (session.malformed < MALFORMED_FRAMES_MAX) return step(session, [frame]);
  return closingStep(session, frame, CLOSE_POLICY, "too many malformed frames");
}

/** What is wrong with a frame, by the schema of its action. */
function errorOf(message: unknown): ApiError {
  if (typeof message !== "object" || message === null) return { reason: "body_malformed" };
  const { action } = message as { readonly action?: unknown };
  const shapes: Readonly<Record<string, (typeof ORDER_ENTRY_SHAPES)[keyof typeof ORDER_ENTRY_SHAPES]>> =
    ORDER_ENTRY_SHAPES;
  if (typeof action !== "string" || !Object.hasOwn(shapes, action)) return { reason: "body_field", field: "action" };
  const shape = shapes[action];
  const read = shape === undefined ? null : readBody(shape, message);
  return read === null || read.ok ? { reason: "body_malformed" } : read.error;
}

/** The id of a frame that was refused, if it has one that may be repeated. */
function idOf(message: unknown): string | undefined {
  const { id } = (typeof message === "object" && message !== null ? message : {}) as { readonly id?: unknown };
  return ORDER_ENTRY_SHAPES.orders.shape.id.safeParse(id).data;
}

/** Handles the result of an `authenticate` effect. A failure closes the connection. */
export function onAuthenticationResult(session: OrderSession, result: AuthenticationResult): Step {
  if (result === "unavailable") return onInternalError(session);
  if (result === "connection_limit") {
    const frame = orderEntryErrorFrame({ reason: "too_many_connections" });
    return closingStep(session, frame, CLOSE_POLICY, "connection limit exceeded");
  }
  if (result === "wrong") return authenticationFailed(session, { reason: "unauthorized" });
  if (result === "limited") {
    const frame = orderEntryErrorFrame({ reason: "rate_limited", retryAfterSeconds: GUESS_RETRY_SECONDS });
    return closingStep(session, frame, CLOSE_RATE_LIMITED, "too many requests");
  }
  const { principal, credential } = result;
  if (!isPermittedOnStream(principal, "orders", "open")) return authenticationFailed(session, { reason: "forbidden" });
  return step({ ...session, accountId: principal.accountId, principal, credential }, [authenticatedFrame()]);
}

/** A network that has tried many wrong keys may have a right one checked after about this time. */
const GUESS_RETRY_SECONDS = 5;

function authenticationFailed(session: OrderSession, error: ApiError): Step {
  return closingStep(session, orderEntryErrorFrame(error), CLOSE_POLICY, "auth failed");
}

/** The client did not authenticate in time. */
export function onAuthenticationTimeout(session: OrderSession): Step {
  const frame = orderEntryErrorFrame({ reason: "authentication_timeout" });
  return closingStep(session, frame, CLOSE_POLICY, "auth timeout");
}

/** The session or key that opened the connection was revoked. */
export function onRevoked(session: OrderSession): Step {
  return closingStep(session, orderEntryErrorFrame({ reason: "session_ended" }), CLOSE_REVOKED, "credentials revoked");
}

/** The caller's login has another plan: later frames are counted by it. */
export function withPlan(session: OrderSession, plan: Plan): OrderSession {
  return session.principal === undefined ? session : { ...session, principal: { ...session.principal, plan } };
}

/** The frame is longer than any valid one. */
export function onFrameTooLong(session: OrderSession): Step {
  return closingStep(session, orderEntryErrorFrame({ reason: "body_too_large" }), CLOSE_TOO_BIG, "frame too long");
}

/** The exchange failed: the client may reconnect, and repeat what was not answered. */
export function onInternalError(session: OrderSession): Step {
  return closingStep(session, orderEntryErrorFrame({ reason: "unavailable" }), CLOSE_INTERNAL, "internal error");
}

/** The account no longer cancels the orders of this connection on disconnect, so the connection is closed. */
export function onLeaseLost(session: OrderSession, reason: string): Step {
  return closingStep(session, orderEntryErrorFrame({ reason: "lease_ended" }), CLOSE_DISCONNECTED, reason);
}

function isPermitted({ principal }: OrderSession, action: "orders" | "cancel_on_disconnect"): boolean {
  return isPermittedOnStream(principal ?? null, "orders", action);
}

function step(session: OrderSession, replies: readonly OrderEntryFrame[] = [], effects: readonly Effect[] = []): Step {
  return { session, replies, effects };
}

function closingStep(session: OrderSession, frame: OrderEntryFrame, code: number, reason: string): Step {
  return step(session, [frame], [{ kind: "close", code, reason }]);
}
