/** MessagePack elements of the depth channels, which a book encodes once for all subscribers. */
import { Packr } from "msgpackr";
import { depthChecksum, queueChecksum, type Sides } from "../../domain/matching/depth/checksum.ts";
import type { DepthOrder, OrderEvent } from "../../domain/matching/depth/orders.ts";
import type { Level } from "../../domain/matching/views.ts";
import { CHANNELS } from "../stream/channels.ts";
import type { DepthElement, DepthEvent, DepthLevel } from "../stream/depth.ts";
import { priceNumber, sizeNumber } from "./tradesAndQuotes.ts";

const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: "number" });

/** Where an element stands in the book's sequence. */
export interface DepthPosition {
  readonly symbol: string;
  readonly at: number;
  readonly sequence: number;
  /** Sequence of the element before; null for a snapshot. */
  readonly previous: number | null;
  /** A snapshot takes the place of changes that are no longer stored. */
  readonly replaces?: true;
}

/** A `T:"depth"` element: `rows` are the changes or, in a snapshot, `book`, which is what they lead to. */
export function encodeLevels(position: DepthPosition, rows: Sides<Level>, book: Sides<Level>): Uint8Array {
  const row = ({ price, qty }: Level): DepthLevel => ({ p: priceNumber(price), s: sizeNumber(position.symbol, qty) });
  const { head, seq } = partsOf(position, CHANNELS.depth.code);
  return pack({ ...head, b: rows.bids.map(row), a: rows.asks.map(row), checksum: depthChecksum(book), seq });
}

/** A `T:"orders"` element, in the same way. */
export function encodeOrders(position: DepthPosition, rows: Sides<OrderEvent>, book: Sides<DepthOrder>): Uint8Array {
  const row = ({ kind, order: { ref, price, qty } }: OrderEvent): DepthEvent => ({
    e: kind,
    id: ref,
    p: priceNumber(price),
    s: kind === "delete" ? 0 : sizeNumber(position.symbol, qty),
  });
  const { head, seq } = partsOf(position, CHANNELS.orders.code);
  const checksums = { checksum: depthChecksum(book), queue: queueChecksum(book) };
  return pack({ ...head, b: rows.bids.map(row), a: rows.asks.map(row), ...checksums, seq });
}

/** An element that a relay has put together of those of a book. */
export function encodeDepthElement(element: DepthElement): Uint8Array {
  return pack(element);
}

function partsOf({ symbol, at, sequence, previous, replaces }: DepthPosition, code: string) {
  const kind = previous === null ? ({ r: true } as const) : { prev: previous };
  const reason = replaces === true ? ({ reason: "cursor_too_old" } as const) : {};
  return { head: { T: code, S: symbol, t: new Date(at), ...kind, ...reason }, seq: sequence };
}

/** A copy, because the packer's result is a view of a larger buffer. */
function pack(element: DepthElement): Uint8Array {
  return Uint8Array.from(packr.pack(element) as Uint8Array);
}
