/** What the accounts do in a year: orders, closings, settings, deposits, withdrawals, transfers; some close, others open. */
import { WHOLE_POSITION } from "../../../domain/account/entry/closing.ts";
import { decideReceivedShares } from "../../../domain/account/ledger/receivedShares.ts";
import { lotInTransfer } from "../../../domain/account/ledger/sentShares.ts";
import { decideWithdrawal } from "../../../domain/account/ledger/withdrawals.ts";
import { openingDeposit, resetEntries } from "../../../domain/account/paper/paperMoney.ts";
import type { AccountState } from "../../../domain/account/state/accountState.ts";
import { NO_ORIGIN } from "../../../domain/account/state/events.ts";
import { freeLots } from "../../../domain/account/lots/chosenLots.ts";
import type { OrderTicket, TicketLot } from "../../../domain/account/entry/ticket.ts";
import { ticketWith } from "../../../domain/account/testing.ts";
import { withdrawable } from "../../../domain/account/settlement/cashLimits.ts";
import type { AccountType } from "../../../domain/accountType.ts";
import { formatDecimal } from "../../../domain/decimal.ts";
import { FEE_PLANS } from "../../../domain/fees/catalogue.ts";
import { saveFeePlan } from "../../../domain/fees/savedPlan.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { requireInstrument } from "../../../domain/market/listing.ts";
import { SETTABLE_LOT_METHODS } from "../../../domain/risk/settingWords.ts";
import { remainderOf } from "../../../durable-objects/account/queries.ts";
import { seededRandom } from "../../rig/random.ts";
import type { YearExchange } from "./exchange.ts";
import { Tickets } from "./tickets.ts";

const CASH = 100_000 * 10_000;
const SMALL_CASH = 3_000 * 10_000;
const LARGE_CASH = 20_000_000 * 10_000;
const SCALE_OF_LARGE = 40;
/** More open orders of an account than this are cancelled one by one, so that books stay of one size. */
const OPEN_ORDERS = 6;
const WORLD = { address: "transfers/world", ownerRoute: null };

export class Traders {
  readonly #exchange: YearExchange;
  readonly #symbols: readonly string[];
  readonly #random: () => number;
  /** Of the lots that orders name. */
  readonly #naming: () => number;
  readonly tickets: Tickets;
  /** Accounts with little cash, which buy and sell with what has not settled. */
  readonly #small = new Set<string>();
  /** Accounts with much, which trade so much that their fees change tiers. */
  readonly #large = new Set<string>();
  #references = 0;

  constructor(exchange: YearExchange, symbols: readonly string[], seed: number) {
    this.#exchange = exchange;
    this.#symbols = symbols;
    this.#random = seededRandom(seed);
    this.#naming = seededRandom(seed + 1);
    this.tickets = new Tickets(symbols, this.#random);
  }

  /** Opens an account with a fee plan and a method for its lots, and pays in. A paper account has paper money alone. */
  open(accountId: string, type: AccountType): void {
    const exchange = this.#exchange;
    const [plan, lotMethod] = [this.#one(Object.values(FEE_PLANS)), this.#one(SETTABLE_LOT_METHODS)];
    const method = this.#naming() < 0.3 ? null : lotMethod === "specific" ? "fifo" : lotMethod;
    exchange.open(accountId, method, type);
    exchange.enter(accountId, [
      { kind: "fee_plan_set", plan: saveFeePlan(plan), origin: NO_ORIGIN },
      { kind: "settings_changed", changes: { lotMethod }, origin: NO_ORIGIN },
    ]);
    if (type === "paper") return exchange.enter(accountId, [openingDeposit(accountId, NO_ORIGIN)]);
    const size = this.#random();
    if (size < 0.3) this.#small.add(accountId);
    if (size > 0.8) this.#large.add(accountId);
    this.#deposit(accountId, "USD", size < 0.3 ? SMALL_CASH : size > 0.8 ? LARGE_CASH : CASH, 0);
    if (size < 0.3) return;
    for (const symbol of this.#symbols) if (this.#random() < 0.5) this.#depositShares(accountId, symbol);
  }

  /** One action of one account. */
  act(accountId: string): void {
    const state = this.#state(accountId);
    if (state.closedAt !== null) return;
    const chance = this.#random();
    if (chance < 0.035) return state.type === "paper" ? this.#resetPaper(accountId) : this.#move(accountId, chance);
    if (chance < 0.045) return this.#changeSettings(accountId);
    if (chance < 0.07) return this.#closePart(accountId);
    const open = [...state.open.values()];
    const order = open.length === 0 ? undefined : this.#one(open);
    if (order !== undefined && (chance < 0.14 || open.length > OPEN_ORDERS))
      return this.#exchange.cancel(accountId, order.id);
    if (order !== undefined && chance < 0.2) {
      const limitPrice =
        order.limitPrice === null ? null : this.tickets.price(order.symbol, 0.99 + 0.02 * this.#random());
      const unchanged = { stopPrice: null, trail: null, timeInForce: null, clientOrderId: null, goodTil: null };
      const qty = this.tickets.qty(order.symbol, this.#large.has(accountId) ? SCALE_OF_LARGE : 1);
      return this.#exchange.replace(accountId, order, { ...unchanged, qty, limitPrice });
    }
    if (this.#small.has(accountId) && chance < 0.35) return this.#dayTrade(accountId);
    const { session, phase } = this.#exchange.markets.books.get("AAPL")?.status ?? { session: "closed", phase: "" };
    const owned = (symbol: string) => state.ledger.get(symbol)?.available ?? 0;
    const gathers = phase === "pre_open" || phase === "opening_auction";
    const scale = this.#large.has(accountId) ? SCALE_OF_LARGE : 1;
    this.#exchange.submit(accountId, this.#withLots(accountId, this.tickets.any(owned, { session, gathers, scale })));
  }

  /** In some accounts half of the simple sales name free lots, in any sequence. */
  #withLots(accountId: string, ticket: OrderTicket): OrderTicket {
    const isSimple = ticket.side === "sell" && ticket.orderClass === "" && ticket.qty !== null;
    if (!this.#exchange.naming.has(accountId) || !isSimple || this.#naming() < 0.5) return ticket;
    const decimals = assetOf(ticket.symbol).qtyDecimals;
    let rest = Math.round(Number(ticket.qty) * 10 ** decimals);
    const free = freeLots(this.#state(accountId), ticket.symbol);
    const lots: TicketLot[] = [];
    while (rest > 0 && free.length > 0) {
      const [lot] = free.splice(Math.floor(this.#naming() * free.length), 1);
      const quantity = Math.min(rest, lot?.quantity ?? 0);
      lots.push({ lotId: lot?.lotId ?? 0, qty: formatDecimal(quantity, decimals) });
      rest -= quantity;
    }
    this.#exchange.count("lots named");
    return { ...ticket, lots };
  }

  /** A step towards the end of an account: orders are cancelled, positions sold, cash is moved, then it is closed. */
  retire(accountId: string): void {
    const [exchange, state] = [this.#exchange, this.#state(accountId)];
    if (state.closedAt !== null) return;
    for (const { id } of [...state.open.values()]) exchange.cancel(accountId, id);
    for (const symbol of this.#symbols) this.#close(accountId, symbol, WHOLE_POSITION);
    const cash = withdrawable(state, exchange.now);
    if (state.open.size === 0 && cash > 0) this.#pay(accountId, this.#other(accountId), cash);
    if (remainderOf(state) !== null) return;
    exchange.enter(accountId, [{ kind: "closed", origin: NO_ORIGIN }]);
    exchange.count("closed account");
  }

  #move(accountId: string, chance: number): void {
    if (chance < 0.005) return this.#deposit(accountId, "USD", 1 + Math.floor(this.#random() * CASH), 0);
    if (chance < 0.01) return this.#depositShares(accountId, this.#one(this.#symbols));
    if (chance < 0.02) return this.#withdraw(accountId);
    if (chance < 0.027) return this.#sendShares(accountId);
    this.#pay(accountId, this.#other(accountId), 1 + Math.floor(this.#random() * 10_000_000));
  }

  #changeSettings(accountId: string): void {
    const lotMethod = this.#one(SETTABLE_LOT_METHODS);
    const other = { fractionalTrading: this.#random() < 0.5 };
    this.#exchange.change(accountId, this.#random() < 0.6 ? { lotMethod } : other);
  }

  /** Closes a share of a position: up to nine decimals of a percent, or all of it. */
  #closePart(accountId: string): void {
    const held = this.#symbols.filter((symbol) => (this.#state(accountId).ledger.get(symbol)?.available ?? 0) > 0);
    if (held.length === 0) return;
    const all = this.#random() < 0.2;
    const percentage = all ? WHOLE_POSITION : 1 + Math.floor(this.#random() * (WHOLE_POSITION - 1));
    this.#close(accountId, this.#one(held), percentage);
  }

  #close(accountId: string, symbol: string, percentage: number): void {
    this.#exchange.closePosition(accountId, { symbol, qty: null, percentage, clientOrderId: null });
  }

  /** Buys shares for most of its cash and sells them at once, twice: the second time with what has not settled. */
  #dayTrade(accountId: string): void {
    const [symbol, common] = ["AAPL", { symbol: "AAPL", side: "buy", type: "market", timeInForce: "day" } as const];
    for (let round = 0; round < 2; round++) {
      const cash = this.#state(accountId).ledger.get("USD")?.available ?? 0;
      const notional = formatDecimal(Math.floor((cash * 0.9) / 100) * 100, 4);
      this.#exchange.submit(accountId, ticketWith({ ...common, qty: null, notional, limitPrice: null }));
      this.#close(accountId, symbol, WHOLE_POSITION);
    }
    // Coins are paid with settled cash.
    const coins = { symbol: "BTC/USD", type: "market", qty: null, notional: "100", limitPrice: null } as const;
    this.#exchange.submit(accountId, ticketWith(coins));
  }

  #resetPaper(accountId: string): void {
    const state = this.#state(accountId);
    for (const { id } of [...state.open.values()]) this.#exchange.cancel(accountId, id);
    if (state.open.size > 0) return;
    this.#exchange.enter(accountId, resetEntries(state, 1 + Math.floor(this.#random() * CASH), NO_ORIGIN));
    this.#exchange.count("paper reset");
  }

  #withdraw(accountId: string): void {
    const state = this.#state(accountId);
    const [first] = state.withdrawals.keys();
    if (first !== undefined) {
      const kind = this.#random() < 0.8 ? "withdrawal_settled" : "withdrawal_rejected";
      return this.#exchange.enter(accountId, [{ kind, id: first, by: "admin", origin: NO_ORIGIN }]);
    }
    const amount = formatDecimal(1 + Math.floor(this.#random() * 2_000 * 10_000), 4);
    const asked = { reference: `w${++this.#references}`, amount };
    const known = { byReference: () => undefined };
    const { now } = this.#exchange;
    this.#exchange.enter(accountId, decideWithdrawal(state, asked, known, accountId, now, NO_ORIGIN, WORLD).entries);
  }

  /** Cash moves to another account of the same owner. */
  #pay(accountId: string, to: string, units: number): void {
    const reference = `t${++this.#references}`;
    const [asked, known] = [{ reference, amount: formatDecimal(units, 4), to }, { byReference: () => undefined }];
    const [state, { now }] = [this.#state(accountId), this.#exchange];
    const { entries, outcome } = decideWithdrawal(state, asked, known, accountId, now, NO_ORIGIN, WORLD);
    this.#exchange.enter(accountId, entries);
    if (!outcome.ok) return;
    const { id, amount } = outcome.value;
    this.#exchange.enter(accountId, [{ kind: "withdrawal_settled", id, by: accountId, origin: NO_ORIGIN }]);
    const paid = { kind: "deposited", reference, asset: "USD", amount, cost: 0, payer: accountId } as const;
    this.#exchange.enter(to, [{ ...paid, by: accountId, origin: NO_ORIGIN }]);
    this.#exchange.count("transfer of cash");
  }

  /** Shares move to another account of the same owner, with their tax lots; now and then it refuses them. */
  #sendShares(accountId: string): void {
    const [exchange, state, to] = [this.#exchange, this.#state(accountId), this.#other(accountId)];
    const held = this.#symbols.filter((each) => (state.ledger.get(each)?.available ?? 0) > 0);
    if (held.length === 0) return;
    const symbol = this.#one(held);
    const available = state.ledger.get(symbol)?.available ?? 0;
    const reference = `s${++this.#references}`;
    const amount = formatDecimal(1 + Math.floor(this.#random() * available), assetOf(symbol).qtyDecimals);
    const [asked, known] = [{ reference, symbol, amount, to }, { byReference: () => undefined }];
    const { entries, outcome } = decideWithdrawal(state, asked, known, accountId, exchange.now, NO_ORIGIN, WORLD);
    exchange.enter(accountId, entries);
    if (!outcome.ok) return exchange.count(`refused ${outcome.refusal.reason}`);
    const { id } = outcome.value;
    const lots = (state.withdrawals.get(id)?.shares?.lots ?? []).map(lotInTransfer);
    const offered = { reference, symbol, amount, lots };
    const by = { by: accountId, payer: accountId };
    const taken = decideReceivedShares(this.#state(to), offered, undefined, by, NO_ORIGIN);
    const isTaken = taken.outcome.ok && this.#random() < 0.8;
    const kind = isTaken ? "withdrawal_settled" : "withdrawal_rejected";
    exchange.enter(accountId, [{ kind, id, by: accountId, origin: NO_ORIGIN }]);
    if (isTaken) exchange.enter(to, taken.entries);
    exchange.count(isTaken ? "transfer of shares" : "transfer of shares returned");
  }

  #depositShares(accountId: string, symbol: string): void {
    const { referencePrice } = requireInstrument(symbol);
    const shares = (1 + Math.floor(this.#random() * 30)) * (this.#large.has(accountId) ? SCALE_OF_LARGE : 1);
    const lots = shares * 10 ** assetOf(symbol).qtyDecimals;
    this.#deposit(accountId, symbol, lots + Math.floor(this.#random() * 1_000), shares * referencePrice);
  }

  #deposit(accountId: string, asset: string, amount: number, cost: number): void {
    const deposit = { kind: "deposited", reference: `d${++this.#references}`, asset, amount, cost } as const;
    this.#exchange.enter(accountId, [{ ...deposit, by: "admin", origin: NO_ORIGIN }]);
  }

  /** Another live account that is open. */
  #other(accountId: string): string {
    for (;;) {
      const [id, state] = this.#one([...this.#exchange.accounts]);
      if (id !== accountId && state.type !== "paper" && state.closedAt === null) return id;
    }
  }

  #state(accountId: string): AccountState {
    const state = this.#exchange.accounts.get(accountId);
    if (state === undefined) throw new Error(`no account ${accountId}`);
    return state;
  }

  #one<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)] as T;
  }
}
