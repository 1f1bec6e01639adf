/**
 * Orders and reports in binary, little-endian: the cost of a message from its bytes to the bytes of its reports. Fields
 * are validated as at a venue's interface; nothing is allocated.
 *
 * A message has 48 bytes: u8 type (0 new, 1 cancel, 2 modify), u8 side, u8 ioc, u8 0, u32 order id, u32 sender's sequence number,
 * i32 price, f64 quantity, u32 account, and 20 bytes that must be 0. A report has 40: u8 kind, u8 side, u16 0, u32 sequence number
 * of the message, f64 order, f64 other order of a trade, f64 quantity, i32 price, u32 0.
 */
import type { Engine } from "../../../domain/matching/engine/engine.ts";
import {
  EVENT_SHIFT,
  EVENT_SHIFT_F64,
  PRICE,
  QTY,
  SUBJECT,
  TAKER,
  WHAT,
} from "../../../domain/matching/engine/events.ts";
import { kindOf, sideOf } from "../../../domain/matching/engine/events.ts";
import { drive } from "./drive.ts";
import type { Ids } from "./drive.ts";
import { CANCEL, MESSAGE_ID, MESSAGE_PRICE, MESSAGE_QTY, MESSAGE_WORDS, MODIFY, NEW } from "./stream.ts";
import type { Stream } from "./stream.ts";

export const ORDER_BYTES = 48;
export const REPORT_BYTES = 40;
const PRICE_MAX = 2 ** 31 - 2;
const QTY_MAX = 2 ** 32 - 1;
/** The buffer of the reports of one message; a larger sweep is refused. */
const REPORTS_MAX = 4_096;

const AT = {
  type: 0,
  side: 1,
  ioc: 2,
  zero: 3,
  id: 4,
  sequence: 8,
  price: 12,
  qty: 16,
  account: 24,
  rest: 28,
} as const;

/** Why a message was refused; sent as the kind of its only report. */
const MALFORMED = 255;

/** A book behind a binary interface. */
export class BinaryInterface {
  readonly #engine: Engine;
  readonly #ids: Ids;
  readonly #out = new DataView(new ArrayBuffer(REPORTS_MAX * REPORT_BYTES));
  readonly #message = new Int32Array(MESSAGE_WORDS);
  readonly #end = new Int32Array(1);
  #lastSequence: number;

  /** `lastSequence`: sequence number of the last message that the book has received. */
  constructor(engine: Engine, ids: Ids, lastSequence: number) {
    this.#engine = engine;
    this.#ids = ids;
    this.#lastSequence = lastSequence;
  }

  /** The buffer of reports; `take` returns the number of bytes for its message. */
  get reports(): DataView {
    return this.#out;
  }

  /** Decodes the message at an offset, validates and matches it, and returns the number of bytes of its reports. */
  take(bytes: DataView, at: number): number {
    const sequence = bytes.getUint32(at + AT.sequence, true);
    if (!this.#decode(bytes, at, sequence)) return this.#refuse(sequence);
    this.#lastSequence = sequence;
    drive(this.#engine, this.#ids, this.#message, 0, 1, this.#end);
    return this.#encode(sequence);
  }

  /** Validates the message; when valid, its words are in `#message`. */
  #decode(bytes: DataView, at: number, sequence: number): boolean {
    const type = bytes.getUint8(at + AT.type);
    const side = bytes.getUint8(at + AT.side);
    const ioc = bytes.getUint8(at + AT.ioc);
    if (type > MODIFY || side > 1 || ioc > 1 || bytes.getUint8(at + AT.zero) !== 0) return false;
    // A repeated message, or a gap.
    if (sequence !== this.#lastSequence + 1) return false;
    const id = bytes.getUint32(at + AT.id, true);
    const price = bytes.getInt32(at + AT.price, true);
    const qty = bytes.getFloat64(at + AT.qty, true);
    if (id === 0 || bytes.getUint32(at + AT.account, true) === 0) return false;
    if (type !== CANCEL && (price < 1 || price > PRICE_MAX)) return false;
    // The condition is false for NaN too.
    if (type !== CANCEL && !(qty >= 1 && qty <= QTY_MAX && Math.floor(qty) === qty)) return false;
    for (let word = AT.rest; word < ORDER_BYTES; word += 4) {
      if (bytes.getInt32(at + word, true) !== 0) return false;
    }
    // The id of a resting order cannot be used again.
    if (type === NEW && this.#ids.get(id) >= 0) return false;
    const message = this.#message;
    message[0] = type | (side << 8) | (ioc << 16);
    message[MESSAGE_ID] = id;
    message[MESSAGE_PRICE] = price;
    message[MESSAGE_QTY] = qty;
    return true;
  }

  #encode(sequence: number): number {
    const { events } = this.#engine;
    const { i32, f64 } = events;
    if (events.count > REPORTS_MAX) throw new RangeError("one message has too many reports");
    const out = this.#out;
    let to = 0;
    for (let e = 0; e < events.count; e++, to += REPORT_BYTES) {
      const word = i32[(e << EVENT_SHIFT) + WHAT];
      const f = e << EVENT_SHIFT_F64;
      out.setUint32(to, kindOf(word) | (sideOf(word) << 8), true);
      out.setUint32(to + 4, sequence, true);
      out.setFloat64(to + 8, f64[f + SUBJECT], true);
      out.setFloat64(to + 16, f64[f + TAKER], true);
      out.setFloat64(to + 24, f64[f + QTY], true);
      out.setInt32(to + 32, i32[(e << EVENT_SHIFT) + PRICE], true);
    }
    events.count = 0;
    return to;
  }

  #refuse(sequence: number): number {
    this.#out.setUint32(0, MALFORMED, true);
    this.#out.setUint32(4, sequence, true);
    return REPORT_BYTES;
  }
}

/** Encodes a stream's messages as a sender would. */
export function encodeOrders({ messages, count }: Stream): DataView {
  const bytes = new DataView(new ArrayBuffer(count * ORDER_BYTES));
  for (let nth = 0; nth < count; nth++) {
    const from = nth * MESSAGE_WORDS;
    const at = nth * ORDER_BYTES;
    bytes.setInt32(at, messages[from], true);
    bytes.setInt32(at + AT.id, messages[from + MESSAGE_ID], true);
    bytes.setUint32(at + AT.sequence, nth + 1, true);
    bytes.setInt32(at + AT.price, messages[from + MESSAGE_PRICE], true);
    bytes.setFloat64(at + AT.qty, messages[from + MESSAGE_QTY] >>> 0, true);
    bytes.setUint32(at + AT.account, 1 + (nth % 500), true);
  }
  return bytes;
}
