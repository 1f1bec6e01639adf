import type { Log } from "../../protocol/log/events.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { MarketPrices } from "../../domain/market/marketPrices.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { Side } from "../../domain/order/side.ts";
import type { ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import type { ValidatedOrder } from "../../domain/account/entry/validated.ts";
import { entryOf } from "../../domain/account/entry/replaceRules.ts";
import type { BookTop, OrderBookRpc } from "../../protocol/rpc/orderBook.ts";

export const NO_PRICES: MarketPrices = { marketPrice: null, lastPrice: null };

/** The prices for an order of this side. */
export function pricesOf({ bid, ask, last, feed }: BookTop, side: Side): MarketPrices {
  const touch = side === "buy" ? ask : bid;
  const lastPrice = last?.price ?? null;
  const prices = { marketPrice: touch?.price ?? lastPrice, lastPrice };
  return feed === undefined || feed.state === "live" ? prices : { ...prices, stale: true };
}

export interface BookPricesPorts {
  readonly state: () => Readonly<AccountState>;
  book(symbol: string): Pick<OrderBookRpc, "top">;
  readonly log: Log;
}

/** The prices of books that commands of one call are decided with. Each book is asked at most once. */
export class BookPrices {
  readonly #ports: BookPricesPorts;
  readonly #tops = new Map<string, Promise<BookTop>>();

  constructor(ports: BookPricesPorts) {
    this.#ports = ports;
  }

  /**
   * The prices for an order without a price of its own or with a trigger. Null when the book must be asked and cannot
   * be reached.
   */
  toSubmit(ticket: ValidatedOrder): MarketPrices | Promise<MarketPrices | null> {
    const { instrument, side, limitPrice, stopPrice, notional, stopLoss, orderClass } = ticket;
    if ((limitPrice ?? stopPrice) === null || notional !== null) return this.#required(instrument.symbol, side);
    const isLive = stopPrice !== null || (orderClass === "oco" && stopLoss !== null);
    return isLive ? this.#ifKnown(instrument.symbol, side) : NO_PRICES;
  }

  /**
   * The prices for a replace of a trailing stop, of a trigger price, or of an exit whose entry is a market order. Null
   * when the book must be asked and cannot be reached.
   */
  toReplace(order: Order | undefined, { stopPrice }: ReplaceTicket): MarketPrices | Promise<MarketPrices | null> {
    if (order === undefined) return NO_PRICES;
    const entry = entryOf(this.#ports.state(), order);
    if (entry?.type === "market") return this.#required(entry.symbol, entry.side);
    if (order.terms?.trigger?.kind === "trail") return this.#required(order.symbol, order.side);
    return stopPrice === null ? NO_PRICES : this.#ifKnown(order.symbol, order.side);
  }

  /**
   * Without prices the trigger check is skipped: the book triggers such an order at once.
   */
  async #ifKnown(symbol: string, side: Side): Promise<MarketPrices> {
    return (await this.#required(symbol, side)) ?? NO_PRICES;
  }

  async #required(symbol: string, side: Side): Promise<MarketPrices | null> {
    try {
      return pricesOf(await this.#top(symbol), side);
    } catch (error) {
      this.#ports.log("orders.prices_unanswered", { symbol, error: String(error) });
      return null;
    }
  }

  #top(symbol: string): Promise<BookTop> {
    const asked = this.#tops.get(symbol) ?? this.#ports.book(symbol).top();
    this.#tops.set(symbol, asked);
    return asked;
  }
}
