/**
 * The links on which books send segments (protocol/rpc/segmentLink.ts). They are no hibernating sockets: a message costs
 * less, and a relay that gets segments is awake. The book closes a link when it is quiet.
 */
import type { MarketSegment } from "../../../protocol/rpc/orderBook.ts";
import { decodeSegmentMessage, RECEIVED_EVERY_MS, SEGMENTS_RECEIVED } from "../../../protocol/rpc/segmentLink.ts";
import { CLOSE_NORMAL, CLOSE_POLICY } from "./closeCodes.ts";

/** Answers a book that opens a link. `push` returns whether the relay has subscribers of the book. */
export function acceptBookLink(push: (segment: MarketSegment) => boolean): Response {
  const { 0: book, 1: link } = new WebSocketPair();
  link.accept();
  link.binaryType = "arraybuffer";
  let saidAt = 0;
  link.addEventListener("message", ({ data }) => {
    const segment = typeof data === "string" ? null : read(data as ArrayBuffer);
    if (segment === null) return link.close(CLOSE_POLICY, "no segment");
    // The book then calls, and is answered that it has no subscribers here.
    if (!push(segment)) return link.close(CLOSE_NORMAL, "no subscribers");
    const now = Date.now();
    if (now - saidAt < RECEIVED_EVERY_MS) return;
    saidAt = now;
    link.send(SEGMENTS_RECEIVED);
  });
  // Answers the book's close frame, so that this object can sleep.
  link.addEventListener("close", () => link.close());
  return new Response(null, { status: 101, webSocket: book });
}

function read(bytes: ArrayBuffer): MarketSegment | null {
  try {
    return decodeSegmentMessage(bytes);
  } catch {
    return null;
  }
}
