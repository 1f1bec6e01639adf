import type { Side } from "../account/order.ts";

/**
 * A limit order book with strict price-time priority: best price first, at one price the oldest first, trades at the
 * resting order's price. Integers only. Correct and simple: sorted arrays of price levels, each a queue.
 */

export interface RestingOrder {
  /** The book's own number of the order; grows with arrival. */
  readonly ref: number;
  readonly side: Side;
  readonly price: number;
  /** Address of the account that sent it, and the account's id for it. */
  readonly owner: string;
  readonly orderId: string;
  readonly expiresAt: number | null;
  /** What is left of it, in lots. */
  qty: number;
}

export interface Level {
  readonly price: number;
  qty: number;
  readonly orders: RestingOrder[];
}

/** One match: `qty` lots of the resting order `maker`, at its price. */
export interface Match {
  readonly maker: RestingOrder;
  readonly qty: number;
}

export class PriceTimeBook {
  /** Best first: bids from the highest price down, asks from the lowest up. */
  readonly #levels: Record<Side, Level[]> = { buy: [], sell: [] };
  readonly #byRef = new Map<number, RestingOrder>();

  /** Number of resting orders. */
  get size(): number {
    return this.#byRef.size;
  }

  /** Price levels of one side, best first. */
  levels(side: Side): readonly Level[] {
    return this.#levels[side];
  }

  best(side: Side): Level | null {
    return this.#levels[side][0] ?? null;
  }

  get(ref: number): RestingOrder | undefined {
    return this.#byRef.get(ref);
  }

  /**
   * Trades up to `qty` lots of an incoming order of `side` against the other side, no worse than `limit`.
   * Gives the matches in order; makers are already reduced (`maker.qty` is what is left) and removed when empty.
   */
  take(side: Side, limit: number, qty: number): Match[] {
    const levels = this.#levels[side === "buy" ? "sell" : "buy"];
    const matches: Match[] = [];
    let left = qty;
    while (left > 0) {
      const level = levels[0];
      const maker = level?.orders[0];
      if (level === undefined || maker === undefined || !reaches(side, limit, level.price)) break;
      const traded = Math.min(left, maker.qty);
      maker.qty -= traded;
      level.qty -= traded;
      left -= traded;
      if (maker.qty === 0) this.#removeAt(levels, 0, level, 0);
      matches.push({ maker, qty: traded });
    }
    return matches;
  }

  /** Lets an order rest behind those already at its price. It must not cross: call `take` first. */
  rest(order: RestingOrder): void {
    const opposite = this.best(order.side === "buy" ? "sell" : "buy");
    if (opposite !== null && reaches(order.side, order.price, opposite.price)) {
      throw new Error(`order ${order.ref} would cross the book`);
    }
    const levels = this.#levels[order.side];
    const at = findLevel(levels, order.side, order.price);
    const level = levels[at];
    if (level !== undefined && level.price === order.price) {
      level.orders.push(order);
      level.qty += order.qty;
    } else {
      levels.splice(at, 0, { price: order.price, qty: order.qty, orders: [order] });
    }
    this.#byRef.set(order.ref, order);
  }

  /** Removes a resting order and gives it; undefined when it does not rest. */
  remove(ref: number): RestingOrder | undefined {
    const order = this.#byRef.get(ref);
    if (order === undefined) return undefined;
    const levels = this.#levels[order.side];
    const at = findLevel(levels, order.side, order.price);
    const level = levels[at];
    if (level === undefined || level.price !== order.price) throw new Error(`order ${ref} has no level`);
    level.qty -= order.qty;
    this.#removeAt(levels, at, level, level.orders.indexOf(order));
    return order;
  }

  /** Every resting order of one side in priority order. */
  *resting(side: Side): Generator<RestingOrder> {
    for (const level of this.#levels[side]) yield* level.orders;
  }

  #removeAt(levels: Level[], levelAt: number, level: Level, orderAt: number): void {
    const [order] = level.orders.splice(orderAt, 1);
    if (order === undefined) throw new Error("no such order in its level");
    this.#byRef.delete(order.ref);
    if (level.orders.length === 0) levels.splice(levelAt, 1);
  }
}

/** Whether an order of `side` with this limit may trade at `price`. */
function reaches(side: Side, limit: number, price: number): boolean {
  return side === "buy" ? limit >= price : limit <= price;
}

/** Index of the level with this price, or where it belongs (binary search, best first). */
function findLevel(levels: readonly Level[], side: Side, price: number): number {
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const level = levels[middle];
    if (level === undefined) break;
    const better = side === "buy" ? level.price > price : level.price < price;
    if (better) low = middle + 1;
    else high = middle;
  }
  return low;
}
