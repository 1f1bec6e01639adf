/**
 * Elements of the depth channels. The first one of a symbol, with `r`, is the book; each one after it changes the book
 * and has the checksum of the result. An element applies to a book whose `seq` is `prev` or later, and older than its
 * own; when `prev` is later than the book's `seq`, something is missing.
 */
import * as z from "zod";
import { time } from "../wire/primitives.ts";

const level = z.object({
  p: z.number().meta({ description: "price" }),
  s: z.number().meta({ description: "quantity; 0: nothing is displayed at this price any more" }),
});

const event = z.object({
  e: z.enum(["add", "modify", "delete"]).meta({
    description: "add: at the end of the queue of its price; modify: another quantity, in the same place",
  }),
  id: z.int().meta({ description: "ref of the order, as in `GET /v1/books/{symbol}?view=orders`" }),
  p: z.number(),
  s: z.number().meta({ description: "quantity; 0 when it is deleted" }),
});

type Head<T extends string> = { readonly T: z.ZodLiteral<T>; readonly S: z.ZodString };

const common = {
  t: time,
  r: z.literal(true).optional().meta({ description: "a snapshot: forget the book, and begin with this one" }),
  reason: z
    .literal("cursor_too_old")
    .optional()
    .meta({ description: "why a client that resumes gets a snapshot: changes after its cursor are no longer stored" }),
  prev: z
    .int()
    .optional()
    .meta({ description: "`seq` of the element before; 0 after a restart of the book; a snapshot has none" }),
  checksum: z.int().meta({ description: "CRC-32 of the best ten prices of each side, as Kraken's API v2 defines it" }),
};

export const depthSchema = <T extends string>(head: Head<T>, seq: z.ZodInt) =>
  z.object({ ...head, ...common, b: z.array(level), a: z.array(level), seq }).meta({ id: "StreamDepth" });

export const orderbookSchema = <T extends string>(head: Head<T>, seq: z.ZodInt) =>
  z.object({ ...head, ...common, b: z.array(level), a: z.array(level), seq }).meta({ id: "StreamOrderbook" });

export const orderDepthSchema = <T extends string>(head: Head<T>, seq: z.ZodInt) =>
  z
    .object({
      ...head,
      ...common,
      queue: z.int().meta({
        description: "CRC-32 of the refs of the orders that `checksum` covers: asks, then bids, joined by commas",
      }),
      b: z.array(event),
      a: z.array(event),
      seq,
    })
    .meta({ id: "StreamOrderDepth" });

/**
 * Orders of the subscriber's own account; nobody else gets this element. It comes before the elements that add them, or
 * when an order in its place has got another id.
 */
export const ownOrdersSchema = z
  .object({
    T: z.literal("own_orders"),
    S: z.string(),
    own: z.array(z.object({ id: z.int().meta({ description: "ref of the order" }), order_id: z.string() })),
  })
  .meta({ id: "StreamOwnOrders", description: "which orders of the channel `orders` are the account's own" });

/** A price level of an element. */
export interface DepthLevel {
  readonly p: number;
  readonly s: number;
}
/** An event of an order. */
export interface DepthEvent extends DepthLevel {
  readonly e: "add" | "modify" | "delete";
  readonly id: number;
}
/** An element of a depth channel as clients read it; `t` is text in JSON, a Date in MessagePack. */
export interface DepthElement<Row extends DepthLevel = DepthLevel> {
  readonly T: string;
  readonly S: string;
  readonly t: Date | string;
  readonly r?: true;
  readonly reason?: "cursor_too_old";
  readonly prev?: number;
  readonly b: readonly Row[];
  readonly a: readonly Row[];
  readonly checksum: number;
  /** Of orders only. */
  readonly queue?: number;
  readonly seq: number;
}
/** The refs and ids of orders. */
export type OwnOrders = readonly { readonly id: number; readonly order_id: string }[];
