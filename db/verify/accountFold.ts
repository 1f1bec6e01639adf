/** An account rebuilt from its audit events, by a simple model that shares no code with the account itself. */
import { formatDecimal, mulDivHalfEven, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { uuidFromText } from "../../domain/ids.ts";
import type { Asset } from "../../domain/market/asset.ts";
import { assetNamed } from "../../domain/market/asset.ts";
import { units } from "./balanceFold.ts";
import type { Facts } from "./balanceFold.ts";
import { cashOf, Exits, leavesOf, neededFor, roundingOf } from "./foldedOrder.ts";
import type { FoldedOrder } from "./foldedOrder.ts";
import { feeOf } from "./foldedFees.ts";
import { MoneyFold } from "./moneyFold.ts";
import { Choices, eitherOf, firstOf } from "./chosenLots.ts";
import { readOrder } from "./readOrder.ts";
import { readSweep, SweepFold } from "./sweepFold.ts";

/** One side of a trade. */
export interface Fill {
  readonly symbol: string;
  readonly tradeId: string;
  readonly side: string;
  readonly price: string;
  readonly qty: string;
  /** When its book matched it; null in events of earlier releases. */
  readonly executedAt: number | null;
}

const REFUSALS: ReadonlySet<string> = new Set(["order.refused", "order.replace_refused"]);

/** Balances, open orders and pending withdrawals of an account, rebuilt from its audit events. */
export class AccountFold extends MoneyFold {
  readonly open = new Map<string, FoldedOrder>();
  readonly sweeps = new SweepFold();
  readonly #choices = new Choices(this.open, this.lots);

  protected override reservedOf(symbol: string): ReadonlyMap<number, number> {
    return this.#choices.reservedOf(symbol);
  }

  /** Applies an event. Returns a description of its first error; null without any. */
  apply(facts: Facts): string | null {
    const result = REFUSALS.has(facts.action) ? "refused" : "ok";
    if (facts.result !== result) return `its result is ${facts.result}, that of ${facts.action} is ${result}`;
    const symbol = typeof facts.after?.["symbol"] === "string" ? facts.after["symbol"] : null;
    const lacking = this.lots.lacks(facts.action);
    if (lacking !== null) return lacking;
    const found = facts.before === null ? null : this.difference("before", facts.before, symbol);
    if (found !== null) return found;
    const wrong = this.#applyAction(facts);
    if (wrong !== null) return wrong;
    return facts.after === null ? null : this.difference("after", facts.after, symbol);
  }

  #applyAction(facts: Facts): string | null {
    switch (facts.action) {
      case "account.opened":
        if (facts.body["tax_lots"] === true) this.lots.open();
        return null;
      case "lots.opened":
      case "order.lots":
        return this.lots.apply(facts, this.holdings);
      case "deposit":
      case "transfer.received":
        return this.deposit(facts);
      case "withdrawal.requested":
      case "transfer.requested":
        return this.requestWithdrawal(facts);
      case "withdrawal.settled":
      case "withdrawal.rejected":
      case "transfer.settled":
      case "transfer.rejected":
        return this.endWithdrawal(facts);
      case "fees.swept":
        return this.sweeps.send(facts.body, this.house);
      case "fees.received":
        // What is wrong with it is told where it is compared with what was sent.
        this.cash += readSweep(facts.body)?.amount ?? 0;
        return null;
      case "order.accepted":
        return this.#accept(facts);
      case "order.filled":
        return this.#fill(facts);
      case "order.activated":
        return this.#settle(facts.body);
      case "order.restated":
        return this.#restate(facts.body);
      case "order.replace_requested":
        return this.#requestReplace(facts.body);
      case "order.replaced":
        return this.#replace(facts.body);
      case "order.replace_rejected":
        return this.#onReplaceRejected(facts.body);
      case "order.canceled":
      case "order.expired":
        return this.#close(facts.body);
      default:
        // Other actions move no money; the stated balances are compared.
        return null;
    }
  }

  #accept({ body }: Facts): string | null {
    const read = readOrder(body, this.open);
    if (typeof read === "string") return read;
    const { id, order, parentId, instrument } = read;
    const { held } = order;
    const needed = parentId === null ? (neededFor(order, instrument, order.qty) ?? held) : 0;
    if (held !== needed) return "it does not hold what the order needs";
    const unfit = this.#choices.refuse(order, order.qty, null);
    if (unfit !== null) return unfit;
    this.open.set(id, order);
    this.hold(order.symbol, order.side, held);
    if (body["order_class"] === "oco" && parentId === null) new Exits().add(id, order);
    if (parentId === null) return null;
    const parent = this.open.get(parentId);
    if (parent === undefined) return `its parent ${parentId} is not open`;
    // The parent of an OCO is one of the two orders.
    const exits = parent.exits ?? (parent.legs ??= new Exits());
    if (exits === parent.legs) exits.waiting = true;
    exits.add(id, order);
    return null;
  }

  #fill(facts: Facts): string | null {
    const { body, after } = facts;
    const id = String(body["order_id"]);
    const order = this.open.get(id);
    const instrument = order === undefined ? undefined : assetNamed(order.symbol);
    if (order === undefined || instrument === undefined) return `order ${id} is not open`;
    const price = units(body["price"], PRICE_DECIMALS);
    const qty = units(body["qty"], instrument.qtyDecimals);
    if (price === null || qty === null) return "its price or quantity is none";
    if (body["symbol"] !== order.symbol || body["side"] !== order.side) return "its order has another symbol or side";
    const cash = cashOf(order, instrument, price, qty);
    const [filled, left] = [order.filled + qty, leavesOf(order) - qty];
    const sums = {
      notional: formatDecimal(cash, PRICE_DECIMALS),
      cum_qty: formatDecimal(filled, instrument.qtyDecimals),
      leaves_qty: formatDecimal(left, instrument.qtyDecimals),
      execution_id: uuidFromText(`execution:${order.symbol}:${String(body["trade_id"])}:${id}`),
    };
    for (const [field, sum] of Object.entries(sums)) {
      if (body[field] !== sum) return `its ${field} is ${String(body[field])} and should be ${sum}`;
    }
    if (left < 0) return "it fills more than its order has";
    const { cap, limit } = order;
    if (order.side === "buy" ? cap !== null && price > cap : limit !== null && price < limit) {
      return "its price is past the order's limit";
    }
    const fee = feeOf(body);
    if (typeof fee === "string") return fee;
    // A buy holds the most that its fees may be; a sell pays out of its proceeds.
    if (fee > (order.side === "buy" ? order.feeReserve - order.feesCharged : cash)) return "its fees exceed its cash";
    order.feesCharged += Math.max(0, fee);
    this.house += fee;
    const taking = this.#choices.takingOf(order, qty);
    this.sweeps.charged(body);
    order.filled = filled;
    const value = BigInt(price) * BigInt(qty);
    order.value += value;
    this.rounding += roundingOf(instrument, order.side, value, cash);
    if (order.side === "buy") this.#bought(order, instrument, qty, cash + fee, after);
    else this.#sold(order, qty, cash - fee);
    if (left === 0) this.#release(id, order);
    if (!this.lots.isOpen) return null;
    // Fees are basis, and less proceeds.
    const paid = order.side === "buy" ? Math.max(0, cash + fee) : cash - fee;
    const filledLots = { symbol: order.symbol, qty, cash: paid };
    const wrong =
      order.side === "buy"
        ? this.lots.bought(facts, filledLots)
        : this.lots.sold(facts, filledLots, taking, (sold) => this.#choices.count(order, sold));
    this.holding(order.symbol).cost = this.lots.costOf(order.symbol);
    return wrong;
  }

  #bought(order: FoldedOrder, instrument: Asset, qty: number, cash: number, after: Facts["after"]): void {
    // The hold of a market order of rules 1 is known only from the stated balances; the sum of both is exact.
    const says = units(after?.["cash_held"], PRICE_DECIMALS);
    const left = neededFor(order, instrument, leavesOf(order)) ?? order.held - (this.held - (says ?? this.held));
    const needed = Math.min(order.held, Math.max(0, left));
    this.hold(order.symbol, "buy", needed - order.held);
    order.held = needed;
    this.cash -= cash;
    const holding = this.holding(order.symbol);
    holding.available += qty;
    holding.cost += cash;
    // The legs now hold the lots that they sell.
    if (order.legs === null || order.legs.members.size === 0) return;
    order.legs.hold(qty);
    this.hold(order.symbol, "sell", qty);
  }

  #sold(order: FoldedOrder, qty: number, cash: number): void {
    const holding = this.holding(order.symbol);
    const owned = holding.available + holding.held;
    holding.cost = owned === qty ? 0 : holding.cost - mulDivHalfEven(holding.cost, qty, owned);
    holding.held -= qty;
    if (order.exits === null) order.held -= qty;
    else order.exits.hold(-qty);
    this.cash += cash;
  }

  /** Releases what an order and its linked exits can no longer trade. */
  #trim(order: FoldedOrder): void {
    const instrument = assetNamed(order.symbol);
    if (instrument === undefined) return;
    if (order.exits !== null) return this.hold(order.symbol, "sell", -order.exits.trim());
    const freed = Math.max(0, order.held - (neededFor(order, instrument, leavesOf(order)) ?? order.held));
    order.held -= freed;
    this.hold(order.symbol, order.side, -freed);
  }

  #settle(body: Facts["body"]): string | null {
    const order = this.open.get(String(body["order_id"]));
    if (order === undefined) return `order ${String(body["order_id"])} is not open`;
    this.#trim(order);
    return null;
  }

  #restate(body: Facts["body"]): string | null {
    const order = this.open.get(String(body["order_id"]));
    const qty = units(body["qty"], assetNamed(order?.symbol ?? "")?.qtyDecimals ?? 0);
    if (order === undefined || qty === null) return "its order or quantity is none";
    if (qty < order.filled) return "it is for less than was filled";
    order.qty = qty;
    const next = order.replacement?.resized === false ? this.open.get(order.replacement.id) : undefined;
    if (next !== undefined) next.qty = qty;
    return this.#settle(body);
  }

  #requestReplace(body: Facts["body"]): string | null {
    const read = readOrder(body, this.open);
    if (typeof read === "string") return read;
    const { id, order: next, instrument } = read;
    const old = this.open.get(String(body["replaces"]));
    if (old === undefined || old.replacement !== null) return "what it replaces is not open, or is being replaced";
    // Fills in flight use the old hold: the additional need is greatest before the first of them or after the last.
    const more = Math.max(0, next.qty - old.qty);
    const unpaid = (order: FoldedOrder) => order.feeReserve - order.feesCharged;
    const cost = (lots: number) => (neededFor(next, instrument, lots) ?? 0) - (lots === 0 ? 0 : next.feeReserve);
    const now = cost(Math.max(0, next.qty - old.filled)) - (old.held - (leavesOf(old) === 0 ? 0 : unpaid(old)));
    // Until the book has replaced the order either choice of lots may be sold.
    const both =
      next.chosen === null ? [] : [...eitherOf(firstOf(old.chosen ?? [], leavesOf(old)), next.chosen).values()];
    const lots = both.reduce((sum, qty) => sum + qty, 0) - old.held;
    const extra =
      next.side === "sell" ? Math.max(more, lots) : Math.max(0, now, cost(more)) + (next.feeReserve - old.feeReserve);
    if (next.held !== extra) return "it does not hold what it needs beyond the order it replaces";
    const unfit = this.#choices.refuse(next, next.qty - old.filled, old);
    if (unfit !== null) return unfit;
    old.replacement = { id, resized: body["resized"] === true };
    this.open.set(id, next);
    this.hold(next.symbol, next.side, extra);
    return null;
  }

  #replace(body: Facts["body"]): string | null {
    const [oldId, nextId] = [String(body["order_id"]), String(body["new_order_id"])];
    const old = this.open.get(oldId);
    const next = this.open.get(nextId);
    if (old === undefined || next === undefined) return "one of its orders is not open";
    next.filled = old.filled;
    next.value = old.value;
    next.feesCharged = old.feesCharged;
    const { exits } = old;
    if (exits === null) next.held += old.held;
    else {
      exits.members.delete(oldId);
      exits.add(nextId, next);
    }
    next.legs = old.legs;
    this.open.delete(oldId);
    this.#trim(next);
    return null;
  }

  #onReplaceRejected(body: Facts["body"]): string | null {
    const id = String(body["new_order_id"]);
    const next = this.open.get(id);
    if (next === undefined) return `order ${id} is not open`;
    const old = this.open.get(String(body["order_id"]));
    if (old !== undefined) old.replacement = null;
    this.#release(id, next);
    return null;
  }

  #close(body: Facts["body"]): string | null {
    const id = String(body["order_id"]);
    const order = this.open.get(id);
    const decimals = order === undefined ? undefined : assetNamed(order.symbol)?.qtyDecimals;
    if (order === undefined || decimals === undefined) return `order ${id} is not open`;
    const filled = formatDecimal(order.filled, decimals);
    if (body["filled_qty"] !== filled) return `its filled_qty is ${String(body["filled_qty"])} and should be ${filled}`;
    this.#release(id, order);
    return null;
  }

  #release(id: string, order: FoldedOrder): void {
    this.open.delete(id);
    if (order.legs !== null) order.legs.waiting = false;
    if (order.exits !== null) return this.hold(order.symbol, "sell", -order.exits.remove(id));
    this.hold(order.symbol, order.side, -order.held);
  }
}
