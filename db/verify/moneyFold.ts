/** Deposits, withdrawals and transfers of an account, rebuilt from its audit events. */
import { assetNamed } from "../../domain/market/asset.ts";
import { PRICE_DECIMALS } from "../../domain/decimal.ts";
import { BalanceFold, units } from "./balanceFold.ts";
import type { Facts } from "./balanceFold.ts";
import { LotFold } from "./lotFold.ts";
import type { SentPart } from "./symbolLots.ts";

/** A withdrawal or transfer that waits: the cash that it holds, or the shares that have left. */
type Waiting = { readonly cash: number } | WaitingShares;

interface WaitingShares {
  readonly symbol: string;
  readonly qty: number;
  readonly lots: readonly SentPart[];
}

const NOTHING_RESERVED: ReadonlyMap<number, number> = new Map();

export class MoneyFold extends BalanceFold {
  /** Pending withdrawals and transfers, by id. */
  readonly withdrawals = new Map<string, Waiting>();
  readonly lots = new LotFold();
  /** References of what was paid in: each is posted once. */
  readonly #postedReferences = new Set<string>();

  protected deposit(facts: Facts): string | null {
    const { body } = facts;
    const asset = String(body["asset"]);
    const instrument = assetNamed(asset);
    if (instrument === undefined && asset !== "USD") return `no such asset: ${asset}`;
    const amount = units(body["amount"], instrument?.qtyDecimals ?? PRICE_DECIMALS);
    const cost = units(body["cost_basis"], PRICE_DECIMALS);
    if (amount === null || cost === null) return "its amount is none";
    const reference = String(body["reference"]);
    if (this.#postedReferences.has(reference)) return `${reference} was posted before`;
    this.#postedReferences.add(reference);
    this.#addDeposit(asset, amount);
    if (instrument === undefined) {
      this.cash += amount;
      return null;
    }
    const holding = this.holding(asset);
    holding.available += amount;
    holding.cost += cost;
    if (body["lots"] !== undefined) return this.lots.received(facts, asset, amount, cost);
    return this.lots.deposited(facts, asset, amount, cost);
  }

  protected requestWithdrawal(facts: Facts): string | null {
    const { body } = facts;
    const id = String(body["withdrawal_id"]);
    if (this.withdrawals.has(id)) return `withdrawal ${id} was asked for before`;
    if (body["symbol"] !== undefined) return this.#send(facts, id);
    const amount = units(body["amount"], PRICE_DECIMALS);
    if (amount === null || amount <= 0) return "its amount is none";
    if (amount > this.cash) return "it holds more than there is";
    this.withdrawals.set(id, { cash: amount });
    this.hold("", "buy", amount);
    return null;
  }

  /** Shares leave with the request. */
  #send(facts: Facts, id: string): string | null {
    const symbol = String(facts.body["symbol"]);
    const qty = units(facts.body["amount"], assetNamed(symbol)?.qtyDecimals ?? 0);
    if (qty === null || qty <= 0) return "its amount is none";
    const holding = this.holding(symbol);
    if (qty > holding.available) return "it moves more than there is";
    const lots = this.lots.sent(facts, symbol, qty, this.reservedOf(symbol));
    if (typeof lots === "string") return lots;
    this.withdrawals.set(id, { symbol, qty, lots });
    holding.available -= qty;
    holding.cost = this.lots.costOf(symbol);
    this.#addDeposit(symbol, -qty);
    return null;
  }

  protected endWithdrawal(facts: Facts): string | null {
    const { action, body } = facts;
    const id = String(body["withdrawal_id"]);
    const waiting = this.withdrawals.get(id);
    if (waiting === undefined) return `withdrawal ${id} does not wait`;
    this.withdrawals.delete(id);
    if ("symbol" in waiting) return this.#endSending(facts, waiting);
    const { cash: amount } = waiting;
    if (units(body["amount"], PRICE_DECIMALS) !== amount) return "its amount is not what was asked for";
    this.hold("", "buy", -amount);
    if (action.endsWith(".rejected")) return null;
    this.cash -= amount;
    this.#addDeposit("USD", -amount);
    return null;
  }

  /** The other account has the shares, or they are put back. */
  #endSending(facts: Facts, { symbol, qty, lots }: WaitingShares): string | null {
    const { action, body } = facts;
    const amount = units(body["amount"], assetNamed(symbol)?.qtyDecimals ?? 0);
    if (body["symbol"] !== symbol || amount !== qty) return "its amount is not what was asked for";
    if (!action.endsWith(".rejected")) return null;
    const holding = this.holding(symbol);
    holding.available += qty;
    this.#addDeposit(symbol, qty);
    const wrong = this.lots.returned(facts, symbol, lots);
    holding.cost = this.lots.costOf(symbol);
    return wrong;
  }

  /** What open orders have reserved of the lots of a symbol. */
  protected reservedOf(_symbol: string): ReadonlyMap<number, number> {
    return NOTHING_RESERVED;
  }

  #addDeposit(asset: string, amount: number): void {
    this.deposited.set(asset, (this.deposited.get(asset) ?? 0) + amount);
  }
}
