/** Commands of a batch into those of an account, and their outcomes onto the wire. */
import type { Instruments } from "../../domain/market/instruments.ts";
import { type Audience, wireError } from "../errors/catalogue.ts";
import { readBody } from "../http/readRequest.ts";
import type { Read } from "../http/readRequest.ts";
import type { CommandOutcome, OrderCommand } from "../rpc/orderCommands.ts";
import type { WireCommand, WireCommandOutcome } from "../wire/orderCommands.ts";
import { orderBatchRequest } from "../wire/orderCommands.ts";
import { replaceTicketOf, ticketOf } from "./orderRequest.ts";
import { orderToWire } from "./orders.ts";

export interface OrderBatch {
  readonly commands: readonly OrderCommand[];
  readonly allOrNone: boolean;
}

/**
 * Reads the body of a batch. Checks JSON types only; the account validates the values. With a key, the command at place
 * `n` has the client order id `<key>-<n>` if it has none of its own.
 */
export function batchFromBody(body: unknown, instruments: Instruments, key: string | null): Read<OrderBatch> {
  const read = readBody(orderBatchRequest, body);
  if (!read.ok) return read;
  const { commands, all_or_none: allOrNone } = read.value;
  const unnamed = commands.findIndex((command) => command.action === "cancel" && isUnnamed(command));
  if (unnamed >= 0) return { ok: false, error: { reason: "body_field", field: `commands.${unnamed}.order_id` } };
  return {
    ok: true,
    value: {
      commands: commands.map((each, place) => commandOf(each, instruments, key === null ? null : `${key}-${place}`)),
      allOrNone: allOrNone ?? false,
    },
  };
}

/** A cancel names one order by one id. */
function isUnnamed({ order_id: orderId, client_order_id: clientOrderId }: Extract<WireCommand, { action: "cancel" }>) {
  return Boolean(orderId) === Boolean(clientOrderId);
}

function commandOf(command: WireCommand, instruments: Instruments, key: string | null): OrderCommand {
  switch (command.action) {
    case "place": {
      const ticket = ticketOf(command, instruments);
      return { kind: "place", ticket: { ...ticket, clientOrderId: ticket.clientOrderId ?? key } };
    }
    case "replace": {
      const ticket = replaceTicketOf(command);
      const orderId = command.order_id.toLowerCase();
      return { kind: "replace", orderId, ticket: { ...ticket, clientOrderId: ticket.clientOrderId ?? key } };
    }
    case "cancel": {
      const { order_id: orderId, client_order_id: clientOrderId } = command;
      return orderId
        ? { kind: "cancel", orderId: orderId.toLowerCase() }
        : { kind: "cancel", clientOrderId: clientOrderId ?? "" };
    }
  }
}

/** The outcome of the command at a place of a batch. */
export function outcomeToWire(outcome: CommandOutcome, index: number, audience: Audience): WireCommandOutcome {
  if (!outcome.ok) return { index, ...wireError(outcome.refusal, audience) };
  const { value } = outcome;
  if (value === null) return { index, status: 204, body: null };
  // A batch has no command that names several orders.
  if ("length" in value) throw new Error("several orders of one command");
  return { index, status: 200, body: orderToWire(value, value) };
}
