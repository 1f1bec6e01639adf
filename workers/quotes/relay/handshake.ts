import { originOf } from "../../../protocol/http/origin.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import { type Codec, codecOfContentType } from "../../../protocol/stream/codec.ts";
import { STREAM_PATHS, type StreamName } from "../../../protocol/stream/permissions.ts";

/** Which stream an upgrade asks for, and its codec. */
export interface Handshake {
  readonly stream: StreamName;
  readonly codec: Codec;
  readonly origin: Origin;
  /** The access token of a browser's session; left out when the first frame has to say who it is. */
  readonly token?: string;
}

/** By which the gateway hands on the token of a cookie that it has verified; it takes no such header from outside. */
const TOKEN_HEADER = "x-access-token";

/** What a request's path and headers open; null when there is no such stream. */
export function readHandshake(request: { readonly url: string; readonly headers: Headers }): Handshake | null {
  const path = new URL(request.url).pathname.replace(/\/+/g, "/").replace(/\/$/, "");
  const codec = codecOfContentType(request.headers.get("Content-Type"));
  // The gateway gives every request its id.
  const origin = originOf(request.headers, request.headers.get("x-request-id") ?? "");
  const token = request.headers.get(TOKEN_HEADER);
  if (!Object.hasOwn(STREAM_PATHS, path)) return null;
  const stream = STREAM_PATHS[path];
  return stream === undefined ? null : { stream, codec, origin, ...(token === null ? {} : { token }) };
}
