/** Messages to a book as numbers, and their two file formats. */

/** Words of a message: type and flags, the sender's order id (unsigned), price in ticks, quantity (unsigned). */
export const MESSAGE_WORDS = 4;
export const MESSAGE_ID = 1;
export const MESSAGE_PRICE = 2;
export const MESSAGE_QTY = 3;

/** Types of a message: the lowest byte of its first word. */
export const NEW = 0;
export const CANCEL = 1;
/** Cancel, and enter again under the same id, with loss of priority. */
export const MODIFY = 2;
/** Flags in the first word: sell; immediate or cancel. */
export const SELLS = 1 << 8;
export const IOC = 1 << 16;

export interface Stream {
  readonly name: string;
  /** MESSAGE_WORDS a message. */
  readonly messages: Int32Array;
  readonly count: number;
  /** The number of messages at the beginning that fill the book and are not timed. */
  readonly setUp: number;
  readonly expected: Expected | null;
}

/** The expected final state. Trades are those of all messages. */
export interface Expected {
  readonly trades: number;
  /** Depends on the order of the trades; see `hashTrade`. */
  readonly tradeHash: number;
  readonly tradedQty: number;
  readonly notional: number;
  readonly resting: number;
  /** 0 for none. */
  readonly bestBid: number;
  readonly bestAsk: number;
  /** Modulo 2^32. */
  readonly restingQty: number;
}

const RECORD_BYTES = 16;
const TAPE_MAGIC = "TAPE";
const TAPE_HEADER = 16;
const FLOW_MAGIC = "OBS1";
const FLOW_HEADER = 64;

/** The initial value of `tradeHash`. */
export const HASH_START = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

/** Adds one trade to a hash (FNV-1a over 32-bit words). */
export function hashTrade(hash: number, maker: number, taker: number, price: number, qty: number): number {
  let h = Math.imul(hash ^ maker, HASH_PRIME);
  h = Math.imul(h ^ taker, HASH_PRIME);
  h = Math.imul(h ^ price, HASH_PRIME);
  return Math.imul(h ^ qty, HASH_PRIME);
}

/** Reads a stream of either format, recognised by its first bytes. Throws when it is neither, or truncated. */
export function readStream(name: string, bytes: Uint8Array): Stream {
  return bytes[0] === FLOW_MAGIC.charCodeAt(0) ? readFlow(name, bytes) : readTape(name, bytes);
}

/** Reads a tape of the Matching Engine Algorithm Performance Challenge. Throws when it is malformed or truncated. */
function readTape(name: string, bytes: Uint8Array): Stream {
  const view = viewOf(name, bytes, TAPE_MAGIC, TAPE_HEADER);
  const count = view.getUint32(8, true);
  return { name, messages: records(name, bytes, TAPE_HEADER, count), count, setUp: 0, expected: null };
}

/** Reads a stream of `order-flow.mjs`, with its expected result. Throws when it is malformed or truncated. */
function readFlow(name: string, bytes: Uint8Array): Stream {
  const view = viewOf(name, bytes, FLOW_MAGIC, FLOW_HEADER);
  const setUp = view.getUint32(8, true);
  const count = setUp + view.getUint32(12, true);
  const messages = records(name, bytes, FLOW_HEADER, count);
  for (let at = 0; at < messages.length; at += MESSAGE_WORDS) {
    messages[at] = typeOfFlow(name, messages[at] & 0xff) | (messages[at] & SELLS);
  }
  const expected = {
    trades: view.getUint32(16, true),
    tradeHash: view.getInt32(20, true),
    tradedQty: view.getFloat64(24, true),
    notional: view.getFloat64(32, true),
    resting: view.getUint32(40, true),
    bestBid: view.getInt32(44, true),
    bestAsk: view.getInt32(48, true),
    restingQty: view.getUint32(52, true),
  };
  return { name, messages, count, setUp, expected };
}

/** 1 limit, 2 cancel, 3 replace, 4 a limit order that fills at once, 5 IOC. */
function typeOfFlow(name: string, op: number): number {
  if (op === 1 || op === 4) return NEW;
  if (op === 2) return CANCEL;
  if (op === 3) return MODIFY;
  if (op === 5) return NEW | IOC;
  throw new Error(`${name} has a message of unknown type ${op}`);
}

function viewOf(name: string, bytes: Uint8Array, magic: string, header: number): DataView {
  const found = String.fromCharCode(...bytes.subarray(0, 4));
  if (bytes.length < header || found !== magic) throw new Error(`${name} is not of the format ${magic}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(4, true);
  if (version !== 1) throw new Error(`${name} has version ${version} of the format; 1 is known`);
  return view;
}

/** The records after the header. Both formats have a message's words in the order of MESSAGE_WORDS, little-endian. */
function records(name: string, bytes: Uint8Array, header: number, count: number): Int32Array {
  if (bytes.length !== header + count * RECORD_BYTES) {
    throw new Error(`${name} has ${bytes.length} bytes, and its header says ${header + count * RECORD_BYTES}`);
  }
  const words = new Int32Array(count * MESSAGE_WORDS);
  new Uint8Array(words.buffer).set(bytes.subarray(header));
  return words;
}
