import { SEEDED } from "../../domain/market/listing.ts";
import { applyEntry } from "../../domain/account/apply.ts";
import { loadAccount, saveAccount } from "../../domain/account/state/save.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { NO_ORIGIN } from "../../domain/account/state/events.ts";
import { decideCancel, decideSubmit } from "../../domain/account/entry/decide.ts";
import type { Decision } from "../../domain/account/entry/decision.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { TimeInForce } from "../../domain/order/timeInForce.ts";
import { applyReport } from "../../domain/account/orders/reports.ts";
import { anyPrice, fundedAccount, recorder } from "../../domain/account/testing.ts";
import type { Recorder } from "../../domain/account/testing.ts";
import { validateOrder } from "../../domain/account/entry/validateOrder.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { BookState } from "../../domain/matching/bookState.ts";
import { loadBook, saveBook } from "../../domain/matching/bookSnapshot.ts";
import { applyCommand, applyEntry as tell, newBook } from "../../domain/matching/orderBook.ts";
import { best } from "../../domain/matching/views.ts";

/** Length of a trading day here, in the model's milliseconds. */
const DAY = 50;

/** Accounts and books with first-in-first-out messages between them, without the actor kernel. */
export class SimpleExchange {
  readonly accounts = new Map<string, AccountState>();
  readonly books = new Map<string, BookState>();
  /** Outputs of each account. */
  readonly outputs = new Map<string, Recorder>();
  readonly #commands = new Map<string, BookCommand[]>();
  readonly #reports = new Map<string, BookReport[]>();
  #now = 0;
  #orders = 0;

  constructor(accounts: number, symbols: readonly string[], cash: number, lots: number, averageCost = false) {
    for (let i = 0; i < accounts; i++) {
      const address = `account/${i}`;
      const shares = Object.fromEntries(symbols.map((name) => [name, lots]));
      this.accounts.set(address, fundedAccount(address, cash, shares, averageCost));
      this.outputs.set(address, recorder());
    }
    for (const symbol of symbols) this.books.set(symbol, newBook(symbol));
  }

  submit(address: string, ticket: OrderTicket): Decision<string> {
    const state = this.#account(address);
    const known = (clientOrderId: string) => {
      const open = state.openByClientId.get(clientOrderId);
      const closed = this.closed(address).find((order) => order.clientOrderId === clientOrderId);
      return open === undefined ? closed : state.open.get(open);
    };
    const order = (id: string) => state.open.get(id) ?? this.closed(address).find((each) => each.id === id);
    const endOfDay = (Math.floor(this.#now / DAY) + 1) * DAY;
    const expiry = (timeInForce: TimeInForce) => (timeInForce === "day" ? endOfDay : null);
    const hours = { now: this.#now, session: "always", expiry, accepts: () => false } as const;
    const prices = { marketPrice: this.#touch(ticket), lastPrice: null };
    const facts = { ...prices, known, order, orderId: `o${++this.#orders}`, hours, leastValue: 0, late: false };
    return this.#book(address, decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, NO_ORIGIN));
  }

  cancel(address: string, orderId: string): Decision<null> {
    const closed = (id: string) => this.closed(address).find((order) => order.id === id);
    return this.#book(address, decideCancel(this.#account(address), orderId, closed, NO_ORIGIN));
  }

  closed(address: string): readonly Order[] {
    return this.outputs.get(address)?.closedOrders ?? [];
  }

  /** Fills of buy orders that the account has applied. */
  boughtFills(address: string): number {
    const updates = this.outputs.get(address)?.updates ?? [];
    return updates.filter(({ price, order }) => price !== null && order.side === "buy").length;
  }

  /** Advances the clock; books expire orders that are due. */
  wait(ms: number): void {
    this.#now += ms;
    for (const [symbol, state] of this.books) tell(state, { kind: "expire" }, this.#now, this.#bookOutputs(symbol));
  }

  /** Delivers one message of a pair that has messages, chosen by `choice`. False when no message is in transit. */
  deliver(choice: number): boolean {
    const waiting = [...this.#commands, ...this.#reports].filter(([, mail]) => mail.length > 0).map(([pair]) => pair);
    const pair = waiting[choice % waiting.length];
    if (pair === undefined) return false;
    const [address = "", symbol = ""] = pair.split(" ");
    const command = this.#commands.get(pair)?.shift();
    const book = this.books.get(symbol);
    if (book === undefined) throw new Error(`no book ${symbol}`);
    if (command !== undefined) applyCommand(book, address, command, this.#now, this.#bookOutputs(symbol));
    const report = command === undefined ? this.#reports.get(pair)?.shift() : undefined;
    if (report !== undefined) applyReport(this.#account(address), report, this.#now, this.#accountOutputs(address));
    return true;
  }

  /** Saves and loads every state, as a snapshot does. */
  reload(): void {
    const copy = <T>(value: T): T => structuredClone(value);
    for (const [address, state] of this.accounts) this.accounts.set(address, loadAccount(copy(saveAccount(state))));
    for (const [symbol, state] of this.books) this.books.set(symbol, loadBook(copy(saveBook(state))));
  }

  #book<T>(address: string, decision: Decision<T>): Decision<T> {
    for (const entry of decision.entries) {
      applyEntry(this.#account(address), entry, this.#now, this.#accountOutputs(address));
    }
    return decision;
  }

  #touch(ticket: OrderTicket): number | null {
    const state = this.books.get(ticket.symbol);
    const side = ticket.side === "buy" ? "sell" : "buy";
    return (state && best(state, side))?.price ?? state?.last?.price ?? 10_000;
  }

  #accountOutputs(address: string): Recorder {
    const kept = this.outputs.get(address) ?? recorder();
    return { ...kept, command: (symbol, command) => put(this.#commands, `${address} ${symbol}`, anyPrice(command)) };
  }

  #bookOutputs(symbol: string) {
    return {
      report: (owner: string, report: BookReport) => put(this.#reports, `${owner} ${symbol}`, report),
      trade: () => undefined,
    };
  }

  #account(address: string): AccountState {
    const state = this.accounts.get(address);
    if (state === undefined) throw new Error(`no account ${address}`);
    return state;
  }
}

function put<T>(queues: Map<string, T[]>, pair: string, message: T): void {
  const queue = queues.get(pair);
  if (queue === undefined) queues.set(pair, [message]);
  else queue.push(message);
}
