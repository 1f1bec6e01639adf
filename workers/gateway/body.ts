import { ApiFault } from "./faults.ts";

/** No request of the API comes near: an order with every field is under 1 KiB. */
const BODY_BYTES_MAX = 64 * 1024;

/**
 * The JSON of a request's body, whatever its content type says. Ends the request when the body is over 64 KiB, declared
 * or not, or is no JSON in UTF-8.
 */
export async function readJson(request: Request): Promise<unknown> {
  const declared = Number(request.headers.get("Content-Length") ?? 0);
  if (declared > BODY_BYTES_MAX) throw new ApiFault({ reason: "body_too_large" });
  try {
    return JSON.parse(await readText(request));
  } catch (error) {
    throw error instanceof ApiFault ? error : new ApiFault({ reason: "body_malformed" });
  }
}

async function readText(request: Request): Promise<string> {
  if (request.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const reader = request.body.getReader();
  let text = "";
  let length = 0;
  for (;;) {
    const read: { value?: unknown } = await reader.read();
    const { value } = read;
    if (!(value instanceof Uint8Array)) return text + decoder.decode();
    length += value.length;
    if (length > BODY_BYTES_MAX) {
      await reader.cancel();
      throw new ApiFault({ reason: "body_too_large" });
    }
    text += decoder.decode(value, { stream: true });
  }
}
