/**
 * Reads plain order requests: the usual fields with ordinary values. The schemas of protocol/wire read every request and
 * explain what is wrong with it; these readers give the same ticket for most of them at a tenth of the cost.
 */
import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import type { OrderCommand } from "../rpc/orderCommands.ts";
import { AMOUNT_LENGTH_MAX, plainDecimal } from "../wire/decimalInput.ts";
import { isPrintableAscii } from "../wire/hiddenCharacters.ts";
import { FIELD_LENGTH_MAX } from "../wire/orderFields.ts";
import { isUuid } from "../wire/query.ts";
import { canonicalSymbol } from "./assets.ts";

const ORDER_FIELDS: ReadonlySet<string> = new Set([
  "symbol",
  "side",
  "type",
  "time_in_force",
  "qty",
  "limit_price",
  "stop_price",
  "extended_hours",
  "client_order_id",
]);
const REPLACE_FIELDS: ReadonlySet<string> = new Set([
  "qty",
  "limit_price",
  "stop_price",
  "time_in_force",
  "client_order_id",
]);
/** The fields of commands, which are sent several together. */
const PLACE_FIELDS: ReadonlySet<string> = new Set(["action", ...ORDER_FIELDS]);
const REPLACE_COMMAND_FIELDS: ReadonlySet<string> = new Set(["action", "order_id", ...REPLACE_FIELDS]);
const CANCEL_FIELDS: ReadonlySet<string> = new Set(["action", "order_id", "client_order_id"]);

/** A value that only the schema can judge. */
const UNREAD = Symbol("unread");
type Maybe<T> = T | null | typeof UNREAD;
type Fields = Readonly<Record<string, unknown>>;

/** The ticket of a plain order request; null when the schema must read it. */
export function plainTicket(body: unknown, instruments: Instruments): OrderTicket | null {
  return hasOnly(body, ORDER_FIELDS) ? ticketOfFields(body, instruments) : null;
}

function ticketOfFields(body: Fields, instruments: Instruments): OrderTicket | null {
  const symbol = text(body["symbol"]);
  const side = text(body["side"]);
  const type = text(body["type"]);
  const timeInForce = text(body["time_in_force"]);
  const qty = amount(body["qty"]);
  const limitPrice = amount(body["limit_price"]);
  const stopPrice = amount(body["stop_price"]);
  const extendedHours = body["extended_hours"] ?? false;
  const clientOrderId = text(body["client_order_id"]);
  if (symbol === UNREAD || side === UNREAD || type === UNREAD || timeInForce === UNREAD) return null;
  if (qty === UNREAD || limitPrice === UNREAD || stopPrice === UNREAD || clientOrderId === UNREAD) return null;
  if (!symbol || typeof extendedHours !== "boolean") return null;
  return {
    symbol: canonicalSymbol(symbol, instruments),
    side: side ?? "",
    type: type ?? "",
    timeInForce: timeInForce ?? "",
    qty,
    notional: null,
    limitPrice,
    stopPrice,
    orderClass: "",
    extendedHours,
    clientOrderId: clientOrderId || null,
  };
}

/** The ticket of a plain replace request; null when the schema must read it. */
export function plainReplaceTicket(body: unknown): ReplaceTicket | null {
  return hasOnly(body, REPLACE_FIELDS) ? replaceTicketOfFields(body) : null;
}

function replaceTicketOfFields(body: Fields): ReplaceTicket | null {
  const qty = amount(body["qty"]);
  const limitPrice = amount(body["limit_price"]);
  const stopPrice = amount(body["stop_price"]);
  const timeInForce = text(body["time_in_force"]);
  const clientOrderId = text(body["client_order_id"]);
  if (qty === UNREAD || limitPrice === UNREAD || stopPrice === UNREAD) return null;
  if (timeInForce === UNREAD || clientOrderId === UNREAD) return null;
  return {
    qty,
    limitPrice,
    stopPrice,
    trail: null,
    timeInForce: timeInForce || null,
    clientOrderId: clientOrderId || null,
    goodTil: null,
  };
}

/** A plain command of a batch; null when the schema must read it. */
export function plainCommand(body: unknown, instruments: Instruments): OrderCommand | null {
  if (typeof body !== "object" || body === null) return null;
  switch ((body as Fields)["action"]) {
    case "place": {
      const ticket = hasOnly(body, PLACE_FIELDS) ? ticketOfFields(body, instruments) : null;
      return ticket === null ? null : { kind: "place", ticket };
    }
    case "replace": {
      const ticket = hasOnly(body, REPLACE_COMMAND_FIELDS) ? replaceTicketOfFields(body) : null;
      const orderId = ticket === null ? null : id((body as Fields)["order_id"]);
      return ticket === null || orderId === null ? null : { kind: "replace", orderId, ticket };
    }
    case "cancel": {
      // One without an id, or by an id of the client's, is for the schema.
      if (!hasOnly(body, CANCEL_FIELDS) || body["client_order_id"]) return null;
      const orderId = text(body["client_order_id"]) === UNREAD ? null : id(body["order_id"]);
      return orderId === null ? null : { kind: "cancel", orderId };
    }
    default:
      return null;
  }
}

function id(value: unknown): string | null {
  return typeof value === "string" && isUuid(value) ? value.toLowerCase() : null;
}

function hasOnly(body: unknown, fields: ReadonlySet<string>): body is Fields {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return false;
  for (const name in body) if (!fields.has(name)) return false;
  return true;
}

function text(value: unknown): Maybe<string> {
  if (value === undefined || value === null) return null;
  return typeof value === "string" && value.length <= FIELD_LENGTH_MAX && isPrintableAscii(value) ? value : UNREAD;
}

function amount(value: unknown): Maybe<string> {
  if (value === undefined || value === null) return null;
  const isRead =
    typeof value === "string" ? value.length <= AMOUNT_LENGTH_MAX : typeof value === "number" && Number.isFinite(value);
  return isRead ? plainDecimal(value as string | number) : UNREAD;
}
