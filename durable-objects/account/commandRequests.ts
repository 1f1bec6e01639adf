import { timeOrderedUuid } from "../../domain/ids.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { calendarOf } from "../../domain/market/calendar.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import { withFinestTick } from "../../domain/market/instruments.ts";
import { SEEDED } from "../../domain/market/listing.ts";
import type { CalendarName } from "../../domain/market/phase.ts";
import { decideCancel, decideSubmit } from "../../domain/account/entry/decide.ts";
import type { BatchRequest } from "../../domain/account/entry/decideBatch.ts";
import type { Decision } from "../../domain/account/entry/decision.ts";
import { type Closing, closingShare, closingTicket, isClosing } from "../../domain/account/entry/closing.ts";
import { decideReplace } from "../../domain/account/entry/decideReplace.ts";
import type { MarketPrices } from "../../domain/market/marketPrices.ts";
import { fail } from "../../domain/account/entry/refusal.ts";
import type { Outcome, Refusal } from "../../domain/account/entry/refusal.ts";
import { sessionRules, type SessionRules } from "../../domain/market/sessionRules.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import { validateOrder } from "../../domain/account/entry/validateOrder.ts";
import type { ValidatedOrder } from "../../domain/account/entry/validated.ts";
import { validateReplace } from "../../domain/account/entry/validateReplace.ts";
import { legsFirst } from "../../domain/account/orders/cancel.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { OrderCommand, OrderName } from "../../protocol/rpc/orderCommands.ts";
import { BookPrices, type BookPricesPorts, NO_PRICES } from "./bookPrices.ts";
import { DayPricesSource } from "./dayPrices.ts";
import type { DayPrices } from "../../domain/account/settings/totalLoss.ts";
import { findByClientId, findOrder } from "./queries.ts";
import type { AccountStore } from "./store.ts";

export interface CommandRequestsPorts extends BookPricesPorts {
  readonly store: AccountStore;
  /** The owner's personal data was erased, and the account closed. */
  readonly erased: () => boolean;
  readonly calendar: CalendarName;
  /** The listed instruments, no older than MK-24 allows. */
  instruments(): Promise<Instruments>;
}

/** A command of a client, or one that the account makes of a request to close positions. */
export type AccountCommand =
  | OrderCommand
  | { readonly kind: "cancel_symbol"; readonly symbol: string }
  /** `flattening`: for a kill switch, which refuses other orders. */
  | { readonly kind: "close"; readonly closing: Closing; readonly flattening?: boolean };

type Command<K extends OrderCommand["kind"]> = Extract<OrderCommand, { readonly kind: K }>;
type IdsDecision = Decision<readonly string[]>;
type AnyRequest = BatchRequest<readonly string[]>;

/** What the requests of one call are made with. */
interface Context {
  readonly instruments: Instruments;
  readonly prices: BookPrices;
  readonly origin: Origin;
  readonly validUntil: number;
  /** Prices of what the account has, if its daily loss limit needs them; null when a book does not answer. */
  readonly dayPrices: DayPrices | null | undefined;
}

/** An order request with what it was read as, and the prices of its book. */
interface Asked {
  readonly ticket: OrderTicket;
  readonly read: Outcome<ValidatedOrder>;
  readonly market: MarketPrices;
  readonly flattening?: boolean;
  readonly closing?: number;
}

export interface Prepared {
  readonly requests: readonly AnyRequest[];
  readonly instruments: Instruments;
}

/** Makes requests of commands: what they need from books and the registry is read before any of them is decided. */
export class CommandRequests {
  readonly #ports: CommandRequestsPorts;
  readonly #dayPrices: DayPricesSource;
  /** The rules that were asked for last: those of a batch are the same. */
  #lastHours: { readonly calendar: CalendarName; readonly rules: SessionRules } | null = null;

  constructor(ports: CommandRequestsPorts) {
    this.#ports = ports;
    this.#dayPrices = new DayPricesSource(ports);
  }

  /**
   * The requests of the commands, and the instruments that they are read with. The value of each has the ids of the
   * orders that its command names: the one that is placed, replaces another, is cancelled, or was found. Orders that
   * are decided after `validUntil` are refused.
   */
  async make(commands: readonly AccountCommand[], origin: Origin, validUntil: number): Promise<Prepared> {
    const reads = commands.some(({ kind }) => kind === "place" || kind === "replace" || kind === "close");
    const instruments = reads ? await this.#ports.instruments() : SEEDED;
    const dayPrices = reads && this.#dayPrices.needed ? await this.#dayPrices.read(instruments) : undefined;
    const context = { instruments, prices: new BookPrices(this.#ports), origin, validUntil, dayPrices };
    const requests: AnyRequest[] = [];
    for (const made of commands.map((command) => this.#request(command, context))) {
      requests.push(made instanceof Promise ? await made : made);
    }
    return { requests, instruments };
  }

  #request(command: AccountCommand, context: Context): AnyRequest | Promise<AnyRequest> {
    switch (command.kind) {
      case "place":
        return this.#place(command.ticket, context);
      case "replace":
        return this.#replace(command, context);
      case "cancel":
        return this.#cancel(command, context.origin);
      case "cancel_all":
        return unrecorded((state) => cancelAll(state, null, context.origin));
      case "cancel_symbol":
        return unrecorded((state) => cancelAll(state, command.symbol, context.origin));
      case "close":
        return this.#close(command.closing, command.flattening ?? false, context);
      case "query":
        return unrecorded((state) => found(this.#find(state, command)));
    }
  }

  #place(ticket: OrderTicket, context: Context) {
    const read = validateOrder(ticket, context.instruments);
    const { prices, origin, dayPrices } = context;
    const unpriced = dayPrices === null && read.ok && read.value.side === "buy";
    const refused = (refusal: Refusal): AccountEntry[] => [{ kind: "refused", ticket, refusal, origin }];
    return withPrices(read.ok ? prices.toSubmit(read.value) : NO_PRICES, (market) => ({
      refused,
      decide: (state, now) => {
        const refusal = this.#refusal(state) ?? withoutPrices(unpriced ? null : market);
        if (refusal !== null) return refusedWith(refusal);
        return this.#submit(state, now, { ticket, read, market: market ?? NO_PRICES }, context);
      },
    }));
  }

  #submit(
    state: Readonly<AccountState>,
    now: number,
    { ticket, read, market, flattening = false, closing }: Asked,
    { instruments, origin, validUntil, dayPrices }: Context,
  ): IdsDecision {
    const { store } = this.#ports;
    const repeat = read.ok ? null : { withFinestTick: validateOrder(ticket, withFinestTick(instruments)) };
    const symbol = read.ok ? read.value.instrument.symbol : null;
    const known = (clientOrderId: string) => findByClientId(state, store, clientOrderId);
    const order = (id: string) => findOrder(state, store, id);
    const hours = this.#hours(symbol, now);
    const late = now > validUntil;
    const { marketPrice, lastPrice, stale } = market;
    const prices = stale === true ? { marketPrice, lastPrice, stale } : { marketPrice, lastPrice };
    const asked = { ...prices, known, order, orderId: newOrderId(now), hours, late, flattening };
    const facts = {
      ...asked,
      ...(closing === undefined ? {} : { closing }),
      ...(dayPrices ? { dayPrices } : {}),
    };
    return ofOne(decideSubmit(state, ticket, read, repeat === null ? facts : { ...facts, ...repeat }, origin));
  }

  /** Sells what is owned when it is decided. A repeat with the same client order id gives the first order. */
  #close(closing: Closing, flattening: boolean, context: Context): AnyRequest | Promise<AnyRequest> {
    const { store, state: current } = this.#ports;
    const { instruments, prices, origin } = context;
    const first = closingTicket(current(), closing, instruments);
    const asked = first.ok ? validateOrder(first.value, instruments) : first;
    const refused = (refusal: Refusal): AccountEntry[] =>
      first.ok ? [{ kind: "refused", ticket: first.value, refusal, origin }] : [];
    return withPrices(asked.ok ? prices.toSubmit(asked.value) : NO_PRICES, (market) => ({
      refused,
      decide: (state, now) => {
        const { clientOrderId } = closing;
        const known = clientOrderId === null ? undefined : findByClientId(state, store, clientOrderId);
        const refusal = this.#refusal(state);
        if (refusal !== null) return refusedWith(refusal);
        if (known !== undefined) {
          if (isClosing(known, closing, instruments)) return found(known);
          return refusedWith({ reason: "idempotency_key_reused" });
        }
        const made = closingTicket(state, closing, instruments);
        if (!made.ok) return refusedWith(made.refusal);
        if (market === null) return refusedWith({ reason: "book_unavailable" });
        return this.#submit(
          state,
          now,
          {
            ticket: made.value,
            read: validateOrder(made.value, instruments),
            market,
            flattening,
            closing: closingShare(closing),
          },
          context,
        );
      },
    }));
  }

  #replace({ orderId, ticket }: Command<"replace">, context: Context) {
    const { instruments, prices, origin, validUntil, dayPrices } = context;
    const { store } = this.#ports;
    const asked = this.#find(this.#ports.state(), { orderId });
    const refused = (refusal: Refusal): AccountEntry[] => [
      { kind: "replace_refused", orderId, ticket, refusal, origin },
    ];
    return withPrices(prices.toReplace(asked, ticket), (market) => ({
      refused,
      decide: (state, now) => {
        const unpriced = dayPrices === null && asked?.side === "buy";
        const refusal = this.#refusal(state) ?? withoutPrices(unpriced ? null : market);
        if (refusal !== null) return refusedWith(refusal);
        const known = (clientOrderId: string) => findByClientId(state, store, clientOrderId);
        const order = findOrder(state, store, orderId);
        const hours = this.#hours(order?.symbol ?? null, now);
        const read = (old: Order) => validateReplace(old, ticket, instruments);
        const facts = {
          ...(market ?? NO_PRICES),
          known,
          order,
          newOrderId: newOrderId(now),
          hours,
          instruments,
          late: now > validUntil,
          ...(dayPrices ? { dayPrices } : {}),
        };
        return ofOne(decideReplace(state, orderId, ticket, read, facts, origin));
      },
    }));
  }

  /** Cancels of an erased account, and of one that is not open, are decided like others: the last orders are cancelled. */
  #cancel(command: Command<"cancel">, origin: Origin): AnyRequest {
    const { store } = this.#ports;
    return unrecorded((state) => {
      const orderId = "orderId" in command ? command.orderId : this.#find(state, command)?.id;
      if (orderId === undefined) return refusedWith({ reason: "order_not_found", orderId: nameOf(command) });
      const { entries, outcome } = decideCancel(state, orderId, (id) => store.closedOrder(id), origin);
      return { entries, outcome: outcome.ok ? { ok: true, value: [orderId] } : outcome };
    });
  }

  /** Why the account takes no orders. A gateway may use a closed account's credentials for some seconds. */
  #refusal(state: Readonly<AccountState>): Refusal | null {
    if (state.accountId === "") throw new Error("account is not open");
    return this.#ports.erased() || state.closedAt !== null ? { reason: "account_closed" } : null;
  }

  #find(state: Readonly<AccountState>, name: OrderName): Order | undefined {
    const { store } = this.#ports;
    return "orderId" in name ? findOrder(state, store, name.orderId) : findByClientId(state, store, name.clientOrderId);
  }

  #hours(symbol: string | null, now: number): SessionRules {
    const { calendar } = this.#ports;
    const own = symbol === null ? calendar : calendarOf(assetOf(symbol), calendar);
    if (this.#lastHours?.calendar !== own || this.#lastHours.rules.now !== now) {
      this.#lastHours = { calendar: own, rules: sessionRules(own, now) };
    }
    return this.#lastHours.rules;
  }
}

function newOrderId(now: number): string {
  return timeOrderedUuid(now, crypto.randomUUID());
}

/** The id or the client order id of a command's order. */
export function nameOf(name: OrderName): string {
  return "orderId" in name ? name.orderId : name.clientOrderId;
}

/** The request, once its prices are known. */
function withPrices(
  prices: MarketPrices | Promise<MarketPrices | null>,
  make: (prices: MarketPrices | null) => AnyRequest,
): AnyRequest | Promise<AnyRequest> {
  return prices instanceof Promise ? prices.then(make) : make(prices);
}

function withoutPrices(prices: MarketPrices | null): Refusal | null {
  return prices === null ? { reason: "book_unavailable" } : null;
}

/** A request whose refusals are not recorded. */
function unrecorded(decide: AnyRequest["decide"]): AnyRequest {
  return { decide, refused: () => [] };
}

function ofOne({ entries, outcome }: Decision<string>): IdsDecision {
  return { entries, outcome: outcome.ok ? { ok: true, value: [outcome.value] } : outcome };
}

function refusedWith(refusal: Refusal): IdsDecision {
  return { entries: [], outcome: fail(refusal) };
}

/** Cancels every open order, or every one of a symbol, legs first. */
function cancelAll(state: Readonly<AccountState>, symbol: string | null, origin: Origin): IdsDecision {
  const all = legsFirst(state.open.values());
  const orders = symbol === null ? all : all.filter((order) => order.symbol === symbol);
  const entries = orders
    .filter(({ status }) => status !== "pending_cancel")
    .map(({ id: orderId }) => ({ kind: "cancel_requested", orderId, origin }) as const);
  return { entries, outcome: { ok: true, value: orders.map(({ id }) => id) } };
}

/** A query is never refused: an unknown order gives no id. */
function found(order: Order | undefined): IdsDecision {
  return { entries: [], outcome: { ok: true, value: order === undefined ? [] : [order.id] } };
}
