/** Accounts and books of a whole year, without kernel and network: a message is applied as soon as it was sent. */
import type { Activity } from "../../../domain/account/activities/activity.ts";
import { applyEntry } from "../../../domain/account/apply.ts";
import { type Closing, closingTicket } from "../../../domain/account/entry/closing.ts";
import { decideCancel, decideSubmit } from "../../../domain/account/entry/decide.ts";
import { decideReplace } from "../../../domain/account/entry/decideReplace.ts";
import type { OrderTicket, ReplaceTicket } from "../../../domain/account/entry/ticket.ts";
import { validateOrder } from "../../../domain/account/entry/validateOrder.ts";
import { validateReplace } from "../../../domain/account/entry/validateReplace.ts";
import { applyReport } from "../../../domain/account/orders/reports.ts";
import type { SettingsChange } from "../../../domain/account/settings/accountSettings.ts";
import { decideSettings } from "../../../domain/account/settings/changeSettings.ts";
import { type AccountState, newAccount } from "../../../domain/account/state/accountState.ts";
import type { AccountEntry } from "../../../domain/account/state/entries.ts";
import { type AuditRecord, NO_ORIGIN } from "../../../domain/account/state/events.ts";
import type { Order } from "../../../domain/account/state/order.ts";
import { anyPrice } from "../../../domain/account/testing.ts";
import type { AccountType } from "../../../domain/accountType.ts";
import { SEEDED } from "../../../domain/market/listing.ts";
import { sessionRules } from "../../../domain/market/sessionRules.ts";
import type { LotMethod } from "../../../ops/recompute/recomputation.ts";
import { gainOf, IndependentAccount } from "../../simulation/activityChecks.ts";
import { roundingOf } from "../../simulation/accountInvariants.ts";
import { YearMarkets } from "./markets.ts";

/** What is kept of an account beside its state. */
export interface Kept {
  readonly independent: IndependentAccount;
  readonly closed: Map<string, Order>;
  readonly activities: Activity[];
  /** The audit records from which fees follow. */
  readonly records: AuditRecord[];
  /** Realised gains of its audit records, in 1/10,000 dollar. */
  gains: number;
}

export class YearExchange {
  readonly accounts = new Map<string, AccountState>();
  /** Accounts whose orders name their tax lots. */
  readonly naming = new Set<string>();
  readonly kept = new Map<string, Kept>();
  readonly markets: YearMarkets;
  /** Orders by type and class, activities by type, and what else has happened. */
  readonly counts = new Map<string, number>();
  /** What the rounding of fills has left at the venue, in the unit of `roundingOf`. */
  rounding = 0n;
  now: number;
  #orders = 0;
  readonly #mail: (() => void)[] = [];

  constructor(symbols: readonly string[], start: number) {
    this.now = start;
    this.markets = new YearMarkets(symbols, start, (owner, report) => {
      this.#mail.push(() => applyReport(this.#state(owner), report, this.now, this.#outputsOf(owner)));
    });
  }

  /** Without a method its orders name their lots: the independent account takes those that its rows name. */
  open(accountId: string, method: LotMethod | null, type: AccountType): void {
    this.accounts.set(accountId, newAccount());
    if (method === null) this.naming.add(accountId);
    const independent = new IndependentAccount(accountId, method);
    this.kept.set(accountId, { independent, closed: new Map(), activities: [], records: [], gains: 0 });
    const owner = { accountId, userId: accountId, auditAddress: "audit/0" };
    const begins = { activities: true, lots: true, settlement: true } as const;
    this.enter(accountId, [{ kind: "opened", ...owner, type, ...begins, origin: NO_ORIGIN }]);
    this.count(`opened ${type}`);
  }

  submit(accountId: string, ticket: OrderTicket): boolean {
    const facts = { ...this.#facts(accountId, ticket.symbol, ticket.side), orderId: `o${++this.#orders}` };
    const read = validateOrder(ticket, SEEDED);
    const { entries, outcome } = decideSubmit(this.#state(accountId), ticket, read, facts, NO_ORIGIN);
    if (outcome.ok) {
      const auction = ["opg", "cls"].includes(ticket.timeInForce) ? ` ${ticket.timeInForce}` : "";
      this.count(`${ticket.type} ${ticket.orderClass}${auction}`);
      if (ticket.extendedHours) this.count("extended hours");
    } else this.count(`refused ${outcome.refusal.reason}`);
    this.enter(accountId, entries);
    return outcome.ok;
  }

  /** Closes a position, or a share of it. */
  closePosition(accountId: string, closing: Closing): void {
    const ticket = closingTicket(this.#state(accountId), closing, SEEDED);
    if (ticket.ok && this.submit(accountId, ticket.value)) this.count("closing");
  }

  replace(accountId: string, order: Order, ticket: ReplaceTicket): void {
    const known = this.#facts(accountId, order.symbol, order.side);
    const facts = { ...known, order, newOrderId: `o${++this.#orders}`, instruments: SEEDED };
    const read = (of: Order) => validateReplace(of, ticket, SEEDED);
    const { entries, outcome } = decideReplace(this.#state(accountId), order.id, ticket, read, facts, NO_ORIGIN);
    if (outcome.ok) this.count("replaced");
    this.enter(accountId, entries);
  }

  cancel(accountId: string, orderId: string): void {
    const closed = (id: string) => this.kept.get(accountId)?.closed.get(id);
    this.enter(accountId, decideCancel(this.#state(accountId), orderId, closed, NO_ORIGIN).entries);
  }

  /** Changes settings. The independent account follows a change of the lot method. */
  change(accountId: string, changes: SettingsChange): void {
    const { entries } = decideSettings(this.#state(accountId), changes, NO_ORIGIN, this.now);
    if (entries.length === 0) return;
    this.enter(accountId, entries);
    const { lotMethod } = changes;
    if (lotMethod !== undefined && !this.naming.has(accountId)) {
      this.kept.get(accountId)?.independent.use(lotMethod === "specific" ? "fifo" : lotMethod);
    }
    this.count(lotMethod === undefined ? "settings changed" : "lot method changed");
  }

  /** Applies entries, and every message that follows from them. */
  enter(accountId: string, entries: readonly AccountEntry[]): void {
    const state = this.#state(accountId);
    for (const entry of entries) applyEntry(state, entry, this.now, this.#outputsOf(accountId));
    this.#deliver();
  }

  /** Goes to a time: phases begin on the way, paper books read the live ones, and orders end that are due. */
  goTo(now: number): void {
    for (let due = this.markets.nextPhase(this.now); due !== null && due <= now; due = this.markets.nextPhase(due)) {
      this.now = due;
      this.markets.enterPhases(due);
      this.#deliver();
    }
    this.now = now;
    this.markets.readLive(now);
    this.markets.expire(now);
    this.#deliver();
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Delivers until nothing is in transit. */
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
    const hours = sessionRules(this.markets.calendar(symbol), this.now);
    const prices = { marketPrice: this.markets.price(symbol, side), lastPrice: this.markets.last(symbol) };
    const order = (id: string) => state.open.get(id) ?? closed?.get(id);
    return { ...prices, known: () => undefined, order, hours, leastValue: 0, late: false };
  }

  #outputsOf(accountId: string) {
    const [kept, state] = [this.kept.get(accountId), this.#state(accountId)];
    if (kept === undefined) throw new Error(`no account ${accountId}`);
    return {
      command: (symbol: string, command: Parameters<typeof anyPrice>[0]) => {
        const sent = anyPrice(command);
        const isPaper = state.type === "paper";
        this.#mail.push(() => this.markets.command(accountId, symbol, sent, this.now, isPaper));
      },
      audit: (_address: string, record: AuditRecord) => {
        kept.gains += gainOf(record.body);
        if (state.type !== "paper") this.rounding += roundingOf([record]);
        if (/^(order|account\.fee_plan)/.test(record.action)) kept.records.push(record);
        if (record.action === "order.filled") this.#countFill(record, state.type);
      },
      activity: (activity: Activity) => {
        kept.independent.add(activity);
        kept.activities.push(activity);
        this.count(activity.type);
      },
      closed: (order: Order) => void kept.closed.set(order.id, { ...order }),
      update: () => undefined,
      deposited: () => undefined,
      withdrawal: () => undefined,
      answered: () => undefined,
      transfer: () => undefined,
      fees: () => undefined,
    };
  }

  #countFill({ body }: AuditRecord, type: AccountType): void {
    this.count(`fill of ${type}`);
    if (body["liquidity"] === "auction") this.count("fill in an auction");
    if (typeof body["violation"] === "string") this.count(`violation ${body["violation"]}`);
  }
}
