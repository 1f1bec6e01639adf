import type { Side } from "../../domain/order/side.ts";
import type { MarketEntry } from "../../domain/market/phase.ts";
import type { BookState } from "../../domain/matching/bookState.ts";
import type { BookCommand } from "../../domain/matching/messages.ts";
import { RULES } from "../../domain/matching/rules.ts";
import { loadBook, saveBook } from "../../domain/matching/bookSnapshot.ts";
import type { BookSnapshot } from "../../domain/matching/bookSnapshot.ts";
import { applyCommand, applyEntry, newBook } from "../../domain/matching/orderBook.ts";
import { indicative, levels, liveOrders, resting } from "../../domain/matching/views.ts";
import type { SentReport } from "./naiveMarket/world.ts";
import type { View } from "./view.ts";

/** The real market with the interface of the naive one. */
export class RealMarket {
  market: BookState;
  #reports: SentReport[] = [];
  readonly #out = {
    report: (owner: string, report: SentReport["report"]) => void this.#reports.push({ owner, report }),
    trade: () => undefined,
  };

  constructor(symbol: string, rules = RULES) {
    this.market = newBook(symbol, rules);
  }

  apply(owner: string, command: BookCommand, now: number): SentReport[] {
    this.#reports = [];
    applyCommand(this.market, owner, command, now, this.#out);
    return this.#reports;
  }

  enter(entry: MarketEntry, now: number): SentReport[] {
    this.#reports = [];
    applyEntry(this.market, entry, now, this.#out);
    return this.#reports;
  }

  /** Saves and loads the market, as at a restart. */
  reload(): void {
    this.market = loadBook(structuredClone(saveBook(this.market)));
  }

  /** The market as a snapshot stores it. */
  saved(): BookSnapshot {
    return structuredClone(saveBook(this.market));
  }

  view(): View {
    const { phase } = this.market.status;
    const shown = (side: Side) =>
      [...resting(this.market, side)].map(({ orderId, price, qty }) => ({ orderId, price, qty }));
    const depth = (side: Side) => levels(this.market, side).map(({ price, qty }) => ({ price, qty }));
    return {
      phase,
      levels: { buy: depth("buy"), sell: depth("sell") },
      shown: { buy: shown("buy"), sell: shown("sell") },
      indicative: phase === "continuous" || phase === "closed" ? null : indicative(this.market),
      alive: new Map([...liveOrders(this.market)].map(({ orderId, leaves }) => [orderId, leaves])),
      sequence: this.market.sequence,
      status: this.market.status,
    };
  }
}
