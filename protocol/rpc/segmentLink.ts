/**
 * The link of a book to a relay: a WebSocket on which the book sends each segment as a binary message. A message costs
 * half of a call. The relay closes the link when it has no subscriber of the book, and says now and then that it still
 * receives. What is lost on a link shows by the sequences of the segments, as with calls.
 */
import { Packr } from "msgpackr";
import type { MarketSegment } from "./orderBook.ts";

const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: "number" });

/** No path of a client: the quotes worker passes on upgrades of streams only. */
const PATH = "/segments";

/** Where a book opens a link. A relay of an earlier release answers 404. */
export const SEGMENT_LINK_URL = `http://relay${PATH}`;

/** Whether a request is a book that opens a link. */
export function opensSegmentLink({ url }: { readonly url: string }): boolean {
  return new URL(url).pathname === PATH;
}

/** What the relay sends: it has received segments. */
export const SEGMENTS_RECEIVED = "received";

/** The relay says so at a segment, at most this often. */
export const RECEIVED_EVERY_MS = 1_000;

export function encodeSegment(segment: MarketSegment): Uint8Array {
  return packr.pack(segment) as Uint8Array;
}

/** Reads a message of a book. Throws when it is none. */
export function decodeSegmentMessage(bytes: ArrayBuffer): MarketSegment {
  const segment = packr.unpack(new Uint8Array(bytes)) as MarketSegment | undefined;
  if (typeof segment?.symbol !== "string") throw new Error("no segment");
  return segment;
}
