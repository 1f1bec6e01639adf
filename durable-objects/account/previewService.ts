/** Previews of orders: what they would do, read from the live book. */
import { NO_ORDER_ID } from "../../domain/account/entry/orderFacts.ts";
import { previewOrder, type OrderPreview } from "../../domain/account/entry/preview.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import { validateOrder } from "../../domain/account/entry/validateOrder.ts";
import { withPlanLimits } from "../../domain/account/settings/planLimits.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { calendarOf } from "../../domain/market/calendar.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import type { CalendarName } from "../../domain/market/phase.ts";
import { sessionRules } from "../../domain/market/sessionRules.ts";
import type { PlanLimits } from "../../domain/risk/limits.ts";
import { NO_PRICES, pricesOf } from "./bookPrices.ts";
import { DayPricesSource } from "./dayPrices.ts";
import type { Log } from "../../protocol/log/events.ts";
import type { OrderBookRpc } from "../../protocol/rpc/orderBook.ts";
import { BoundedCalls } from "../actor/boundedCalls.ts";
import { BOOK_PRICES_TIMEOUT_MS } from "../actor/limits.ts";

/** Price levels of each side that an order is walked through; what lies beyond counts as not there. */
const LEVELS_MAX = 200;

export interface PreviewServicePorts {
  readonly state: () => AccountState;
  readonly calendar: CalendarName;
  /** The listed instruments, no older than MK-24 allows. */
  instruments(): Promise<Instruments>;
  /** The limits of the owner's plan, which an order would meet (RK-14); null while they are not known. */
  planLimits(): PlanLimits | null;
  depth(symbol: string): Pick<OrderBookRpc, "depth">;
  readonly log: Log;
}

export class PreviewService {
  readonly #ports: PreviewServicePorts;
  readonly #calls = new BoundedCalls();
  readonly #dayPrices: DayPricesSource;

  constructor(ports: PreviewServicePorts) {
    this.#ports = ports;
    const top = (symbol: string) =>
      this.#calls.within(BOOK_PRICES_TIMEOUT_MS, "no answer in time", () => topOf(symbol));
    const topOf = async (symbol: string) => (await ports.depth(symbol).depth(1)).top;
    const { state, log } = ports;
    this.#dayPrices = new DayPricesSource({ state, log, book: (symbol) => ({ top: () => top(symbol) }) });
  }

  /**
   * Null when the account was never opened. One read of one book, and of those of all positions if the daily loss limit
   * counts them.
   */
  async preview(ticket: OrderTicket): Promise<OrderPreview | null> {
    const { calendar } = this.#ports;
    const instruments = await this.#ports.instruments();
    const read = validateOrder(ticket, instruments);
    const symbol = read.ok ? read.value.instrument.symbol : null;
    const depth = symbol === null ? null : await this.#depth(symbol);
    const dayPrices = this.#dayPrices.needed ? await this.#dayPrices.read(instruments) : null;
    const state = withPlanLimits(this.#ports.state(), this.#ports.planLimits());
    if (state.accountId === "") return null;
    const own = read.ok ? calendarOf(read.value.instrument, calendar) : calendar;
    const side = read.ok ? read.value.side : "sell";
    const prices = depth === null ? NO_PRICES : pricesOf(depth.top, side);
    const facts = { ...prices, hours: sessionRules(own, Date.now()), orderId: NO_ORDER_ID };
    return previewOrder(state, read, dayPrices === null ? facts : { ...facts, dayPrices }, depth);
  }

  async #depth(symbol: string) {
    try {
      const book = this.#ports.depth(symbol);
      return await this.#calls.within(BOOK_PRICES_TIMEOUT_MS, "no answer in time", () => book.depth(LEVELS_MAX));
    } catch (error) {
      this.#ports.log("orders.prices_unanswered", { symbol, error: String(error) });
      return null;
    }
  }
}
