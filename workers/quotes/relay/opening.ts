import { originOf } from "../../../protocol/origin.ts";
import type { Origin } from "../../../protocol/rpc.ts";
import type { Codec } from "../../../protocol/streamCodec.ts";
import { codecOfContentType } from "../../../protocol/streamCodec.ts";
import { FEEDS } from "../../../protocol/streamData.ts";

/** Which stream an upgrade asks for, and its codec. */
export interface Opening {
  readonly stream: "trading" | "data";
  readonly codec: Codec;
  readonly origin: Origin;
}

/** What a request's path and headers open; null when there is no such stream. */
export function openingOf(request: { readonly url: string; readonly headers: Headers }): Opening | null {
  const path = new URL(request.url).pathname.replace(/\/+/g, "/").replace(/\/$/, "");
  const codec = codecOfContentType(request.headers.get("Content-Type"));
  // The gateway gives every request its id.
  const origin = originOf(request.headers, request.headers.get("x-request-id") ?? "");
  if (path === "/stream") return { stream: "trading", codec, origin };
  const feed = /^\/v2\/([^/]+)$/.exec(path)?.[1];
  return feed !== undefined && FEEDS.includes(feed) ? { stream: "data", codec, origin } : null;
}
