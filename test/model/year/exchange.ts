/** Accounts and books of a whole year, without kernel and network: a message is applied as soon as it was sent. */
import type { Activity } from "../../../domain/account/activities/activity.ts";
import { applyEntry } from "../../../domain/account/apply.ts";
import { decideCancel, decideSubmit } from "../../../domain/account/entry/decide.ts";
import { decideReplace } from "../../../domain/account/entry/decideReplace.ts";
import type { OrderTicket, ReplaceTicket } from "../../../domain/account/entry/ticket.ts";
import { validateOrder } from "../../../domain/account/entry/validateOrder.ts";
import { validateReplace } from "../../../domain/account/entry/validateReplace.ts";
import { applyReport } from "../../../domain/account/orders/reports.ts";
import { type AccountState, newAccount } from "../../../domain/account/state/accountState.ts";
import type { AccountEntry } from "../../../domain/account/state/entries.ts";
import { type AuditRecord, NO_ORIGIN } from "../../../domain/account/state/events.ts";
import type { Order } from "../../../domain/account/state/order.ts";
import { anyPrice } from "../../../domain/account/testing.ts";
import { SEEDED } from "../../../domain/market/listing.ts";
import { endOfTradingDay } from "../../../domain/market/session.ts";
import type { BookState } from "../../../domain/matching/bookState.ts";
import type { BookCommand, BookReport } from "../../../domain/matching/messages.ts";
import { applyCommand, applyEntry as tell, newBook } from "../../../domain/matching/orderBook.ts";
import { best } from "../../../domain/matching/views.ts";
import type { TimeInForce } from "../../../domain/order/timeInForce.ts";
import type { LotMethod } from "../../../ops/recompute/recomputation.ts";
import { gainOf, IndependentAccount } from "../../simulation/activityChecks.ts";
import { roundingOf } from "../../simulation/accountInvariants.ts";

/** What is kept of an account beside its state. */
export interface Kept {
  readonly independent: IndependentAccount;
  readonly closed: Map<string, Order>;
  /** Realised gains of its audit records, in 1/10,000 dollar. */
  gains: number;
}

export class YearExchange {
  readonly accounts = new Map<string, AccountState>();
  readonly kept = new Map<string, Kept>();
  readonly books: ReadonlyMap<string, BookState>;
  /** Orders by type and class, and activities by type. */
  readonly counts = new Map<string, number>();
  /** What the rounding of fills has left at the venue, in the unit of `roundingOf`. */
  rounding = 0n;
  now = 0;
  #orders = 0;
  readonly #mail: (() => void)[] = [];

  constructor(symbols: readonly string[]) {
    this.books = new Map(symbols.map((symbol) => [symbol, newBook(symbol)]));
  }

  open(accountId: string, method: LotMethod, type: "cash" | "margin"): void {
    this.accounts.set(accountId, newAccount());
    this.kept.set(accountId, { independent: new IndependentAccount(accountId, method), closed: new Map(), gains: 0 });
    const owner = { accountId, userId: accountId, auditAddress: "audit/0" };
    this.enter(accountId, [{ kind: "opened", ...owner, type, activities: true, lots: true, origin: NO_ORIGIN }]);
  }

  submit(accountId: string, ticket: OrderTicket): boolean {
    const facts = { ...this.#facts(accountId, ticket.symbol, ticket.side), orderId: `o${++this.#orders}` };
    const read = validateOrder(ticket, SEEDED);
    const { entries, outcome } = decideSubmit(this.#state(accountId), ticket, read, facts, NO_ORIGIN);
    if (outcome.ok) this.#count(`${ticket.type} ${ticket.orderClass}`);
    this.enter(accountId, entries);
    return outcome.ok;
  }

  replace(accountId: string, order: Order, ticket: ReplaceTicket): void {
    const known = this.#facts(accountId, order.symbol, order.side);
    const facts = { ...known, order, newOrderId: `o${++this.#orders}`, instruments: SEEDED };
    const read = (of: Order) => validateReplace(of, ticket, SEEDED);
    const { entries, outcome } = decideReplace(this.#state(accountId), order.id, ticket, read, facts, NO_ORIGIN);
    if (outcome.ok) this.#count("replaced");
    this.enter(accountId, entries);
  }

  cancel(accountId: string, orderId: string): void {
    const closed = (id: string) => this.kept.get(accountId)?.closed.get(id);
    this.enter(accountId, decideCancel(this.#state(accountId), orderId, closed, NO_ORIGIN).entries);
  }

  /** Applies entries, and every message that follows from them. */
  enter(accountId: string, entries: readonly AccountEntry[]): void {
    const state = this.#state(accountId);
    for (const entry of entries) applyEntry(state, entry, this.now, this.#outputsOf(accountId));
    this.#deliver();
  }

  /** Goes to a time; orders end that are due. */
  goTo(now: number): void {
    this.now = now;
    for (const [symbol, book] of this.books) tell(book, { kind: "expire" }, now, this.#outputsOfBook(symbol));
    this.#deliver();
  }

  price(symbol: string, side: string): number | null {
    const book = this.books.get(symbol);
    if (book === undefined) return null;
    return best(book, side === "buy" ? "sell" : "buy")?.price ?? book.last?.price ?? null;
  }

  #deliver(): void {
    for (let next = this.#mail.shift(); next !== undefined; next = this.#mail.shift()) next();
  }

  #state(accountId: string): AccountState {
    const state = this.accounts.get(accountId);
    if (state === undefined) throw new Error(`no account ${accountId}`);
    return state;
  }

  #facts(accountId: string, symbol: string, side: string) {
    const [state, closed] = [this.#state(accountId), this.kept.get(accountId)?.closed];
    const expiry = (timeInForce: TimeInForce) => (timeInForce === "day" ? endOfTradingDay(this.now) : null);
    const hours = { now: this.now, session: "always", expiry, accepts: () => false } as const;
    const prices = { marketPrice: this.price(symbol, side), lastPrice: this.books.get(symbol)?.last?.price ?? null };
    const order = (id: string) => state.open.get(id) ?? closed?.get(id);
    return { ...prices, known: () => undefined, order, hours, leastValue: 0, late: false };
  }

  #outputsOf(accountId: string) {
    const kept = this.kept.get(accountId);
    if (kept === undefined) throw new Error(`no account ${accountId}`);
    return {
      command: (symbol: string, command: BookCommand) => {
        const book = this.books.get(symbol);
        if (book === undefined) throw new Error(`no book ${symbol}`);
        const sent = anyPrice(command);
        this.#mail.push(() => applyCommand(book, accountId, sent, this.now, this.#outputsOfBook(symbol)));
      },
      audit: (_address: string, record: AuditRecord) => {
        kept.gains += gainOf(record.body);
        this.rounding += roundingOf([record]);
      },
      activity: (activity: Activity) => {
        kept.independent.add(activity);
        this.#count(activity.type);
      },
      closed: (order: Order) => void kept.closed.set(order.id, { ...order }),
      update: () => undefined,
      deposited: () => undefined,
      withdrawal: () => undefined,
      answered: () => undefined,
      transfer: () => undefined,
    };
  }

  #outputsOfBook(_symbol: string) {
    return {
      report: (owner: string, report: BookReport) => {
        this.#mail.push(() => applyReport(this.#state(owner), report, this.now, this.#outputsOf(owner)));
      },
      trade: () => undefined,
    };
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}
