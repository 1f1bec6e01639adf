import type { Side } from "../../domain/order/side.ts";
import type { MarketEntry } from "../../domain/market/phase.ts";
import type { Market } from "../../domain/matching/market.ts";
import type { BookCommand } from "../../domain/matching/messages.ts";
import { RULES } from "../../domain/matching/rules.ts";
import { loadMarket, saveMarket } from "../../domain/matching/saved.ts";
import type { SavedMarket } from "../../domain/matching/saved.ts";
import { applyCommand, applyEntry, newMarket } from "../../domain/matching/venue.ts";
import { indicative, levels, liveOrders, resting } from "../../domain/matching/views.ts";
import type { Told } from "./naiveMarket/world.ts";
import type { View } from "./view.ts";

/** The market of the product behind the interface of the naive one. */
export class RealMarket {
  market: Market;
  #told: Told[] = [];
  readonly #out = {
    report: (owner: string, report: Told["report"]) => void this.#told.push({ owner, report }),
    trade: () => undefined,
  };

  constructor(symbol: string, rules = RULES) {
    this.market = newMarket(symbol, rules);
  }

  apply(owner: string, command: BookCommand, now: number): Told[] {
    this.#told = [];
    applyCommand(this.market, owner, command, now, this.#out);
    return this.#told;
  }

  enter(entry: MarketEntry, now: number): Told[] {
    this.#told = [];
    applyEntry(this.market, entry, now, this.#out);
    return this.#told;
  }

  /** Saves and loads the market, as a restart does. */
  reload(): void {
    this.market = loadMarket(structuredClone(saveMarket(this.market)));
  }

  /** The market as a snapshot has it. */
  saved(): SavedMarket {
    return structuredClone(saveMarket(this.market));
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
