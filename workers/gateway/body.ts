import { concatBytes } from "../../protocol/stream/bytes.ts";
import { ApiFault } from "../../protocol/http/apiFault.ts";

/** The largest body; an order with every field is under 1 KiB. */
const BODY_BYTES_MAX = 64 * 1024;
/**
 * A body that is too large is read up to here before it is refused: a client that is cut off while it sends sees a
 * broken connection instead of the response.
 */
const DRAIN_BYTES_MAX = 8 * 1024 * 1024;

/** A length as clients declare it. */
const DECLARED = /^\d{1,15}$/;

/** The deepest nesting; an order has three levels. */
const DEPTH_MAX = 16;

/** Of no state between two calls, so that any request of the isolate may use it. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** A request's body as text; ends the request when it is larger than `bytesMax`, compressed or not UTF-8. */
export async function readText(request: Request, bytesMax = BODY_BYTES_MAX): Promise<string> {
  const { headers } = request;
  // Compressed bodies are refused: a small one could become a large one.
  const encoding = headers.get("Content-Encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") throw new ApiFault({ reason: "body_encoded" });
  try {
    const bytes = await readBytes(request, bytesMax);
    if (bytes !== null) return utf8.decode(bytes);
  } catch {
    // Also a client that disconnected in the middle of the body.
    throw new ApiFault({ reason: "body_malformed" });
  }
  throw new ApiFault({ reason: "body_too_large" });
}

/**
 * The JSON of a request's body, whatever its content type. Ends the request when the body is over `bytesMax` (64 KiB),
 * compressed, not JSON in UTF-8, or nested deeper than 16 levels.
 */
export async function readJson(request: Request, bytesMax = BODY_BYTES_MAX): Promise<unknown> {
  return (await readJsonText(request, "", bytesMax)).json;
}

/** The same for a body whose fields are all optional: an empty body is an empty object. */
export async function readJsonIfAny(request: Request): Promise<unknown> {
  return (await readJsonText(request, "{}")).json;
}

/** The same together with the text; `empty` replaces an empty body. */
export async function readJsonText(
  request: Request,
  empty = "",
  bytesMax = BODY_BYTES_MAX,
): Promise<{ readonly text: string; readonly json: unknown }> {
  const text = await readText(request, bytesMax);
  if (deeperThan(text, DEPTH_MAX)) throw new ApiFault({ reason: "body_too_deep" });
  try {
    return { text, json: JSON.parse(text === "" ? empty : text) };
  } catch {
    throw new ApiFault({ reason: "body_malformed" });
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Whether a JSON text is nested deeper than `max`. Checked before parsing, because parsers recurse once for each level.
 * For text that is not JSON the result does not matter.
 */
export function deeperThan(text: string, max: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      for (at++; at < text.length && text.charCodeAt(at) !== QUOTE; at++) if (text.charCodeAt(at) === BACKSLASH) at++;
    } else if (char === OPEN_LIST || char === OPEN_OBJECT) {
      if (++depth > max) return true;
    } else if (char === CLOSE_LIST || char === CLOSE_OBJECT) {
      depth--;
    }
  }
  return false;
}

/**
 * The body's bytes; null when there are more than a body may have. Read from the stream, and not by a method of the
 * request: after such a call the platform keeps the request and its headers until a full collection.
 */
async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array | null> {
  const declared = declaredLength(request.headers);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  // The platform reads no more than was declared, so the end need not be read. Most bodies are one chunk.
  while (reader !== undefined && length < declared) {
    const read: { value?: unknown } = await reader.read();
    const { value } = read;
    if (!(value instanceof Uint8Array)) break;
    length += value.length;
    if (length <= bytesMax) chunks.push(value);
    else chunks.length = 0;
    if (length > DRAIN_BYTES_MAX) {
      await reader.cancel();
      break;
    }
  }
  // `wrangler dev` reads what is left of a body, which it cannot while the stream has a reader.
  reader?.releaseLock();
  if (length > bytesMax) return null;
  const [first] = chunks;
  return first?.length === length ? first : concatBytes(chunks);
}

/** The length that the client has declared, in bytes; infinite when it has not. */
function declaredLength(headers: Headers): number {
  const length = headers.get("Content-Length");
  return length !== null && DECLARED.test(length) ? Number(length) : Number.POSITIVE_INFINITY;
}
