/** Prices of what an account has, for the loss of the day of accounts whose owners have chosen that it counts positions. */
import { symbolsOfDay, type DayPrices } from "../../domain/account/settings/totalLoss.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import type { Log } from "../../protocol/log/events.ts";
import { marksOf } from "../../protocol/mapping/accounts.ts";
import type { OrderBookRpc } from "../../protocol/rpc/orderBook.ts";

/** A price is used for so long before its book is asked again: a stream of orders asks each book once a second. */
const FRESH_MS = 1_000;

export interface DayPricesPorts {
  readonly state: () => Readonly<AccountState>;
  book(symbol: string): Pick<OrderBookRpc, "top">;
  readonly log: Log;
}

export class DayPricesSource {
  readonly #ports: DayPricesPorts;
  #known: DayPrices = new Map();
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(ports: DayPricesPorts) {
    this.#ports = ports;
  }

  /** Whether the owner has chosen a limit that depends on prices. */
  get needed(): boolean {
    const { dailyLossLimit, dailyLossBasis } = this.#ports.state().settings;
    return dailyLossLimit !== null && dailyLossBasis === "total";
  }

  /** The prices, at most a second old. Null when a book does not answer. */
  async read(instruments: Instruments): Promise<DayPrices | null> {
    const now = Date.now();
    const symbols = symbolsOfDay(this.#ports.state(), now);
    const age = now - this.#askedAt;
    if (age >= 0 && age < FRESH_MS && symbols.every((symbol) => this.#known.has(symbol))) return this.#known;
    try {
      const rows = await Promise.all(
        symbols.map(async (symbol) => [symbol, await this.#marks(symbol, instruments)] as const),
      );
      this.#known = new Map(rows.flatMap(([symbol, marks]) => (marks === null ? [] : [[symbol, marks] as const])));
      this.#askedAt = now;
      return this.#known;
    } catch (error) {
      this.#ports.log("orders.prices_unanswered", { symbol: symbols.join(","), error: String(error) });
      return null;
    }
  }

  async #marks(symbol: string, instruments: Instruments) {
    const instrument = instruments.find(symbol);
    if (instrument === undefined) return null;
    const { price, close } = marksOf(instrument, await this.#ports.book(symbol).top());
    return { price, close };
  }
}
