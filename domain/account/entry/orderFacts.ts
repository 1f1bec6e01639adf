import type { Instrument } from "../../market/instrument.ts";
import type { MarketPrices } from "../../market/marketPrices.ts";
import type { SessionRules } from "../../market/sessionRules.ts";
import type { ReplaceChange, RiskBalance } from "../../risk/facts.ts";
import type { PlanLimits, RiskControls } from "../../risk/limits.ts";
import { lossLimitEntry } from "../settings/lossLimitEntry.ts";
import { type DayPrices, totalLoss } from "../settings/totalLoss.ts";
import type { LossLimitEntry } from "../state/entries.ts";
import type { AccountSettings } from "../settings/accountSettings.ts";
import { dayLoss, duplicateOf } from "../settings/riskState.ts";
import { type ResizableFacts, withLargest } from "../../risk/largest.ts";
import type { ChoiceRefusal } from "../../portfolio/lotMethod.ts";
import type { RiskRefusal } from "../../risk/refusal.ts";
import { firstRefusal } from "../../risk/rules.ts";
import { withFeePlan, withFeesOfReplaced } from "../fees/feeReserve.ts";
import { extraHold } from "./extraHold.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import { refuseLots } from "../lots/chosenLots.ts";
import { requiredHold } from "../orders/accept.ts";
import { settledLimit, type SettledLimit } from "../settlement/cashLimits.ts";
import type { AccountState } from "../state/accountState.ts";
import { oppositeOf, sameSideOf } from "../state/openOrders.ts";
import type { NewOrder, Order } from "../state/order.ts";

/** What deciding an order or a replace has asked the market and the calendar. */
export interface EntryFacts extends MarketPrices {
  readonly hours: SessionRules;
  /** Minimum value in 1/10,000 dollar; absent: the instrument's. */
  readonly leastValue?: number;
  /** The order closes a position for the kill switch that is on. */
  readonly flattening?: boolean;
  /** Prices of what the account has, if its daily loss limit depends on them. */
  readonly dayPrices?: DayPrices;
}

/** The id of an order that is not placed. */
export const NO_ORDER_ID = "00000000-0000-0000-0000-000000000000";

/** A replace: what it changes, the order that it replaces, and what it needs beyond the hold of that order. */
export interface Replacing extends ReplaceChange {
  readonly replaced: Order;
  readonly extra: number;
}

/**
 * What the rules of risk know of an order of an account. A class with getters, because most orders pass rules that need
 * little of it.
 */
export class OrderFacts implements ResizableFacts {
  readonly order: NewOrder;
  readonly legs: readonly NewOrder[];
  readonly instrument: Instrument;
  readonly change: Replacing | null;
  readonly market: EntryFacts;
  readonly #state: Readonly<AccountState>;
  #loss: number | null = null;

  constructor(
    state: Readonly<AccountState>,
    order: NewOrder,
    legs: readonly NewOrder[],
    instrument: Instrument,
    market: EntryFacts,
    change: Replacing | null = null,
  ) {
    this.#state = state;
    this.order = order;
    this.legs = legs;
    this.instrument = instrument;
    this.market = market;
    this.change = change;
  }

  /** The same order with another quantity, or another notional, as it would be decided. */
  resized(amount: Partial<Pick<NewOrder, "qty" | "notional">>): OrderFacts {
    const { legs, instrument, change, market } = this;
    const [state, asked, { now }] = [this.#state, { ...this.order, ...amount }, market.hours];
    if (change === null) return new OrderFacts(state, withFeePlan(state, asked, now), legs, instrument, market);
    const order = withFeesOfReplaced(state, change.replaced, asked, now);
    const extra = extraHold(change.replaced, order, instrument);
    return new OrderFacts(state, order, legs, instrument, market, { ...change, extra });
  }

  get hours(): SessionRules {
    return this.market.hours;
  }

  get leastValue(): number {
    return this.market.leastValue ?? this.instrument.leastValue;
  }

  get hold(): number {
    return this.change === null ? requiredHold(this.order) : this.change.extra;
  }

  get holds(): number {
    return this.change?.replaced.held ?? 0;
  }

  get cash(): RiskBalance {
    return balances(this.#state.ledger, CASH);
  }

  get settled(): SettledLimit | null {
    return settledLimit(this.#state, this.instrument, this.market.hours.now);
  }

  get position(): RiskBalance {
    return balances(this.#state.ledger, this.order.symbol);
  }

  get openOrders(): number {
    return this.#state.open.size;
  }

  get opposite(): ReadonlyMap<string, Order> {
    return oppositeOf(this.#state, this.order);
  }

  get sameSide(): ReadonlyMap<string, Order> {
    return sameSideOf(this.#state, this.order);
  }

  get settings(): AccountSettings {
    return this.#state.settings;
  }

  get controls(): RiskControls {
    return this.#state.risk.controls;
  }

  get plan(): PlanLimits | null {
    return this.#state.risk.plan;
  }

  get flattening(): boolean {
    return this.market.flattening === true;
  }

  get duplicateOf(): string | null {
    const { risk, settings } = this.#state;
    return this.change === null ? duplicateOf(risk, settings, this.order, this.hours.now) : null;
  }

  get dayLoss(): number {
    const { dayPrices, hours } = this.market;
    const isTotal = this.settings.dailyLossBasis === "total" && dayPrices !== undefined;
    this.#loss ??= isTotal ? totalLoss(this.#state, dayPrices, hours.now) : dayLoss(this.#state.risk, hours.now);
    return this.#loss;
  }

  get chosenLots(): ChoiceRefusal | null {
    const { order, change } = this;
    if (order.lots === undefined) return null;
    const quantity = order.qty - (change?.replaced.filledQty ?? 0);
    return refuseLots(this.#state, order.symbol, order.lots, quantity, change?.replaced);
  }

  get lossLimitReached(): boolean {
    if (this.hours.now < this.#state.risk.stoppedUntil) return true;
    const { dailyLossLimit, dailyLossBasis } = this.settings;
    return dailyLossBasis === "total" && dailyLossLimit !== null && this.dayLoss > 0 && this.dayLoss >= dailyLossLimit;
  }

  /** The entry by which the daily loss limit is reached with the prices of this request, before its refusal. */
  lossEntries(refusal: { readonly reason: string }): readonly LossLimitEntry[] {
    if (refusal.reason !== "daily_loss_limit") return [];
    const entry = lossLimitEntry(this.#state, this.dayLoss, this.market.dayPrices, this.hours.now);
    return entry === null ? [] : [entry];
  }
}

/** The refusal of the first rule that refuses, with the largest size that would pass; null when all pass. */
export function refuseByRisk(facts: OrderFacts): RiskRefusal | null {
  const refusal = firstRefusal(facts);
  return refusal === null ? null : withLargest(refusal, facts);
}
