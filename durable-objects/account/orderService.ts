import type { Log } from "../../protocol/log/events.ts";
import { legsFirst } from "../../domain/account/orders/cancel.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { decideCancel, decideSubmit } from "../../domain/account/entry/decide.ts";
import { decideReplace } from "../../domain/account/entry/decideReplace.ts";
import type { MarketPrices } from "../../domain/account/entry/marketPrices.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { Side } from "../../domain/order/side.ts";
import { refusedByLimit } from "../../domain/account/entry/priceLimit.ts";
import { validateReplace } from "../../domain/account/entry/validateReplace.ts";
import { entryOf } from "../../domain/account/entry/replaceRules.ts";
import type { Outcome, Refusal } from "../../domain/account/entry/refusal.ts";
import { type ReplaceTicket, type OrderTicket } from "../../domain/account/entry/ticket.ts";
import { validateOrder } from "../../domain/account/entry/validateOrder.ts";
import { type ValidatedOrder } from "../../domain/account/entry/validated.ts";
import { sessionRules, type SessionRules } from "../../domain/account/entry/sessionRules.ts";
import { calendarOf } from "../../domain/market/calendar.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { withFinestTick } from "../../domain/market/instruments.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import type { CalendarName } from "../../domain/market/phase.ts";
import type { OrderFilter, UnknownOrder } from "../../protocol/rpc/orderFilter.ts";
import type { CancelAllEntry, OrderView } from "../../protocol/rpc/account.ts";
import type { LiveOrder, OrderBookRpc } from "../../protocol/rpc/orderBook.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { bookAddress } from "../actor/namespaces.ts";
import { findByClientId, findOrder, latestOf, listGroups, listOrders, unknownBound, withLegs } from "./queries.ts";
import type { AccountStore } from "./store.ts";

type Decide<T> = (
  state: AccountState,
  now: number,
) => { readonly entries: readonly AccountEntry[]; readonly outcome: T };

/** What the service needs from its object. */
export interface OrderServicePorts {
  readonly state: () => Readonly<AccountState>;
  readonly store: AccountStore;
  /** Decides in one commit. */
  execute<T>(decide: Decide<T>): Promise<T>;
  /** Decides after timers that are due, and refuses requests to an erased account. */
  decideUnlessErased<T>(decide: Decide<Outcome<T>>): Promise<Outcome<T>>;
  /** Waits for the book's reply to the last message sent to it. */
  awaitReply(address: string): Promise<unknown>;
  book(symbol: string): Pick<OrderBookRpc, "top" | "live">;
  readonly calendar: CalendarName;
  /** The listed instruments, no older than MK-24 allows. */
  instruments(): Promise<Instruments>;
  readonly log: Log;
}

const NO_PRICES: MarketPrices = { marketPrice: null, lastPrice: null };

/**
 * Submits, replaces, cancels and lists an account's orders. Requests are decided on its state; responses wait for the
 * book.
 */
export class OrderService {
  readonly #ports: OrderServicePorts;
  /** Responses that wait for a book, by order id. */
  readonly #responses = new Map<string, Promise<OrderView>>();

  constructor(ports: OrderServicePorts) {
    this.#ports = ports;
  }

  async submit(ticket: OrderTicket, origin: Origin, validUntil: number): Promise<Outcome<OrderView>> {
    const instruments = await this.#ports.instruments();
    const read = validateOrder(ticket, instruments);
    const repeat = read.ok ? {} : { withFinestTick: validateOrder(ticket, withFinestTick(instruments)) };
    const prices = read.ok ? await this.#pricesFor(read.value) : NO_PRICES;
    const outcome = await this.#ports.decideUnlessErased((state, now) => {
      const { store } = this.#ports;
      const known = (clientOrderId: string) => findByClientId(state, store, clientOrderId);
      const order = (id: string) => findOrder(state, store, id);
      const hours = this.#hours(read.ok ? read.value.instrument.symbol : null, now);
      const late = now > validUntil;
      const facts = { ...prices, ...repeat, known, order, orderId: crypto.randomUUID(), hours, late };
      return decideSubmit(state, ticket, read, facts, origin);
    });
    if (!outcome.ok) return outcome;
    const view = await this.#response(outcome.value);
    const refusal = refusedByLimit(view, instruments);
    return refusal === null ? { ok: true, value: view } : { ok: false, refusal };
  }

  /** Replaces an order; its value is the new order after the book's reply. */
  async replace(
    orderId: string,
    ticket: ReplaceTicket,
    origin: Origin,
    validUntil: number,
  ): Promise<Outcome<OrderView>> {
    const instruments = await this.#ports.instruments();
    const prices = await this.#pricesToReplace(this.#find(orderId), ticket);
    const outcome = await this.#ports.decideUnlessErased((state, now) => {
      const { store } = this.#ports;
      const known = (clientOrderId: string) => findByClientId(state, store, clientOrderId);
      const order = findOrder(state, store, orderId);
      const hours = this.#hours(order?.symbol ?? null, now);
      const read = (old: Order) => validateReplace(old, ticket, instruments);
      const newOrderId = crypto.randomUUID();
      const facts = { ...prices, known, order, newOrderId, hours, instruments, late: now > validUntil };
      return decideReplace(state, orderId, ticket, read, facts, origin);
    });
    if (!outcome.ok) return outcome;
    const order = await this.#response(outcome.value);
    if (order.status === "rejected") return { ok: false, refusal: replaceRefusal(order, instruments) };
    return { ok: true, value: order };
  }

  async cancel(orderId: string, origin: Origin): Promise<Outcome<Order>> {
    const { store } = this.#ports;
    const outcome = await this.#ports.execute((state) =>
      decideCancel(state, orderId, (id) => store.closedOrder(id), origin),
    );
    if (!outcome.ok) return outcome;
    await this.#awaitReply(orderId);
    const order = this.#require(orderId);
    // It may have been filled before the cancel reached the book, or replaced by an order that was cancelled as well.
    const { status } = latestOf(this.#ports.state(), store, order);
    if (status === "filled" || status === "expired") {
      return { ok: false, refusal: { reason: "order_not_cancelable", status } };
    }
    return { ok: true, value: order };
  }

  async cancelAll(origin: Origin): Promise<CancelAllEntry[]> {
    const ids = legsFirst(this.#ports.state().open.values()).map(({ id }) => id);
    const outcomes = await Promise.all(ids.map((id) => this.cancel(id, origin)));
    return outcomes.map((outcome, index) => ({
      order: this.#require(ids[index] ?? ""),
      outcome: outcome.ok ? { ok: true, value: null } : outcome,
    }));
  }

  /** The orders that match the filter, or the unknown order id among its bounds. */
  async list(filter: OrderFilter): Promise<OrderView[] | UnknownOrder> {
    const [state, { store }] = [this.#ports.state(), this.#ports];
    const unknown = filter.knownIds === true ? unknownBound(state, store, filter) : null;
    if (unknown !== null) return { unknown };
    return this.live((filter.nested === true ? listGroups : listOrders)(state, store, filter));
  }

  /** Adds to open trailing stops their current best price and stop price, which only the book knows. */
  async live(orders: readonly OrderView[]): Promise<OrderView[]> {
    const trailing = orders.filter(({ id, terms }) => terms?.trigger?.kind === "trail" && this.#isOpen(id));
    if (trailing.length === 0) return [...orders];
    const symbols = [...new Set(trailing.map(({ symbol }) => symbol))];
    const known = new Map<string, LiveOrder>();
    for (const found of await Promise.all(symbols.map((symbol) => this.#liveAt(symbol, trailing)))) {
      for (const each of found) known.set(each.orderId, each);
    }
    return orders.map((order) => {
      const { stopPrice = null, best = null } = known.get(order.id) ?? {};
      return stopPrice === null ? order : { ...order, live: { stopPrice, best } };
    });
  }

  /**
   * Live prices of one symbol's orders; none when the book is unreachable, because the orders are still a valid
   * response.
   */
  async #liveAt(symbol: string, orders: readonly OrderView[]): Promise<LiveOrder[]> {
    const ids = orders.filter((order) => order.symbol === symbol).map(({ id }) => id);
    try {
      return await this.#ports.book(symbol).live(ids);
    } catch (error) {
      this.#ports.log("orders.live_unanswered", { symbol, error: String(error) });
      return [];
    }
  }

  /** The book's prices, for orders without a price of their own or with a trigger. */
  #pricesFor(ticket: ValidatedOrder): Promise<MarketPrices> {
    const { instrument, side, limitPrice, stopPrice, notional, stopLoss, orderClass } = ticket;
    if ((limitPrice ?? stopPrice) === null || notional !== null) return this.#prices(instrument.symbol, side);
    const isLive = stopPrice !== null || (orderClass === "oco" && stopLoss !== null);
    return isLive ? this.#pricesIfKnown(instrument.symbol, side) : Promise.resolve(NO_PRICES);
  }

  /**
   * The book's prices if it is reachable. Without them the trigger check is skipped; the book triggers such an order at
   * once.
   */
  async #pricesIfKnown(symbol: string, side: Side): Promise<MarketPrices> {
    try {
      return await this.#prices(symbol, side);
    } catch (error) {
      this.#ports.log("orders.prices_unanswered", { symbol, error: String(error) });
      return NO_PRICES;
    }
  }

  /**
   * The book's prices for a replace of a trailing stop, of a trigger price, or of an exit whose entry is a market
   * order.
   */
  #pricesToReplace(order: Order | undefined, { stopPrice }: ReplaceTicket): Promise<MarketPrices> {
    if (order === undefined) return Promise.resolve(NO_PRICES);
    const entry = entryOf(this.#ports.state(), order);
    if (entry?.type === "market") return this.#prices(entry.symbol, entry.side);
    if (order.terms?.trigger?.kind === "trail") return this.#prices(order.symbol, order.side);
    return stopPrice === null ? Promise.resolve(NO_PRICES) : this.#pricesIfKnown(order.symbol, order.side);
  }

  async #prices(symbol: string, side: Side): Promise<MarketPrices> {
    const { bid, ask, last } = await this.#ports.book(symbol).top();
    const touch = side === "buy" ? ask : bid;
    const lastPrice = last?.price ?? null;
    return { marketPrice: touch?.price ?? lastPrice, lastPrice };
  }

  #hours(symbol: string | null, now: number): SessionRules {
    const { calendar } = this.#ports;
    return sessionRules(symbol === null ? calendar : calendarOf(assetOf(symbol), calendar), now);
  }

  /**
   * The order after its book's reply. Concurrent repeats of one request share one response.
   */
  #response(orderId: string): Promise<OrderView> {
    const known = this.#responses.get(orderId);
    if (known !== undefined) return known;
    const response = this.#afterReply(orderId).finally(() => this.#responses.delete(orderId));
    this.#responses.set(orderId, response);
    return response;
  }

  async #afterReply(orderId: string): Promise<OrderView> {
    await this.#awaitReply(orderId);
    const order = withLegs(this.#ports.state(), this.#ports.store, { ...this.#require(orderId) });
    const [view = order] = await this.live([order]);
    return view;
  }

  /** Waits for the book's reply to the last message about the order, if it is still open. */
  async #awaitReply(orderId: string): Promise<void> {
    const open = this.#ports.state().open.get(orderId);
    if (open !== undefined) await this.#ports.awaitReply(bookAddress(open.symbol));
  }

  #isOpen(orderId: string): boolean {
    return this.#ports.state().open.has(orderId);
  }

  #find(orderId: string): Order | undefined {
    return findOrder(this.#ports.state(), this.#ports.store, orderId);
  }

  #require(orderId: string): Order {
    const order = this.#find(orderId);
    if (order === undefined) throw new Error(`order vanished: ${orderId}`);
    return order;
  }
}

/**
 * Why a book has refused a replace: price limit, post-only, or an order that is closed or differs from the account's.
 */
function replaceRefusal(order: Order, instruments: Instruments): Refusal {
  const tooFar = refusedByLimit(order, instruments);
  if (tooFar !== null) return tooFar;
  const { closeReason } = order;
  return { reason: closeReason === "post_only" ? "post_only_would_trade" : "order_not_open" };
}
