/**
 * The order entry stream, `/v1/trading/stream`: messages of clients, and frames. A frame is one object; `T` says what
 * it is.
 */
import * as z from "zod";
import { requestId } from "../wire/requestId.ts";
import { authMessage, type AuthMessage } from "./authMessage.ts";

/** Commands that may be in flight on a connection: admitted, and their answer not confirmed by the client. */
export const WINDOW_COMMANDS = 1_000;
/** Commands of a frame. */
export const FRAME_COMMANDS_MAX = 100;
/** The longest frame of a client: a hundred orders with every field that market makers use. */
export const ORDER_FRAME_BYTES_MAX = 131_072;

const mark = z
  .string()
  .max(64)
  .meta({ description: "`mark` of the last answer that you have received; empty for none" });

/** Frames of a client, as they are documented: `commands` are read one by one, so that each has an outcome of its own. */
const ordersShape = z.strictObject({
  action: z.literal("orders"),
  id: requestId,
  received: mark.optional(),
  all_or_none: z
    .boolean()
    .optional()
    .meta({ description: "executes nothing when the account refuses one of the commands" }),
  commands: z.array(z.unknown()).min(1).max(FRAME_COMMANDS_MAX),
});

const receivedShape = z
  .strictObject({ action: z.literal("received"), mark })
  .meta({ description: "Confirms answers, as `received` of an `orders` frame does." });

const sessionShape = z
  .strictObject({
    action: z.literal("session"),
    cancel_on_disconnect: z.boolean().meta({
      description: "cancels every open order of the account when this connection closes or is silent for 30 seconds",
    }),
  })
  .meta({ description: "Switches cancel-on-disconnect of this connection on or off." });

export interface OrdersMessage {
  readonly kind: "orders";
  readonly id: string;
  /** Null when the frame confirms nothing. */
  readonly received: string | null;
  readonly allOrNone: boolean;
  readonly commands: readonly unknown[];
}

export interface ReceivedMessage {
  readonly kind: "received";
  readonly mark: string;
}

export interface SessionMessage {
  readonly kind: "session";
  readonly cancelOnDisconnect: boolean;
}

export type OrderEntryMessage = AuthMessage | OrdersMessage | ReceivedMessage | SessionMessage;

/** Frames of a client by their action. */
export const ORDER_ENTRY_SHAPES = { orders: ordersShape, received: receivedShape, session: sessionShape };

/** Reads a client's message by its action; null when it is none. */
export function readOrderEntryMessage(message: unknown): OrderEntryMessage | null {
  const { action } = (typeof message === "object" && message !== null ? message : {}) as { readonly action?: unknown };
  switch (action) {
    case "orders": {
      const { data } = ordersShape.safeParse(message);
      if (data === undefined) return null;
      const { id, received = null, all_or_none: allOrNone = false, commands } = data;
      return { kind: "orders", id, received, allOrNone, commands };
    }
    case "received": {
      const { data } = receivedShape.safeParse(message);
      return data === undefined ? null : { kind: "received", mark: data.mark };
    }
    case "session": {
      const { data } = sessionShape.safeParse(message);
      return data === undefined ? null : { kind: "session", cancelOnDisconnect: data.cancel_on_disconnect };
    }
    default:
      return authMessage.safeParse(message).data ?? null;
  }
}

export interface OrderEntryFrame {
  readonly T: "success" | "session" | "ack" | "error";
  readonly [field: string]: unknown;
}

/** Where an answer is on its connection. */
export interface AnswerPosition {
  /** The commands that are answered with it. */
  readonly seq: number;
  /** Names the answer, so that the client can confirm it. */
  readonly mark: string;
}

/** When an answer's frame came and went, and when its commands were at the account: epoch milliseconds. */
export interface HopTimes {
  readonly in: number;
  /** Left out when no command reached the account. */
  readonly account_in?: number;
  readonly account_out?: number;
  readonly out: number;
}

/** The outcome of a command: its HTTP status, and the body that REST would answer. */
export interface CommandResult {
  /** The command's own id, or the frame's id and the position in it. */
  readonly id: string;
  readonly status: number;
  readonly body: unknown;
}

/** The id of command `index` of a frame: its own, or one that derives from the frame's. */
export function commandId(frameId: string, index: number, own: string | undefined): string {
  return own ?? `${frameId}:${index}`;
}

/**
 * The client order id of an order that has none: so a repeated request is recognised by the account, which knows every
 * client order id for its life.
 */
export function clientOrderIdOf(id: string): string {
  return `req:${id}`;
}
