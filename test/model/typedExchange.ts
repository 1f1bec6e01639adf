import { SEEDED } from "../../domain/market/listing.ts";
import { applyEntry } from "../../domain/account/apply.ts";
import { loadAccount, saveAccount } from "../../domain/account/state/save.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { decideCancel, decideSubmit } from "../../domain/account/entry/decide.ts";
import { decideReplace } from "../../domain/account/entry/decideReplace.ts";
import { NO_ORIGIN } from "../../domain/account/state/events.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { TimeInForce } from "../../domain/order/timeInForce.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import { applyReport } from "../../domain/account/orders/reports.ts";
import { fundedAccount, recorder, ticketWith } from "../../domain/account/testing.ts";
import type { ValidatedReplace, ValidatedOrder } from "../../domain/account/entry/validated.ts";
import type { MarketEntry } from "../../domain/market/phase.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import { NaiveMarket } from "./naiveMarket/market.ts";
import type { SentReport } from "./naiveMarket/world.ts";
import { RealMarket } from "./realMarket.ts";
import { viewOf } from "./view.ts";
import type { View } from "./view.ts";

/** Length of a trading day here, in the model's milliseconds. */
const DAY = 50;

/** The real market or the naive one. */
interface Played {
  apply(owner: string, command: BookCommand, now: number): readonly SentReport[];
  enter(entry: MarketEntry, now: number): readonly SentReport[];
  view(): View;
}

const MARKETS: Readonly<Record<"naive" | "real", (symbol: string) => Played>> = {
  real: (symbol) => new RealMarket(symbol),
  naive: (symbol) => {
    const market = new NaiveMarket(symbol);
    return {
      apply: (owner, command, now) => market.apply(owner, command, now),
      enter: (entry, now) => market.enter(entry, now),
      view: () => viewOf(market),
    };
  },
};

/** Accounts and one market with messages between them, for orders of every type, term and class. */
export class TypedExchange {
  readonly accounts = new Map<string, AccountState>();
  readonly closed = new Map<string, Order>();
  readonly audits = new Map<string, AuditRecord[]>();
  readonly #market: Played;
  #last: number | null = null;
  /** Number of fills and replaces that an account has applied, which bounds its rounding differences. */
  readonly roundings = new Map<string, number>();
  readonly #commands = new Map<string, BookCommand[]>();
  readonly #reports = new Map<string, BookReport[]>();
  #now = 0;
  #orders = 0;

  constructor(market: "naive" | "real", symbol: string, accounts: number, cash: number, lots: number) {
    this.#market = MARKETS[market](symbol);
    for (let n = 0; n < accounts; n++) {
      const address = `account/${n}`;
      this.audits.set(address, []);
      this.accounts.set(address, fundedAccount(address, cash, { [symbol]: lots }));
    }
  }

  account(address: string): AccountState {
    const state = this.accounts.get(address);
    if (state === undefined) throw new Error(`no account ${address}`);
    return state;
  }

  submit(address: string, ticket: ValidatedOrder): Outcome<string> {
    const state = this.account(address);
    // Every cell of the matrix that is ever taken is taken here: the venue's clock is not what this is about.
    const session = ticket.timeInForce === "opg" || ticket.timeInForce === "cls" ? "pre" : "regular";
    const known = this.#facts(address, ticket.side);
    const facts = { ...known, hours: { ...known.hours, session } as const, orderId: `o${++this.#orders}` };
    const { entries, outcome } = decideSubmit(state, ticketWith({}), { ok: true, value: ticket }, facts, NO_ORIGIN);
    this.#book(address, entries);
    return outcome;
  }

  replace(address: string, order: Order, asked: ValidatedReplace): Outcome<string> {
    const { clientOrderId } = asked;
    const ticket = { qty: null, limitPrice: null, stopPrice: null, trail: null, timeInForce: null, goodTil: null };
    const facts = { ...this.#facts(address, order.side), order, newOrderId: `o${++this.#orders}`, instruments: SEEDED };
    const read = () => ({ ok: true, value: asked }) as const;
    const state = this.account(address);
    const { entries, outcome } = decideReplace(state, order.id, { ...ticket, clientOrderId }, read, facts, NO_ORIGIN);
    this.#book(address, entries);
    return outcome;
  }

  cancel(address: string, orderId: string): void {
    this.#book(address, decideCancel(this.account(address), orderId, (id) => this.closed.get(id), NO_ORIGIN).entries);
  }

  /** Applies an entry of the market. */
  tell(entry: MarketEntry): void {
    this.#post(this.#market.enter(entry, this.#now));
  }

  wait(ms: number): void {
    this.#now += ms;
    this.#post(this.#market.enter({ kind: "expire" }, this.#now));
  }

  /** Delivers one message of one of the pairs that have mail, chosen by `choice`. False when nothing is on its way. */
  deliver(choice: number): boolean {
    const waiting = [...this.#commands, ...this.#reports].filter(([, mail]) => mail.length > 0);
    const [address = "", mail] = waiting[choice % waiting.length] ?? [];
    const message = mail?.shift();
    if (message === undefined) return false;
    if (mail === this.#commands.get(address)) {
      this.#post(this.#market.apply(address, message as BookCommand, this.#now));
    } else {
      const report = message as BookReport;
      if (report.kind === "fill" || report.kind === "replaced") {
        this.roundings.set(address, (this.roundings.get(address) ?? 0) + 1);
      }
      applyReport(this.account(address), report, this.#now, this.#outputs(address));
    }
    return true;
  }

  /** Lots that are left of each order that the market has. */
  get alive(): ReadonlyMap<string, number> {
    return this.#market.view().alive ?? new Map();
  }

  /** Saves and loads an account, as a snapshot does. */
  reload(address: string): void {
    this.accounts.set(address, loadAccount(JSON.parse(JSON.stringify(saveAccount(this.account(address))))));
  }

  #facts(address: string, side: "buy" | "sell") {
    const state = this.account(address);
    const order = (id: string) => state.open.get(id) ?? this.closed.get(id);
    const known = (clientOrderId: string) =>
      [...state.open.values(), ...this.closed.values()].find((each) => each.clientOrderId === clientOrderId);
    const endOfDay = (Math.floor(this.#now / DAY) + 1) * DAY;
    const expiry = (timeInForce: TimeInForce) => (timeInForce === "day" ? endOfDay : null);
    const hours = { now: this.#now, session: "always", expiry, accepts: () => true } as const;
    const lastPrice = this.#last;
    const touch = this.#market.view().levels[side === "buy" ? "sell" : "buy"][0]?.price ?? lastPrice;
    // Amounts of a few lots meet every rounding.
    return { order, known, hours, lastPrice, marketPrice: touch, leastValue: 0, late: false };
  }

  #book(address: string, entries: readonly AccountEntry[]): void {
    for (const entry of entries) applyEntry(this.account(address), entry, this.#now, this.#outputs(address));
  }

  #outputs(address: string) {
    return {
      ...recorder(),
      command: (_symbol: string, command: BookCommand) => put(this.#commands, address, command),
      audit: (_shard: string, record: AuditRecord) => put(this.audits, address, record),
      closed: (order: Order) => void this.closed.set(order.id, { ...order }),
    };
  }

  #post(reports: readonly SentReport[]): void {
    for (const { owner, report } of reports) {
      if (report.kind === "fill") this.#last = report.price;
      put(this.#reports, owner, report);
    }
  }
}

function put<T>(queues: Map<string, T[]>, address: string, message: T): void {
  const queue = queues.get(address);
  if (queue === undefined) queues.set(address, [message]);
  else queue.push(message);
}
