/** How stream messages become socket frames, and back. A socket speaks one codec for its life, fixed at its upgrade. */
import { Packr, Unpackr } from "msgpackr";

/** JSON goes in text frames, MessagePack in binary ones. */
export type Codec = "json" | "msgpack";

/** Longest frame a client may send. Subscriptions are the longest messages: thousands of symbols fit. */
export const CLIENT_FRAME_BYTES_MAX = 32_768;

/** What `readMessage` gives for bytes that are no message in any codec. */
export const MALFORMED = Symbol("malformed");

const options = { useRecords: false, mapsAsObjects: true, int64AsType: "number" } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The codec a client asks for at the upgrade; some send a charset along. */
export function codecOfContentType(contentType: string | null): Codec {
  return contentType?.split(";")[0]?.trim().toLowerCase() === "application/msgpack" ? "msgpack" : "json";
}

/** Reads a client's frame. Text is JSON in both codecs; a JSON client may also send its text in binary frames. */
export function readMessage(codec: Codec, frame: string | ArrayBuffer): unknown {
  try {
    if (typeof frame === "string") return JSON.parse(frame);
    const bytes = new Uint8Array(frame);
    return codec === "msgpack" ? unpackr.unpack(bytes) : JSON.parse(utf8.decode(bytes));
  } catch {
    return MALFORMED;
  }
}

/** Writes a message as one socket frame. */
export function writeMessage(codec: Codec, message: unknown): string | Uint8Array {
  return codec === "msgpack" ? (packr.pack(message) as Uint8Array) : JSON.stringify(message);
}
