import type { AccountId } from "../../../domain/ids.ts";
import { originOf } from "../../../protocol/http/origin.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import { type Codec, codecOfContentType } from "../../../protocol/stream/codec.ts";
import { isUuid } from "../../../protocol/wire/query.ts";
import {
  bookOfStreamPath,
  type DataFeed,
  feedOfStreamPath,
  type RelayStream,
  STREAM_PATHS,
  type StreamName,
} from "../../../protocol/stream/permissions.ts";

/** The stream that an upgrade asks for, and its codec. */
export interface Handshake<S extends StreamName = StreamName> {
  readonly stream: S;
  readonly codec: Codec;
  readonly origin: Origin;
  /** The access token of a browser's session; left out when the client authenticates by its first frame. */
  readonly token?: string;
  /** The account that the upgrade names, in its query or a header; the first frame may name another one. */
  readonly accountId?: AccountId;
  /** The subscription with which the stream of a book begins. */
  readonly begins?: OpeningMessage;
  /** The feed of a data stream; left out: the whole exchange. */
  readonly feed?: DataFeed;
}

/** A message that the stream handles after authentication, as if its client had sent it. */
export type OpeningMessage = Readonly<Record<string, unknown>>;

/** The gateway passes the token of a verified cookie in this header, and removes the header from requests. */
const TOKEN_HEADER = "x-access-token";

/** Reads the path and headers of an upgrade; null when there is no such stream. */
export function readHandshake(request: { readonly url: string; readonly headers: Headers }): Handshake | null {
  const path = new URL(request.url).pathname.replace(/\/+/g, "/").replace(/\/$/, "");
  const codec = codecOfContentType(request.headers.get("Content-Type"));
  // The gateway sets the request's id.
  const origin = originOf(request.headers, request.headers.get("x-request-id") ?? "");
  const token = request.headers.get(TOKEN_HEADER);
  const named = new URL(request.url).searchParams.get("account_id") ?? request.headers.get("X-Account-ID");
  // A text that is no id stays a name that no credential has: the client is refused.
  const accountId = named === null ? undefined : isUuid(named) ? named.toLowerCase() : "";
  const book = bookOfStreamPath(path);
  if (book === null && !Object.hasOwn(STREAM_PATHS, path)) return null;
  const stream = book === null ? STREAM_PATHS[path] : "data";
  const feed = feedOfStreamPath(path);
  return stream === undefined
    ? null
    : {
        stream,
        codec,
        origin,
        ...(token === null ? {} : { token }),
        ...(accountId === undefined ? {} : { accountId }),
        ...(feed === undefined ? {} : { feed }),
        ...(book === null ? {} : { begins: subscriptionTo(book, new URL(request.url).searchParams) }),
      };
}

const VIEWS: Readonly<Record<string, string>> = { levels: "depth", orders: "orders" };

/** The subscription that the query of a book's stream asks for. One with an unknown `view` is no valid message. */
function subscriptionTo(symbol: string, query: URLSearchParams): OpeningMessage {
  const views = query.getAll("view");
  const channels = (views.length === 0 ? ["levels"] : views).map((view) => VIEWS[view]);
  if (channels.includes(undefined)) return { action: "view" };
  const cursor = query.get("cursor");
  const message: Record<string, unknown> = { action: "subscribe" };
  for (const channel of channels) if (channel !== undefined) message[channel] = [symbol];
  if (cursor !== null) message["cursors"] = { [symbol]: cursor };
  if (query.get("heartbeats") === "true") message["heartbeats"] = true;
  const credit = query.get("credit");
  if (credit !== null) message["credit"] = Number(credit);
  return message;
}

/** The same for the streams that a relay has. */
export function readRelayHandshake(request: Parameters<typeof readHandshake>[0]): Handshake<RelayStream> | null {
  const read = readHandshake(request);
  return read === null || read.stream === "orders" ? null : { ...read, stream: read.stream };
}
