/** What 200 accounts do in a year: orders of every type and class, replaces, cancels, deposits, withdrawals. */
import { decideWithdrawal } from "../../../domain/account/ledger/withdrawals.ts";
import { NO_ORIGIN } from "../../../domain/account/state/events.ts";
import { ticketWith } from "../../../domain/account/testing.ts";
import type { OrderTicket } from "../../../domain/account/entry/ticket.ts";
import { formatDecimal } from "../../../domain/decimal.ts";
import { FEE_PLANS } from "../../../domain/fees/catalogue.ts";
import { saveFeePlan } from "../../../domain/fees/savedPlan.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { requireInstrument } from "../../../domain/market/listing.ts";
import { SETTABLE_LOT_METHODS } from "../../../domain/risk/settingWords.ts";
import { seededRandom } from "../../rig/random.ts";
import type { YearExchange } from "./exchange.ts";

const CASH = 100_000 * 10_000;

export class Traders {
  readonly #exchange: YearExchange;
  readonly #symbols: readonly string[];
  readonly #random: () => number;
  /** The price around which a symbol trades, in 1/10,000 dollar. */
  readonly #mid: Map<string, number>;
  #references = 0;

  constructor(exchange: YearExchange, symbols: readonly string[], seed: number) {
    this.#exchange = exchange;
    this.#symbols = symbols;
    this.#random = seededRandom(seed);
    this.#mid = new Map(symbols.map((symbol) => [symbol, requireInstrument(symbol).referencePrice]));
  }

  /** Opens an account with a fee plan and a method for its lots, and pays in. */
  open(accountId: string): void {
    const exchange = this.#exchange;
    const [plan, lotMethod] = [this.#one(Object.values(FEE_PLANS)), this.#one(SETTABLE_LOT_METHODS)];
    exchange.open(accountId, lotMethod, this.#one(["cash", "margin"]));
    exchange.enter(accountId, [
      { kind: "fee_plan_set", plan: saveFeePlan(plan), origin: NO_ORIGIN },
      { kind: "settings_changed", changes: { lotMethod }, origin: NO_ORIGIN },
    ]);
    this.#deposit(accountId, "USD", CASH, 0);
    for (const symbol of this.#symbols) if (this.#random() < 0.5) this.#depositShares(accountId, symbol);
  }

  /** Moves the prices to those of another day. */
  nextDay(): void {
    for (const [symbol, mid] of this.#mid) this.#mid.set(symbol, mid * (0.97 + 0.06 * this.#random()));
  }

  /** One action of one account. */
  act(accountId: string): void {
    const chance = this.#random();
    if (chance < 0.005) return this.#deposit(accountId, "USD", 1 + Math.floor(this.#random() * CASH), 0);
    if (chance < 0.01) return this.#depositShares(accountId, this.#one(this.#symbols));
    if (chance < 0.025) return this.#withdraw(accountId);
    if (chance < 0.035) return this.#transfer(accountId);
    const open = [...(this.#exchange.accounts.get(accountId)?.open.values() ?? [])];
    const order = open.length === 0 ? undefined : this.#one(open);
    if (order !== undefined && chance < 0.12) return this.#exchange.cancel(accountId, order.id);
    if (order !== undefined && chance < 0.2) {
      const limitPrice = order.limitPrice === null ? null : this.#price(order.symbol, 0.99 + 0.02 * this.#random());
      const unchanged = { stopPrice: null, trail: null, timeInForce: null, clientOrderId: null, goodTil: null };
      return this.#exchange.replace(accountId, order, { ...unchanged, qty: this.#qty(order.symbol), limitPrice });
    }
    this.#exchange.submit(accountId, this.#ticket(accountId));
  }

  #ticket(accountId: string): OrderTicket {
    const symbol = this.#one(this.#symbols);
    const position = this.#exchange.accounts.get(accountId)?.ledger.get(symbol)?.available ?? 0;
    const side = position > 0 && this.#random() < 0.55 ? "sell" : "buy";
    const sign = side === "buy" ? 1 : -1;
    const near = (away: number) => this.#price(symbol, 1 + sign * (0.004 + away) - 0.008 * this.#random());
    const isCoin = assetOf(symbol).assetClass === "crypto";
    const common = { symbol, side, qty: this.#qty(symbol), timeInForce: isCoin ? "gtc" : this.#one(["day", "gtc"]) };
    const limit = { ...common, type: "limit", limitPrice: near(0) };
    const [up, down] = [this.#price(symbol, 1.01), this.#price(symbol, 0.99)];
    const stop = { ...common, limitPrice: null, stopPrice: side === "buy" ? up : down };
    const touch = { ...common, limitPrice: null, stopPrice: side === "buy" ? down : up };
    const exits = { takeProfit: { limitPrice: up }, stopLoss: { stopPrice: down, limitPrice: null } };
    const whole = { qty: "2", timeInForce: "gtc" } as const;
    const kinds: Partial<OrderTicket>[] = [
      limit,
      limit,
      limit,
      limit,
      { ...common, type: "market", limitPrice: null },
      { ...common, type: "market", limitPrice: null, qty: null, notional: "250", timeInForce: isCoin ? "gtc" : "day" },
      { ...limit, timeInForce: "ioc" },
      { ...limit, timeInForce: "fok" },
      { ...stop, type: "stop" },
      {
        ...stop,
        type: "stop_limit",
        limitPrice: side === "buy" ? this.#price(symbol, 1.015) : this.#price(symbol, 0.985),
      },
      { ...touch, type: "market_if_touched" },
      { ...common, type: "trailing_stop", limitPrice: null, trailPercent: "1" },
      ...(side === "buy"
        ? [
            { ...limit, ...whole, orderClass: "bracket", ...exits },
            { ...limit, ...whole, orderClass: "oto", takeProfit: exits.takeProfit },
          ]
        : [{ ...limit, ...whole, orderClass: "oco", limitPrice: null, ...exits }]),
    ];
    return ticketWith(this.#one(kinds));
  }

  #withdraw(accountId: string): void {
    const state = this.#exchange.accounts.get(accountId);
    if (state === undefined) return;
    const [first] = state.withdrawals.keys();
    if (first !== undefined) {
      const kind = this.#random() < 0.8 ? "withdrawal_settled" : "withdrawal_rejected";
      return this.#exchange.enter(accountId, [{ kind, id: first, by: "admin", origin: NO_ORIGIN }]);
    }
    const amount = formatDecimal(1 + Math.floor(this.#random() * 2_000 * 10_000), 4);
    const [known, to] = [{ byReference: () => undefined }, { address: "transfers/world", ownerRoute: null }];
    const asked = { reference: `w${++this.#references}`, amount };
    this.#exchange.enter(
      accountId,
      decideWithdrawal(state, asked, known, accountId, this.#exchange.now, NO_ORIGIN, to).entries,
    );
  }

  /** Cash moves to another account of the same owner. */
  #transfer(accountId: string): void {
    const [state, to] = [this.#exchange.accounts.get(accountId), this.#one([...this.#exchange.accounts.keys()])];
    if (state === undefined || to === accountId) return;
    const [known, actor] = [{ byReference: () => undefined }, { address: "transfers/world", ownerRoute: null }];
    const reference = `t${++this.#references}`;
    const asked = { reference, amount: formatDecimal(1 + Math.floor(this.#random() * 10_000_000), 4), to };
    const { now } = this.#exchange;
    const { entries, outcome } = decideWithdrawal(state, asked, known, accountId, now, NO_ORIGIN, actor);
    this.#exchange.enter(accountId, entries);
    if (!outcome.ok) return;
    const { id, amount } = outcome.value;
    this.#exchange.enter(accountId, [{ kind: "withdrawal_settled", id, by: accountId, origin: NO_ORIGIN }]);
    const paid = { kind: "deposited", reference, asset: "USD", amount, cost: 0, payer: accountId } as const;
    this.#exchange.enter(to, [{ ...paid, by: accountId, origin: NO_ORIGIN }]);
  }

  #depositShares(accountId: string, symbol: string): void {
    const { referencePrice } = requireInstrument(symbol);
    const shares = 1 + Math.floor(this.#random() * 30);
    const lots = shares * 10 ** assetOf(symbol).qtyDecimals;
    this.#deposit(accountId, symbol, lots + Math.floor(this.#random() * 1_000), shares * referencePrice);
  }

  #deposit(accountId: string, asset: string, amount: number, cost: number): void {
    const deposit = { kind: "deposited", reference: `d${++this.#references}`, asset, amount, cost } as const;
    this.#exchange.enter(accountId, [{ ...deposit, by: "admin", origin: NO_ORIGIN }]);
  }

  /** Whole shares, or a fraction of up to six decimals. */
  #qty(symbol: string): string {
    if (this.#random() < 0.6) return String(1 + Math.floor(this.#random() * 20));
    return formatDecimal(1 + Math.floor(this.#random() * 5_000_000), Math.min(6, assetOf(symbol).qtyDecimals));
  }

  /** A price so far from the middle, in cents. */
  #price(symbol: string, factor: number): string {
    return formatDecimal(Math.max(1, Math.round(((this.#mid.get(symbol) ?? 0) * factor) / 100)) * 100, 4);
  }

  #one<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)] as T;
  }
}
