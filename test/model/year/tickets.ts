/** The orders of a year: every type and class, orders for auctions and for extended hours. */
import type { OrderTicket } from "../../../domain/account/entry/ticket.ts";
import { ticketWith } from "../../../domain/account/testing.ts";
import { formatDecimal } from "../../../domain/decimal.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { requireInstrument } from "../../../domain/market/listing.ts";
import type { Session } from "../../../domain/market/phase.ts";

/** The session of the market for shares, whether it gathers orders, and how many times a usual quantity is traded. */
export interface Moment {
  readonly session: Session;
  readonly gathers: boolean;
  readonly scale: number;
}

export class Tickets {
  readonly #random: () => number;
  readonly #symbols: readonly string[];
  /** The price around which a symbol trades, in 1/10,000 dollar. */
  readonly #mid: Map<string, number>;

  constructor(symbols: readonly string[], random: () => number) {
    this.#symbols = symbols;
    this.#random = random;
    this.#mid = new Map(symbols.map((symbol) => [symbol, requireInstrument(symbol).referencePrice]));
  }

  /** Moves the prices to those of another day. */
  nextDay(): void {
    for (const [symbol, mid] of this.#mid) this.#mid.set(symbol, mid * (0.97 + 0.06 * this.#random()));
  }

  /** An order of an account that owns these lots of each symbol. */
  any(owned: (symbol: string) => number, { session, gathers, scale }: Moment): OrderTicket {
    const symbol = session === "closed" ? "BTC/USD" : this.one(this.#symbols);
    const side = owned(symbol) > 0 && this.#random() < 0.55 ? "sell" : "buy";
    const sign = side === "buy" ? 1 : -1;
    const near = (away: number) => this.price(symbol, 1 + sign * (0.004 + away) - 0.008 * this.#random());
    const isCoin = assetOf(symbol).assetClass === "crypto";
    const common = {
      symbol,
      side,
      qty: this.qty(symbol, scale),
      timeInForce: isCoin ? "gtc" : this.one(["day", "gtc"]),
    };
    const limit = { ...common, type: "limit", limitPrice: near(0) };
    if (!isCoin && gathers) return ticketWith(this.one(this.#forAuction(limit, "opg")));
    if (!isCoin && session !== "regular") return ticketWith({ ...limit, timeInForce: "day", extendedHours: true });
    const [up, down] = [this.price(symbol, 1.01), this.price(symbol, 0.99)];
    const stop = { ...common, limitPrice: null, stopPrice: side === "buy" ? up : down };
    const touch = { ...common, limitPrice: null, stopPrice: side === "buy" ? down : up };
    const exits = { takeProfit: { limitPrice: up }, stopLoss: { stopPrice: down, limitPrice: null } };
    const whole = { qty: "2", timeInForce: "gtc" } as const;
    const kinds: Partial<OrderTicket>[] = [
      limit,
      limit,
      limit,
      limit,
      { ...common, type: "market", limitPrice: null },
      { ...common, type: "market", limitPrice: null, qty: null, notional: "250", timeInForce: isCoin ? "gtc" : "day" },
      { ...limit, timeInForce: "ioc" },
      { ...limit, timeInForce: "fok" },
      { ...stop, type: "stop" },
      {
        ...stop,
        type: "stop_limit",
        limitPrice: side === "buy" ? this.price(symbol, 1.015) : this.price(symbol, 0.985),
      },
      { ...touch, type: "market_if_touched" },
      { ...common, type: "trailing_stop", limitPrice: null, trailPercent: "1" },
      ...(side === "buy"
        ? [
            { ...limit, ...whole, orderClass: "bracket", ...exits },
            { ...limit, ...whole, orderClass: "oto", takeProfit: exits.takeProfit },
          ]
        : [{ ...limit, ...whole, orderClass: "oco", limitPrice: null, ...exits }]),
      ...(isCoin ? [] : this.#forAuction(limit, "cls")),
    ];
    return ticketWith(this.one(kinds));
  }

  /** Whole shares, or a fraction of up to six decimals. */
  qty(symbol: string, scale = 1): string {
    if (this.#random() < 0.6) return String((1 + Math.floor(this.#random() * 20)) * scale);
    return formatDecimal(1 + Math.floor(this.#random() * 5_000_000), Math.min(6, assetOf(symbol).qtyDecimals));
  }

  /** A price so far from the middle, in cents. */
  price(symbol: string, factor: number): string {
    return formatDecimal(Math.max(1, Math.round(((this.#mid.get(symbol) ?? 0) * factor) / 100)) * 100, 4);
  }

  one<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)] as T;
  }

  /** A limit and a market order for an auction, in whole shares. */
  #forAuction(limit: Partial<OrderTicket>, timeInForce: "opg" | "cls"): Partial<OrderTicket>[] {
    const whole = { ...limit, qty: String(1 + Math.floor(this.#random() * 20)), timeInForce };
    return [whole, { ...whole, type: "market", limitPrice: null }];
  }
}
