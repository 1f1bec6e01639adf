/** Schemas of the order entry stream, for its description: what clients send, and every frame that they get. */
import * as z from "zod";
import { alpacaError } from "../wire/errors.ts";
import { canceledOrder, wireOrder } from "../wire/orders.ts";
import { orderCommand } from "../wire/streamCommands.ts";
import { authMessage } from "./authMessage.ts";
import { FRAME_COMMANDS_MAX, ORDER_ENTRY_SHAPES } from "./orderEntry.ts";

const { orders, received, session } = ORDER_ENTRY_SHAPES;

/** A frame of a client. */
export const orderEntryRequest = z.union([
  authMessage,
  orders
    .extend({ commands: z.array(orderCommand).min(1).max(FRAME_COMMANDS_MAX) })
    .meta({ description: "Carries commands out. Each has an outcome of its own." }),
  received,
  session,
]);

const seq = z.int().meta({ description: "commands that are answered so far on this connection" });
const mark = z.string().meta({ description: "names this answer: confirm it as `received`" });
const time = z.number().meta({ description: "epoch milliseconds" });

const success = z
  .object({
    T: z.literal("success"),
    msg: z.literal("authenticated"),
    window: z.int().meta({ description: "commands that may be in flight" }),
    commands_max: z.int().meta({ description: "commands of a frame" }),
  })
  .meta({ id: "OrderEntrySuccess" });

const sessionAck = z
  .object({ T: z.literal("session"), cancel_on_disconnect: z.boolean() })
  .meta({ id: "OrderEntrySession" });

const ack = z
  .object({
    T: z.literal("ack"),
    id: z.string(),
    seq,
    mark,
    results: z.array(
      z.object({
        id: z.string(),
        status: z.int().meta({ description: "200, 204 (cancel), 207 (cancel_all), or that of the error" }),
        body: z.union([wireOrder, z.array(canceledOrder), alpacaError, z.null()]),
      }),
    ),
    times: z.object({
      in: time.meta({ description: "when the frame came, epoch milliseconds" }),
      account_in: time.optional().meta({ description: "when it reached the account; left out when it did not" }),
      account_out: time.optional(),
      out: time.meta({ description: "when this answer was sent" }),
    }),
    rate: z
      .object({ limit: z.int(), remaining: z.int() })
      .optional()
      .meta({ description: "commands that the account may send at once, and those left now" }),
  })
  .meta({ id: "OrderEntryAck", description: "the results of a frame's commands, in their order" });

const error = alpacaError
  .extend({
    T: z.literal("error"),
    id: z.string().optional().meta({ description: "the frame" }),
    seq: seq.optional().meta({ description: "left out when the frame was not admitted to the window" }),
    mark: mark.optional(),
    status: z.int(),
    retry_after: z.int().optional().meta({ description: "seconds" }),
  })
  .meta({
    id: "OrderEntryError",
    description: "nothing of the frame was carried out, unless `reason` is `unavailable`",
  });

/** Every frame of order entry. */
export const orderEntryFrames = { success, session: sessionAck, ack, error };
