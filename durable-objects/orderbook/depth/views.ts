/** What each depth channel reads of a book, and how it is encoded. */
import type { Sides } from "../../../domain/matching/depth/checksum.ts";
import { levelChanges, readLevels } from "../../../domain/matching/depth/levels.ts";
import { type DepthOrder, type OrderEvent, orderEvents, readOrders } from "../../../domain/matching/depth/orders.ts";
import type { BookState } from "../../../domain/matching/bookState.ts";
import type { Level } from "../../../domain/matching/views.ts";
import { type DepthPosition, encodeLevels, encodeOrders } from "../../../protocol/mapping/depth.ts";
import type { DepthPart } from "../../../protocol/rpc/orderBook.ts";

/**
 * Published rows of a side: the best ones, in levels or in orders. They bound what a window costs, which reads them
 * all, and a snapshot to some 50 KB.
 */
export const DEPTH_ROWS_MAX = 1_000;

/** A reading of the book, and what leads from one to the next. */
export interface DepthView<Row, Change> {
  read(state: Readonly<BookState>): Sides<Row>;
  changes(before: Sides<Row>, after: Sides<Row>): Sides<Change>;
  /** The changes that put together a book from nothing. */
  whole(book: Sides<Row>): Sides<Change>;
  encode(position: DepthPosition, changes: Sides<Change>, book: Sides<Row>): Uint8Array;
  /** The order that a change adds or modifies, and the one that it removes. */
  present(change: Change): DepthOrder | null;
  deleted(change: Change): DepthOrder | null;
}

const levels: DepthView<Level, Level> = {
  read: (state) => readLevels(state, DEPTH_ROWS_MAX),
  changes: (before, after) => ({
    bids: levelChanges(before.bids, after.bids, "buy"),
    asks: levelChanges(before.asks, after.asks, "sell"),
  }),
  whole: (book) => book,
  encode: encodeLevels,
  present: () => null,
  deleted: () => null,
};

const orders: DepthView<DepthOrder, OrderEvent> = {
  read: (state) => readOrders(state, DEPTH_ROWS_MAX),
  changes: (before, after) => ({
    bids: orderEvents(before.bids, after.bids, "buy"),
    asks: orderEvents(before.asks, after.asks, "sell"),
  }),
  whole: ({ bids, asks }) => ({
    bids: bids.map((order) => ({ kind: "add", order })),
    asks: asks.map((order) => ({ kind: "add", order })),
  }),
  encode: encodeOrders,
  present: ({ kind, order }) => (kind === "delete" ? null : order),
  deleted: ({ kind, order }) => (kind === "delete" ? order : null),
};

export const DEPTH_VIEWS = { depth: levels, orders } as const satisfies Record<DepthPart, unknown>;
