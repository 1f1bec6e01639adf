import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";

/** A report and the account it goes to. */
export interface Told {
  readonly owner: string;
  readonly report: BookReport;
}

interface NaiveOrder {
  readonly ref: number;
  readonly owner: string;
  readonly orderId: string;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly expiresAt: number | null;
  qty: number;
}

/**
 * The order book as one would explain it: a list of orders in order of arrival, searched from the start each time.
 * Slow and obvious, so that a faster book can be held against it.
 */
export class NaiveBook {
  #orders: NaiveOrder[] = [];
  #arrived = 0;
  #trades = 0;

  /** Applies one command at a time and gives the reports in order. */
  apply(owner: string, command: BookCommand, now: number): Told[] {
    const told = this.expire(now);
    if (command.kind === "new") told.push(...this.#enter(owner, command, now));
    else told.push(...this.#cancel(owner, command.orderId, now));
    return told;
  }

  /** Ends day orders whose day is over: bids before asks, best first. */
  expire(now: number): Told[] {
    const over = [...this.resting("buy"), ...this.resting("sell")].filter(
      ({ expiresAt }) => expiresAt !== null && expiresAt <= now,
    );
    this.#orders = this.#orders.filter((order) => !over.includes(order));
    return over.map(({ owner, orderId }) => ({
      owner,
      report: { kind: "closed", orderId, cause: "expired", at: now },
    }));
  }

  /** One side in the order in which it would trade. */
  resting(side: "buy" | "sell"): NaiveOrder[] {
    const worse = side === "buy" ? -1 : 1;
    return this.#orders
      .filter((order) => order.side === side)
      .sort((a, b) => worse * (a.price - b.price) || a.ref - b.ref);
  }

  #enter(owner: string, command: BookCommand & { kind: "new" }, now: number): Told[] {
    const { orderId, side, price, expiresAt } = command;
    const order: NaiveOrder = { ref: ++this.#arrived, owner, orderId, side, price, expiresAt, qty: command.qty };
    const told: Told[] = [{ owner, report: { kind: "accepted", orderId, at: now } }];
    const close = (cause: "canceled" | "expired") =>
      told.push({
        owner,
        report: { kind: "closed", orderId, cause, at: now, ...(cause === "canceled" && { reason: "unfilled" }) },
      });
    if (expiresAt !== null && expiresAt <= now) {
      close("expired");
      return told;
    }
    for (const maker of this.resting(side === "buy" ? "sell" : "buy")) {
      const acceptable = side === "buy" ? maker.price <= price : maker.price >= price;
      if (!acceptable || order.qty === 0) break;
      const qty = Math.min(order.qty, maker.qty);
      maker.qty -= qty;
      order.qty -= qty;
      const fill = { tradeId: ++this.#trades, price: maker.price, qty, at: now } as const;
      told.push({ owner: maker.owner, report: { kind: "fill", orderId: maker.orderId, ...fill, liquidity: "maker" } });
      told.push({ owner, report: { kind: "fill", orderId, ...fill, liquidity: "taker" } });
    }
    this.#orders = this.#orders.filter(({ qty }) => qty > 0);
    if (order.qty === 0) return told;
    if (command.market || command.timeInForce === "ioc") close("canceled");
    else this.#orders.push(order);
    return told;
  }

  #cancel(owner: string, orderId: string, now: number): Told[] {
    const order = this.#orders.find((resting) => resting.orderId === orderId && resting.owner === owner);
    if (order === undefined) return [];
    this.#orders.splice(this.#orders.indexOf(order), 1);
    return [{ owner, report: { kind: "closed", orderId, cause: "canceled", at: now } }];
  }
}
