/**
 * Bytes of journal rows and snapshots: MessagePack, in which an object of a known shape is the number of its shape and its
 * values, without the names of its fields. An object of any other shape is written with its names.
 */
import { Packr, Unpackr } from "msgpackr";

const namesIn = (text: string): string[] => text.split(" ");

const NEW_ORDER = namesIn(
  "id clientOrderId symbol side type timeInForce qty limitPrice protectionPrice within extendedHours rules expiresAt",
);
const OPEN_ORDER = namesIn(
  "sequence submittedAt submittedMicros status filledQty filledValue held updatedAt filledAt canceledAt expiredAt",
);
/** Fields that orders with instructions have after those of a simple order. */
const INSTRUCTED = [[], ["terms"], ["impliedSelfTrade"], ["terms", "impliedSelfTrade"]];
const COMMAND = ["kind", "orderId", "side", "price", "qty", "timeInForce", "market", "expiresAt"];
const ORIGIN = ["requestId", "ip", "userAgent"];
const AUDIT_START = ["eventId", "at", "userId", "accountId", "result", ...ORIGIN];
const AUDIT_END = ["action", "resource", "body", "before", "after"];
const AUDITED_ORDER = ["order_id", "client_order_id", "symbol", "side"];
const BALANCES = ["cash", "cash_held", "symbol", "qty", "qty_held"];

/**
 * The shapes of the commonest objects: the names of their fields in the order in which the code makes them. Rows have a
 * shape by its place here, so no entry may change or move. A release that adds one raises FORMAT. At most 32.
 */
const SHAPES: readonly (readonly string[])[] = [
  ...INSTRUCTED.map((more) => [...NEW_ORDER, ...more]),
  ...INSTRUCTED.map((more) => [...NEW_ORDER, ...more, ...OPEN_ORDER]),
  [...NEW_ORDER, "stopPrice", "terms", "impliedSelfTrade"],
  [...NEW_ORDER, "stopPrice", "terms", "impliedSelfTrade", ...OPEN_ORDER],
  ORIGIN,
  [...ORIGIN, "actor"],
  ["userId", "credentialKind", "credentialId"],
  ["kind", "order", "origin"],
  ["kind", "orderId", "origin"],
  ["kind", "ticket", "refusal", "origin"],
  ["kind", "orderId"],
  [...COMMAND, "within"],
  [...COMMAND, "selfTrade", "within"],
  ["kind", "orderId", "at"],
  ["kind", "orderId", "at", "waiting"],
  ["kind", "orderId", "tradeId", "price", "qty", "at", "liquidity"],
  ["kind", "orderId", "cause", "at"],
  [...AUDIT_START, ...AUDIT_END],
  [...AUDIT_START, "actor", ...AUDIT_END],
  ["cash", "cash_held"],
  BALANCES,
  [...BALANCES, "status", "filled_qty"],
  [...AUDITED_ORDER, "type", "time_in_force", "qty", "limit_price", "held", "protection_price", "rules"],
  [...AUDITED_ORDER, "price", "qty", "notional", "trade_id", "execution_id", "liquidity", "cum_qty", "leaves_qty"],
  ["available", "held", "venue", "outside"],
  [...COMMAND, "postOnly", "within"],
];

/** The first format with shapes. */
const SHAPED_FROM = 6;

const packr = new Packr({
  structures: SHAPES.map((names) => [...names]),
  maxSharedStructures: SHAPES.length,
  mapsAsObjects: true,
  moreTypes: false,
});

/** Reads earlier rows. They have the names of all fields, and the bytes of shapes are numbers in them. */
const unshaped = new Unpackr({ useRecords: false, moreTypes: false });

/** The bytes of a value of plain objects, arrays, texts, numbers, booleans and null. They are valid until the next call. */
export function encodeRow(value: unknown): Uint8Array {
  // msgpackr declares Node's Buffer, which this layer does not have: at run time it is a Uint8Array.
  return packr.pack(value) as Uint8Array;
}

/** The value of bytes that `encodeRow` made. */
export function decodeRow(bytes: Uint8Array): unknown {
  return packr.unpack(bytes);
}

/** The value of a journal row or snapshot of this or an earlier format: an array whose first element is the format. */
export function decodeFormatted(bytes: Uint8Array): unknown {
  // The array and its format take a byte each, in every format.
  const [, format = 0] = bytes;
  return format < SHAPED_FROM ? unshaped.unpack(bytes) : packr.unpack(bytes);
}
