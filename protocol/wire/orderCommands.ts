/** Commands about orders that are sent together, and their outcomes. */
import * as z from "zod";
import { COMMANDS_MAX } from "../../domain/order/commandsMax.ts";
import { alpacaError } from "./errors.ts";
import { flag, noted, word } from "./orderFields.ts";
import { orderRequest, replaceRequest } from "./orderRequest.ts";
import { wireOrder } from "./orders.ts";
import { uuid } from "./primitives.ts";

/** Places an order: the fields of the single request. */
export const placeCommand = orderRequest.extend({ action: z.literal("place") }).meta({ id: "PlaceCommand" });

/** Replaces an order: the fields of the single request, and the order's id, which is in the path there. */
export const replaceCommand = replaceRequest
  .extend({ action: z.literal("replace"), order_id: noted(uuid, "the order to replace") })
  .meta({ id: "ReplaceCommand" });

/** Cancels an order, named by one of its ids. */
export const cancelCommand = z
  .strictObject({
    action: z.literal("cancel"),
    order_id: uuid.nullish(),
    client_order_id: noted(word, "instead of order_id; also of an order that is placed in the same batch"),
  })
  .meta({ id: "CancelCommand" });

/** The body of a batch. */
export const orderBatchRequest = z
  .strictObject({
    commands: z
      .array(z.discriminatedUnion("action", [placeCommand, replaceCommand, cancelCommand]))
      .min(1)
      .max(COMMANDS_MAX),
    all_or_none: noted(flag, "executes no command if the account refuses one of them"),
  })
  .meta({ id: "OrderBatchRequest" });

/** The outcome of one command of a batch. */
export const commandOutcome = z
  .object({
    index: z.int().meta({ description: "place of the command in the request, from 0" }),
    status: z.int().meta({ description: "200 with the order, 204 for a cancel, otherwise that of the error" }),
    body: z.union([wireOrder, alpacaError, z.null()]).meta({ description: "null for a cancel" }),
  })
  .meta({ id: "CommandOutcome" });

export type WireCommand = z.output<typeof orderBatchRequest>["commands"][number];
export type WireCommandOutcome = Readonly<z.infer<typeof commandOutcome>>;
