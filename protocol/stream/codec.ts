/** Encodes and decodes the messages of streams. The upgrade fixes the codec of a socket. */
import { Packr, Unpackr } from "msgpackr";

/** JSON uses text frames, MessagePack binary ones. */
export type Codec = "json" | "msgpack";

/** The longest frame of a client. A subscription to thousands of symbols fits. */
export const CLIENT_FRAME_BYTES_MAX = 32_768;

/** The result of `readMessage` for malformed bytes. */
export const MALFORMED = Symbol("malformed");

const options = { useRecords: false, mapsAsObjects: true, int64AsType: "number" } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The codec that an upgrade asks for; some clients add a charset. */
export function codecOfContentType(contentType: string | null): Codec {
  return contentType?.split(";")[0]?.trim().toLowerCase() === "application/msgpack" ? "msgpack" : "json";
}

/** The length of a frame: bytes, or UTF-16 units of text. */
export function sizeOf(frame: string | ArrayBuffer): number {
  return typeof frame === "string" ? frame.length : frame.byteLength;
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
