/** Commands of the order entry stream to commands of an account, and outcomes to results. */
import type { Instruments } from "../../domain/market/instruments.ts";
import { type ApiError, wireError } from "../errors/catalogue.ts";
import { FIELDS_MAX, readBody } from "../http/readRequest.ts";
import type { CommandOutcome, OrderCommand, OrderName } from "../rpc/orderCommands.ts";
import type { CancelAllEntry, OrderView } from "../rpc/orderViews.ts";
import { clientOrderIdOf, commandId, type CommandResult } from "../stream/orderEntry.ts";
import { isRequestId } from "../wire/requestId.ts";
import { cancelAllCommand, cancelCommand, queryCommand } from "../wire/streamCommands.ts";
import { isUuid } from "../wire/query.ts";
import { replaceTicketFromBody, ticketFromBody } from "./orderRequest.ts";
import { orderToWire } from "./orders.ts";

/** A command with its id, or the reason why it is none. */
export interface ReadCommand {
  readonly id: string;
  readonly read: { readonly ok: true; readonly value: OrderCommand } | { readonly ok: false; readonly error: ApiError };
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the commands of a frame. Their errors list as many wrong fields together as the error of a request, and the
 * first of each: to explain a field costs more than to read a command.
 */
export function readCommands(bodies: readonly unknown[], frameId: string, instruments: Instruments): ReadCommand[] {
  let listed = 0;
  return bodies.map((body, index) => {
    const command = readCommand(body, frameId, index, instruments, FIELDS_MAX - listed);
    if (!command.read.ok && "fields" in command.read.error) listed += command.read.error.fields?.length ?? 0;
    return command;
  });
}

/** Reads command `index` of a frame; an error lists at most `most` wrong fields. */
export function readCommand(
  body: unknown,
  frameId: string,
  index: number,
  instruments: Instruments,
  most = FIELDS_MAX,
): ReadCommand {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return { id: commandId(frameId, index, undefined), read: refused({ reason: "body_field", field: "commands" }) };
  }
  const given = body as Fields;
  const own = given["id"];
  if (own !== undefined && !isRequestId(own)) {
    return { id: commandId(frameId, index, undefined), read: refused({ reason: "body_field", field: "id" }) };
  }
  const id = commandId(frameId, index, own);
  return { id, read: readFields(given, id, instruments, most) };
}

/** What a command has besides its action and its id: the fields of a request. */
function requestOf(body: Fields): Fields {
  const fields: Record<string, unknown> = {};
  for (const name in body) {
    // An assignment would set the prototype. Copying the rest of an object costs ten times as much as this loop.
    if (name === "__proto__") return restOf(body);
    if (name !== "action" && name !== "id") fields[name] = body[name];
  }
  return fields;
}

function restOf({ action: _action, id: _id, ...fields }: Fields): Fields {
  return fields;
}

function readFields(body: Fields, id: string, instruments: Instruments, most: number): ReadCommand["read"] {
  switch (body["action"]) {
    case "place": {
      const order = ticketFromBody(requestOf(body), instruments, most);
      if (!order.ok) return order;
      // The account knows every client order id for its life: so it recognises a command that is sent again.
      const ticket = { ...order.value, clientOrderId: order.value.clientOrderId ?? clientOrderIdOf(id) };
      return { ok: true, value: { kind: "place", ticket } };
    }
    case "replace": {
      const orderId = idOf(body["order_id"]);
      if (orderId === null) return refused({ reason: "order_id_missing" });
      const read = replaceTicketFromBody(requestOf(body), most);
      if (!read.ok) return read;
      const ticket = { ...read.value, clientOrderId: read.value.clientOrderId ?? clientOrderIdOf(id) };
      return { ok: true, value: { kind: "replace", orderId, ticket } };
    }
    case "cancel": {
      const read = readBody(cancelCommand, body, most);
      if (!read.ok) return read;
      const name = nameOf(read.value);
      return name === null ? refused({ reason: "order_id_missing" }) : { ok: true, value: { kind: "cancel", ...name } };
    }
    case "cancel_all": {
      const read = readBody(cancelAllCommand, body, most);
      return read.ok ? { ok: true, value: { kind: "cancel_all" } } : read;
    }
    case "query": {
      const read = readBody(queryCommand, body, most);
      if (!read.ok) return read;
      const name = nameOf(read.value);
      return name === null ? refused({ reason: "order_id_missing" }) : { ok: true, value: { kind: "query", ...name } };
    }
    default:
      return refused({ reason: "body_field", field: "action" });
  }
}

interface Named {
  readonly order_id?: string | null | undefined;
  readonly client_order_id?: string | null | undefined;
  readonly request_id?: string | null | undefined;
}

/** The order that a command is about, which it names in exactly one way; null otherwise. */
function nameOf(given: Named): OrderName | null {
  const { order_id: order, client_order_id: clientOrderId, request_id: request } = given;
  // An empty text is no name, as in a batch.
  const names = [order, clientOrderId, request].filter(Boolean);
  if (names.length !== 1) return null;
  if (!order) return { clientOrderId: clientOrderId || clientOrderIdOf(request ?? "") };
  const orderId = idOf(order);
  return orderId === null ? null : { orderId };
}

function idOf(text: unknown): string | null {
  return typeof text === "string" && isUuid(text) ? text.toLowerCase() : null;
}

function refused(error: ApiError): ReadCommand["read"] {
  return { ok: false, error };
}

/** The result of a command that is no command, or that its caller may not give. */
export function errorResult(id: string, error: ApiError): CommandResult {
  return { id, ...wireError(error) };
}

/** The result of a command. */
export function resultOf(id: string, command: OrderCommand, outcome: CommandOutcome): CommandResult {
  if (!outcome.ok) return errorResult(id, outcome.refusal);
  switch (command.kind) {
    case "cancel":
      return { id, status: 204, body: null };
    case "cancel_all":
      return { id, status: 207, body: (outcome.value as readonly CancelAllEntry[]).map(canceled) };
    case "place":
    case "replace":
    case "query": {
      const view = outcome.value as OrderView;
      return { id, status: 200, body: orderToWire(view, view) };
    }
  }
}

function canceled({ order, outcome }: CancelAllEntry) {
  if (outcome.ok) return { id: order.id, status: 200, body: orderToWire(order) };
  return { id: order.id, ...wireError(outcome.refusal) };
}
