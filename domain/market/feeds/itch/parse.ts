/** Reads messages of ITCH 5.0 and the files in which they are stored. */
import { type ItchMessage, type ItchType, type Layout, LAYOUTS, sizeOf } from "./layout.ts";

/** Bytes of a message of each type, the type included. */
export const ITCH_LENGTHS: Readonly<Record<ItchType, number>> = Object.fromEntries(
  Object.entries(LAYOUTS).map(([type, layout]) => [
    type,
    layout.reduce((sum: number, [, kind]: Layout[number]) => sum + sizeOf(kind), 1),
  ]),
) as Record<ItchType, number>;

/** The message in these bytes. Null for a type that is not known. Throws when it has another length than its type. */
export function parseItch(bytes: Uint8Array): ItchMessage | null {
  const type = String.fromCharCode(bytes[0] ?? 0);
  if (!Object.hasOwn(LAYOUTS, type)) return null;
  const known = type as ItchType;
  const length = ITCH_LENGTHS[known];
  if (bytes.length !== length) throw new Error(`an ITCH message ${type} has ${length} bytes, not ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const message: Record<string, unknown> = { type };
  let at = 1;
  for (const [name, kind] of LAYOUTS[known] as Layout) {
    message[name] = readField(view, bytes, at, kind);
    at += sizeOf(kind);
  }
  return message as ItchMessage;
}

function readField(view: DataView, bytes: Uint8Array, at: number, kind: Layout[number][1]): unknown {
  switch (kind) {
    case "u2":
      return view.getUint16(at);
    case "u4":
    case "price4":
      return view.getUint32(at);
    case "u6":
      return view.getUint16(at) * 0x100000000 + view.getUint32(at + 2);
    case "u8":
    case "price8":
      return view.getBigUint64(at);
    default:
      return String.fromCharCode(...bytes.subarray(at, at + sizeOf(kind))).trimEnd();
  }
}

/**
 * Divides a file into messages: each follows its length in two bytes. Chunks may end anywhere, so a large file is never
 * in memory as a whole. A length of 0 ends the file; before a message, it leaves the length to the message's type, as
 * some writers do.
 */
export class ItchFileReader {
  #rest = new Uint8Array();
  #ended = false;

  /** Bytes of a message that has not arrived completely; above 0 after the last chunk, the file was cut off. */
  get incomplete(): number {
    const isEnd = this.#rest.length === 2 && this.#rest[0] === 0 && this.#rest[1] === 0;
    return this.#ended || isEnd ? 0 : this.#rest.length;
  }

  /** The messages that are complete with this chunk; those of unknown types are passed over. */
  *add(chunk: Uint8Array): Generator<ItchMessage> {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    const view = new DataView(bytes.buffer);
    let at = 0;
    while (!this.#ended && at + 2 < bytes.length) {
      const length = view.getUint16(at) || lengthOf(bytes[at + 2]);
      this.#ended = length === 0;
      if (this.#ended || at + 2 + length > bytes.length) break;
      const message = parseItch(bytes.subarray(at + 2, at + 2 + length));
      at += 2 + length;
      if (message !== null) yield message;
    }
    this.#rest = bytes.subarray(at);
  }
}

/** The length of a message by its type; 0 for an unknown one. */
function lengthOf(type = 0): number {
  const name = String.fromCharCode(type);
  return Object.hasOwn(ITCH_LENGTHS, name) ? ITCH_LENGTHS[name as ItchType] : 0;
}
