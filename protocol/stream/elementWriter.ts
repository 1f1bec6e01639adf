/**
 * Encodes MessagePack maps by hand into one buffer, because a book encodes an element per trade. The constant part of
 * an element is copied from a template: begin with it, write the pairs, take the bytes.
 */
const utf8 = new TextEncoder();

// An element has less than 400 bytes: a text has at most 80, a number at most 9.
const scratch = new Uint8Array(512);
const view = new DataView(scratch.buffer);
let end = 0;

/** A text: up to 255 bytes of UTF-8. */
export function textBytes(value: string): number[] {
  const bytes = utf8.encode(value);
  if (bytes.length > 255) throw new RangeError(`too long for an element: ${value}`);
  return bytes.length < 32 ? [0xa0 | bytes.length, ...bytes] : [0xd9, bytes.length, ...bytes];
}

export function pairBytes(key: string, value: string): number[] {
  return [...textBytes(key), ...textBytes(value)];
}

export function listBytes(key: string, values: readonly string[]): number[] {
  return [...textBytes(key), 0x90 | values.length, ...values.flatMap(textBytes)];
}

/** The header of a map of up to 65,535 pairs. */
export function mapHeader(pairs: number): number[] {
  return pairs < 16 ? [0x80 | pairs] : [0xde, pairs >> 8, pairs & 0xff];
}

const SEQ_KEY = Uint8Array.from(textBytes("seq"));
const STALE_KEY = Uint8Array.from(textBytes("stale"));

/** Begins an element with these bytes. */
export function begin(head: Uint8Array): void {
  scratch.set(head);
  end = head.length;
}

/** The bytes of the element. */
export function finish(): Uint8Array {
  return scratch.slice(0, end);
}

export function key1(a: string): void {
  scratch[end++] = 0xa1;
  scratch[end++] = a.charCodeAt(0);
}

export function key2(a: string, b: string): void {
  scratch[end++] = 0xa2;
  scratch[end++] = a.charCodeAt(0);
  scratch[end++] = b.charCodeAt(0);
}

export function text(value: string): void {
  const bytes = textBytes(value);
  scratch.set(bytes, end);
  end += bytes.length;
}

/** Writes `seq`, which is not in Alpaca's model; clients ignore unknown keys. */
export function cursor(sequence: number): void {
  scratch.set(SEQ_KEY, end);
  end += SEQ_KEY.length;
  number(sequence);
}

/** Writes `stale`, which is not in Alpaca's model either. */
export function stale(value: boolean): void {
  scratch.set(STALE_KEY, end);
  end += STALE_KEY.length;
  scratch[end++] = value ? 0xc3 : 0xc2;
}

/** Whole numbers as the shortest unsigned integer (some clients read sizes as integers), others as a double. */
export function number(value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    scratch[end++] = 0xcb;
    view.setFloat64(end, value);
    end += 8;
  } else if (value < 0x80) {
    scratch[end++] = value;
  } else if (value < 0x10000) {
    scratch[end++] = 0xcd;
    view.setUint16(end, value);
    end += 2;
  } else if (value < 0x100000000) {
    scratch[end++] = 0xce;
    view.setUint32(end, value);
    end += 4;
  } else {
    scratch[end++] = 0xcf;
    view.setUint32(end, Math.floor(value / 0x100000000));
    view.setUint32(end + 4, value >>> 0);
    end += 8;
  }
}

/** Timestamp extension (type -1) in its 64-bit form: 30 bits of nanoseconds, 34 bits of seconds. */
export function timestamp(ms: number): void {
  const seconds = Math.floor(ms / 1000);
  const nanoseconds = (ms - seconds * 1000) * 1_000_000;
  scratch[end++] = 0xd7;
  scratch[end++] = 0xff;
  view.setUint32(end, nanoseconds * 4 + Math.floor(seconds / 0x100000000));
  view.setUint32(end + 4, seconds >>> 0);
  end += 8;
}
