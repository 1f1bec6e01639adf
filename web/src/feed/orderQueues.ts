/**
 * The displayed orders of a book in the order in which they trade, built from the elements of channel `orders` and
 * verified with both checksums of each. They tell how much is ahead of the account's own orders.
 */
import { crc32 } from "../../../domain/crc32.ts";
import { CHECKED_LEVELS, digits, PRICE_DECIMALS, quantityDecimals } from "./book.ts";
import type { OwnPlace } from "./messages.ts";

interface OrderEvent {
  readonly e: "add" | "modify" | "delete";
  readonly id: number;
  readonly p: number;
  readonly s: number;
}

/** An element of channel `orders`. */
export interface OrdersElement {
  readonly r?: true;
  readonly prev?: number;
  readonly seq: number;
  readonly checksum: number;
  readonly queue: number;
  readonly b: readonly OrderEvent[];
  readonly a: readonly OrderEvent[];
}

/** Names orders of the account; it comes before the element that adds them. */
export interface OwnOrdersElement {
  readonly own: readonly { readonly id: number; readonly order_id: string }[];
}

/** By price, the orders in their queue: a Map keeps the order in which its keys were added. */
type Side = Map<number, Map<number, number>>;

/** More than an account may have open in one book. */
const NAMES_KEPT = 2_000;

export class OrderQueues {
  readonly #bids: Side = new Map();
  readonly #asks: Side = new Map();
  /** Order ids of the account by ref. */
  readonly #own = new Map<number, string>();
  readonly #qtyDecimals: number;
  #seq: number | null = null;
  #verified = false;

  constructor(symbol: string) {
    this.#qtyDecimals = quantityDecimals(symbol);
  }

  get verified(): boolean {
    return this.#verified;
  }

  /** Keeps which orders are the account's own. */
  name({ own }: OwnOrdersElement): void {
    for (const { id, order_id: orderId } of own) this.#own.set(id, orderId);
    const [oldest] = this.#own.keys();
    if (this.#own.size > NAMES_KEPT && oldest !== undefined) this.#own.delete(oldest);
  }

  /** Applies an element. "gap" and "wrong checksum": the copy is worthless now, and a snapshot is needed. */
  apply(element: OrdersElement): "applied" | "old" | "gap" | "wrong checksum" {
    if (element.r === true) {
      this.#bids.clear();
      this.#asks.clear();
    } else if (this.#seq === null || (element.prev ?? 0) > this.#seq) return "gap";
    else if (element.seq <= this.#seq) return "old";
    this.#change(this.#bids, element.b);
    this.#change(this.#asks, element.a);
    this.#seq = element.seq;
    const [checksum, queue] = this.#checksums();
    this.#verified = checksum === element.checksum && queue === element.queue;
    return this.#verified ? "applied" : "wrong checksum";
  }

  /** The account's displayed orders with what is ahead of each. */
  own(): readonly OwnPlace[] {
    if (this.#own.size === 0) return [];
    return [...this.#placesOf("buy", this.#bids), ...this.#placesOf("sell", this.#asks)];
  }

  #placesOf(side: OwnPlace["side"], levels: Side): OwnPlace[] {
    const places: OwnPlace[] = [];
    for (const [price, orders] of levels) {
      let ahead = 0;
      let ordersAhead = 0;
      for (const [ref, size] of orders) {
        const orderId = this.#own.get(ref);
        if (orderId !== undefined) places.push({ orderId, side, price, size, ahead, ordersAhead });
        ahead += size;
        ordersAhead++;
      }
    }
    return places;
  }

  #change(levels: Side, events: readonly OrderEvent[]): void {
    for (const { e: kind, id, p: price, s: size } of events) {
      const orders = levels.get(price) ?? new Map<number, number>();
      // The name of a deleted order stays: one that has lost its place is added again and not named again.
      if (kind === "delete") orders.delete(id);
      else orders.set(id, size);
      if (orders.size === 0) levels.delete(price);
      else levels.set(price, orders);
    }
  }

  #checksums(): readonly [checksum: number, queue: number] {
    const best = [...covered(this.#asks, 1), ...covered(this.#bids, -1)];
    const text = best.map(([, price, size]) => digits(price, PRICE_DECIMALS) + digits(size, this.#qtyDecimals));
    return [crc32(text.join("")), crc32(best.map(([ref]) => ref).join(","))];
  }
}

/** The orders at the best prices of a side. `sign`: 1 for asks, whose best price is the lowest. */
function covered(levels: Side, sign: 1 | -1): (readonly [ref: number, price: number, size: number])[] {
  return [...levels.keys()]
    .sort((one, two) => sign * (one - two))
    .slice(0, CHECKED_LEVELS)
    .flatMap((price) => [...(levels.get(price) ?? [])].map(([ref, size]) => [ref, price, size] as const));
}
