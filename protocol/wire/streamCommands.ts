/** Commands of the order entry stream. Place and replace have the fields of the requests of REST. */
import * as z from "zod";
import { noted, word } from "./orderFields.ts";
import { orderRequest, replaceRequest } from "./orderRequest.ts";
import { requestId } from "./requestId.ts";

/** Names the command in the answer. */
const id = noted(requestId.optional(), "left out: the frame's id, a colon, and the position in the frame from 0");
const orderId = noted(word, "the order, by its id");
const clientOrderId = noted(word, "or by the id that you gave it");

export const placeCommand = orderRequest
  .extend({ action: z.literal("place"), id })
  .meta({ id: "StreamPlaceCommand", description: "Places an order." });

export const replaceCommand = replaceRequest
  .extend({ action: z.literal("replace"), id, order_id: noted(word, "the order to replace") })
  .meta({ id: "StreamReplaceCommand", description: "Replaces an order." });

export const cancelCommand = z
  .strictObject({ action: z.literal("cancel"), id, order_id: orderId, client_order_id: clientOrderId })
  .meta({ id: "StreamCancelCommand", description: "Cancels an order." });

export const cancelAllCommand = z
  .strictObject({ action: z.literal("cancel_all"), id })
  .meta({ id: "StreamCancelAllCommand", description: "Cancels every open order of the account." });

export const queryCommand = z
  .strictObject({
    action: z.literal("query"),
    id,
    order_id: orderId,
    client_order_id: clientOrderId,
    request_id: noted(word, "or by the id of the command that placed it, as the answer has it"),
  })
  .meta({ id: "StreamQueryCommand", description: "Returns an order as it is now." });

/** Any command. */
export const orderCommand = z.discriminatedUnion("action", [
  placeCommand,
  replaceCommand,
  cancelCommand,
  cancelAllCommand,
  queryCommand,
]);
