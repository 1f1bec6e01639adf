/** Commands of a batch into those of an account, and their outcomes onto the wire. */
import { CLIENT_ORDER_ID_LENGTH_MAX } from "../../domain/account/entry/validateOrder.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import { wireError } from "../errors/catalogue.ts";
import type { Audience } from "../errors/shortage.ts";
import { readBody } from "../http/readRequest.ts";
import type { Read } from "../http/readRequest.ts";
import type { CommandOutcome, OrderCommand } from "../rpc/orderCommands.ts";
import type { WireCommand, WireCommandOutcome } from "../wire/orderCommands.ts";
import { COMMANDS_MAX } from "../../domain/order/commandsMax.ts";
import { orderBatchRequest } from "../wire/orderCommands.ts";
import { replaceTicketOf, ticketOf } from "./orderRequest.ts";
import { plainCommand } from "./plainOrder.ts";
import { orderToWire } from "./orders.ts";

/** Characters of a batch's key: with the place of a command they make a client order id. */
export const BATCH_KEY_LENGTH_MAX = CLIENT_ORDER_ID_LENGTH_MAX - `-${COMMANDS_MAX - 1}`.length;

export interface OrderBatch {
  readonly commands: readonly OrderCommand[];
  readonly allOrNone: boolean;
}

/**
 * Reads the body of a batch. Checks JSON types only; the account validates the values. With a key, the command at place
 * `n` has the client order id `<key>-<n>` if it has none of its own.
 */
export function batchFromBody(body: unknown, instruments: Instruments, key: string | null): Read<OrderBatch> {
  const plain = plainBatch(body, instruments, key);
  return plain === null ? batchBySchema(body, instruments, key) : { ok: true, value: plain };
}

/** A batch of plain commands; null when the schema must read it. */
export function plainBatch(body: unknown, instruments: Instruments, key: string | null): OrderBatch | null {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const { commands, all_or_none: allOrNone = false, ...more } = body as Readonly<Record<string, unknown>>;
  if (!Array.isArray(commands) || commands.length === 0 || commands.length > COMMANDS_MAX) return null;
  if (typeof allOrNone !== "boolean" || Object.keys(more).length > 0) return null;
  const read: OrderCommand[] = [];
  for (const [place, each] of (commands as unknown[]).entries()) {
    const command = plainCommand(each, instruments);
    if (command === null) return null;
    read.push(named(command, key === null ? null : `${key}-${place}`));
  }
  return { commands: read, allOrNone };
}

/** The command with a client order id, if it places an order without one. */
function named(command: OrderCommand, key: string | null): OrderCommand {
  if (key === null || !("ticket" in command) || command.ticket.clientOrderId !== null) return command;
  return command.kind === "place"
    ? { kind: "place", ticket: { ...command.ticket, clientOrderId: key } }
    : { ...command, ticket: { ...command.ticket, clientOrderId: key } };
}

/** Any batch, or what is wrong with it. */
export function batchBySchema(body: unknown, instruments: Instruments, key: string | null): Read<OrderBatch> {
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
    case "place":
      return named({ kind: "place", ticket: ticketOf(command, instruments) }, key);
    case "replace":
      return named({ kind: "replace", orderId: command.order_id.toLowerCase(), ticket: replaceTicketOf(command) }, key);
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
