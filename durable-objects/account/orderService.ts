import { decideAllOrNone, decideEach } from "../../domain/account/entry/decideBatch.ts";
import type { Closing } from "../../domain/account/entry/closing.ts";
import { refusedByLimit } from "../../domain/account/entry/priceLimit.ts";
import type { Outcome, Refusal } from "../../domain/account/entry/refusal.ts";
import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import { CASH, owned } from "../../domain/account/ledger/ledger.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import type { LiveOrder, OrderBookRpc } from "../../protocol/rpc/orderBook.ts";
import { COMMANDS_MAX } from "../../protocol/rpc/orderCommands.ts";
import type { CommandOptions, CommandOutcome, OrderCommand } from "../../protocol/rpc/orderCommands.ts";
import type { OrderFilter, UnknownOrder } from "../../protocol/rpc/orderFilter.ts";
import type { CancelAllEntry, ClosedPosition, OrderView } from "../../protocol/rpc/orderViews.ts";
import { BoundedCalls } from "../actor/boundedCalls.ts";
import { BOOK_PRICES_TIMEOUT_MS } from "../actor/limits.ts";
import { CallSequences } from "./callSequences.ts";
import { type AccountCommand, CommandRequests, type CommandRequestsPorts, nameOf } from "./commandRequests.ts";
import { findOrder, latestOf, listGroups, listOrders, unknownBound, withLegs } from "./queries.ts";

/** What the service needs from its object. */
export interface OrderServicePorts extends CommandRequestsPorts {
  /** Decides commands in one commit, after timers that are due. `apply` applies entries before the next decision. */
  decideCommands<T>(
    decide: (state: Readonly<AccountState>, now: number, apply: Apply) => T,
    decisions: number,
  ): Promise<T>;
  /** Waits for the reply of a symbol's book to the last message sent to it. */
  awaitReply(symbol: string): Promise<unknown>;
  book(symbol: string): Pick<OrderBookRpc, "top" | "live">;
}

type Apply = (entries: readonly AccountEntry[]) => void;

/** The outcome of a command, also of a cancel with its order. */
type Answer = Outcome<OrderView | readonly CancelAllEntry[]>;

/**
 * Submits, replaces, cancels and lists an account's orders. Commands are decided on its state; responses wait for the
 * books.
 */
export class OrderService {
  readonly #ports: OrderServicePorts;
  readonly #requests: CommandRequests;
  readonly #sequences = new CallSequences();
  /** Orders that cancels of all under way have named. */
  readonly #canceling = new Set<string>();

  constructor(ports: OrderServicePorts) {
    // A book that hangs must not hold back what follows on a connection.
    const calls = new BoundedCalls();
    const within = <T>(call: () => Promise<T>) => calls.within(BOOK_PRICES_TIMEOUT_MS, "no answer in time", call);
    const book: OrderServicePorts["book"] = (symbol) => {
      const asked = ports.book(symbol);
      return { top: () => within(() => asked.top()), live: (ids) => within(() => asked.live(ids)) };
    };
    this.#ports = { ...ports, book };
    this.#requests = new CommandRequests(this.#ports);
  }

  submit(ticket: OrderTicket, origin: Origin, validUntil: number): Promise<Outcome<OrderView>> {
    return this.#single({ kind: "place", ticket }, origin, validUntil);
  }

  /** Replaces an order; its value is the new order after the book's reply. */
  replace(orderId: string, ticket: ReplaceTicket, origin: Origin, validUntil: number): Promise<Outcome<OrderView>> {
    return this.#single({ kind: "replace", orderId, ticket }, origin, validUntil);
  }

  cancel(orderId: string, origin: Origin): Promise<Outcome<Order>> {
    return this.#single({ kind: "cancel", orderId }, origin, Number.POSITIVE_INFINITY);
  }

  async cancelAll(origin: Origin): Promise<CancelAllEntry[]> {
    const [outcome] = await this.#run([{ kind: "cancel_all" }], { allOrNone: false }, origin, Number.POSITIVE_INFINITY);
    if (outcome?.ok !== true) throw new Error("a cancel of all orders was refused");
    return outcome.value as CancelAllEntry[];
  }

  /**
   * Closes a position by a market order. `cancelOrders`: first cancels the open orders of its symbol, and waits for the
   * book as long as a cancel does; an order that is still open then holds its lots.
   */
  async close(
    closing: Closing,
    cancelOrders: boolean,
    origin: Origin,
    validUntil: number,
  ): Promise<Outcome<OrderView>> {
    if (cancelOrders) await this.#cancelEach([{ kind: "cancel_symbol", symbol: closing.symbol }], origin);
    return this.#single({ kind: "close", closing }, origin, validUntil);
  }

  /** The same for every position: one commit for each COMMANDS_MAX of them. */
  async closeAll(
    cancelOrders: boolean,
    origin: Origin,
    validUntil: number,
    flattening = false,
  ): Promise<ClosedPosition[]> {
    if (cancelOrders) await this.#cancelEach([{ kind: "cancel_all" }], origin);
    const { ledger } = this.#ports.state();
    const symbols = [...ledger.keys()].filter((symbol) => symbol !== CASH && owned(ledger, symbol) > 0).sort();
    const closed: ClosedPosition[] = [];
    for (let at = 0; at < symbols.length; at += COMMANDS_MAX) {
      const some = symbols.slice(at, at + COMMANDS_MAX);
      const commands = some.map((symbol): AccountCommand => {
        return { kind: "close", closing: { symbol, qty: null, percentage: null, clientOrderId: null }, flattening };
      });
      const outcomes = await this.#run(commands, { allOrNone: false }, origin, validUntil);
      for (const [index, symbol] of some.entries()) {
        closed.push({ symbol, outcome: outcomes[index] as Outcome<OrderView> });
      }
    }
    return closed;
  }

  async #cancelEach(commands: readonly AccountCommand[], origin: Origin): Promise<void> {
    await this.#run(commands, { allOrNone: false }, origin, Number.POSITIVE_INFINITY);
  }

  /** Executes commands in one commit. Rejects when they are more than COMMANDS_MAX. */
  async execute(
    commands: readonly OrderCommand[],
    options: CommandOptions,
    origin: Origin,
    validUntil: number,
  ): Promise<CommandOutcome[]> {
    if (commands.length > COMMANDS_MAX) throw new Error(`${commands.length} commands`);
    const outcomes = await this.#run(commands, options, origin, validUntil);
    return outcomes.map((outcome, index) =>
      outcome.ok && commands[index]?.kind === "cancel" ? { ok: true, value: null } : outcome,
    );
  }

  /** Runs a task that decides something after the commands of `sequence` that came before; at once without one. */
  afterCommands<T>(sequence: string | undefined, task: () => Promise<T>): Promise<T> {
    return this.#sequences.run(sequence, task);
  }

  /** A call of an earlier release knows no refusal of a book that does not answer: it rejects. */
  async #single(command: AccountCommand, origin: Origin, validUntil: number): Promise<Outcome<OrderView>> {
    const [outcome] = await this.#run([command], { allOrNone: false }, origin, validUntil);
    if (outcome === undefined) throw new Error("a command without an outcome");
    if (!outcome.ok && outcome.refusal.reason === "book_unavailable") throw new Error("the book does not answer");
    return outcome as Outcome<OrderView>;
  }

  async #run(
    commands: readonly AccountCommand[],
    { allOrNone, sequence }: CommandOptions,
    origin: Origin,
    validUntil: number,
  ): Promise<Answer[]> {
    const make = () => this.#requests.make(commands, origin, validUntil);
    const { requests, instruments } = await this.#sequences.run(sequence, make);
    const decideAll = allOrNone ? decideAllOrNone : decideEach;
    const { store } = this.#ports;
    const decided = await this.#ports.decideCommands((state, now, apply) => {
      if (commands.length > 1) store.findAbsent(clientOrderIds(commands));
      const outcomes = decideAll(state, now, requests, apply);
      store.await(idsOf(outcomes));
      return outcomes;
    }, requests.length);
    const replies = this.#awaitReplies(commands, decided);
    const named: string[] = [];
    const outcomes = decided.map((outcome, index) =>
      outcome.ok && isCancelOfSeveral(commands[index]) ? this.#nameOnce(outcome.value, named) : outcome,
    );
    let answers: Answer[];
    try {
      await replies;
      answers = outcomes.map((outcome, index) => {
        const command = commands[index];
        if (!outcome.ok || command === undefined) return outcome as Answer;
        return this.#answer(command, outcome.value, instruments);
      });
    } finally {
      for (const id of named) this.#canceling.delete(id);
      store.forget(idsOf(decided));
    }
    return this.#withLive(answers);
  }

  /**
   * The orders that no cancel of all under way has named; adds them to `named`. Otherwise the answers would grow with the
   * product of the open orders and the cancels of all.
   */
  #nameOnce(orderIds: readonly string[], named: string[]): Outcome<readonly string[]> {
    const value = orderIds.filter((id) => !this.#canceling.has(id));
    for (const id of value) {
      this.#canceling.add(id);
      named.push(id);
    }
    return { ok: true, value };
  }

  /**
   * Waits for the replies of the books to which the commands have sent messages. A query waits for none: its order is
   * shown as it is.
   */
  async #awaitReplies(
    commands: readonly AccountCommand[],
    decided: readonly Outcome<readonly string[]>[],
  ): Promise<void> {
    const { open } = this.#ports.state();
    const symbols = new Set<string>();
    for (const [index, outcome] of decided.entries()) {
      if (!outcome.ok || commands[index]?.kind === "query") continue;
      for (const id of outcome.value) {
        const order = open.get(id);
        if (order !== undefined) symbols.add(order.symbol);
      }
    }
    await Promise.all(Array.from(symbols, (symbol) => this.#ports.awaitReply(symbol)));
  }

  /** The answer to a command that the account has executed, after the replies of the books. */
  #answer(command: AccountCommand, orderIds: readonly string[], instruments: Instruments): Answer {
    if (isCancelOfSeveral(command)) {
      const entries = orderIds.map((id) => {
        const outcome = this.#canceled(id);
        return { order: this.#require(id), outcome: outcome.ok ? ({ ok: true, value: null } as const) : outcome };
      });
      return { ok: true, value: entries };
    }
    const [orderId] = orderIds;
    // Only a query names no order.
    if (orderId === undefined) {
      return {
        ok: false,
        refusal: { reason: "order_not_found", orderId: command.kind === "query" ? nameOf(command) : "" },
      };
    }
    if (command.kind === "cancel") return this.#canceled(orderId);
    const { store } = this.#ports;
    const view = withLegs(this.#ports.state(), store, { ...this.#require(orderId) });
    if (command.kind === "query") return { ok: true, value: view };
    const refusal = command.kind === "replace" ? replaceRefusal(view, instruments) : refusedByLimit(view, instruments);
    return refusal === null ? { ok: true, value: view } : { ok: false, refusal };
  }

  /** A canceled order; it may have been filled before the cancel reached the book, or replaced by such an order. */
  #canceled(orderId: string): Outcome<Order> {
    const order = this.#require(orderId);
    const { status } = latestOf(this.#ports.state(), this.#ports.store, order);
    if (status === "filled" || status === "expired") {
      return { ok: false, refusal: { reason: "order_not_cancelable", status } };
    }
    return { ok: true, value: order };
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

  /** The same for the orders among answers to commands. */
  async #withLive(answers: readonly Answer[]): Promise<Answer[]> {
    const views = answers.flatMap((answer) => (answer.ok && !("length" in answer.value) ? [answer.value] : []));
    const live = await this.live(views);
    let next = 0;
    return answers.map((answer) => {
      if (!answer.ok || "length" in answer.value) return answer;
      return { ok: true, value: live[next++] ?? answer.value };
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
 * Why a book has refused a replace: price limit, post-only, or an order that is closed or differs from the account's;
 * null when it has not.
 */
function replaceRefusal(order: Order, instruments: Instruments): Refusal | null {
  if (order.status !== "rejected") return null;
  const tooFar = refusedByLimit(order, instruments);
  if (tooFar !== null) return tooFar;
  const { closeReason } = order;
  return { reason: closeReason === "post_only" ? "post_only_would_trade" : "order_not_open" };
}

/** The client order ids that the commands ask for. */
function clientOrderIds(commands: readonly AccountCommand[]): string[] {
  return commands.flatMap((command) => ("ticket" in command ? (command.ticket.clientOrderId ?? []) : []));
}

/** The ids of the orders that the commands name. */
function idsOf(outcomes: readonly Outcome<readonly string[]>[]): string[] {
  return outcomes.flatMap((outcome) => (outcome.ok ? outcome.value : []));
}

function isCancelOfSeveral(command: AccountCommand | undefined): boolean {
  return command?.kind === "cancel_all" || command?.kind === "cancel_symbol";
}
