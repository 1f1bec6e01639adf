/** What the rules know of an order and its account. An account's own orders have these fields. */
import type { Instrument } from "../market/instrument.ts";
import type { PlanLimits, RiskControls, RiskSettings } from "./limits.ts";
import type { ChoiceRefusal } from "../portfolio/lotMethod.ts";
import type { MarketPrices } from "../market/marketPrices.ts";
import type { SessionRules } from "../market/sessionRules.ts";
import type { LegRole, OrderClass } from "../order/orderClass.ts";
import type { OrderType } from "../order/orderType.ts";
import type { Side } from "../order/side.ts";
import type { SelfTrade, Terms } from "../order/terms.ts";
import type { TimeInForce } from "../order/timeInForce.ts";

/** An order that is to be accepted. Prices are in 1/10,000 dollar, quantities in lots. */
export interface RiskOrder {
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly extendedHours: boolean;
  readonly qty: number;
  readonly limitPrice: number | null;
  /** The worst price at which it may trade. */
  readonly protectionPrice: number;
  readonly stopPrice?: number | null;
  readonly notional?: number | null;
  readonly goodTil?: number | null;
  readonly orderClass?: OrderClass;
  readonly parentId?: string | null;
  readonly role?: LegRole | null;
  readonly terms?: Terms;
  readonly impliedSelfTrade?: SelfTrade;
}

/** An open order of the account. */
export type OpenOrder = Pick<
  RiskOrder,
  "id" | "symbol" | "side" | "type" | "timeInForce" | "limitPrice" | "orderClass" | "terms" | "qty" | "notional"
> & { readonly status: string; readonly filledQty: number; readonly held: number };

/** What a replace changes; a new order has none. */
export interface ReplaceChange {
  /** The order that is replaced. */
  readonly orderId: string;
  readonly resized: boolean;
  /** A limit or trigger price changes. */
  readonly repriced: boolean;
  /** A trigger price that is live changes. */
  readonly retriggered: boolean;
}

/** What the owner has, in 1/10,000 dollar or lots: what is free, and what open orders and withdrawals hold. */
export interface RiskBalance {
  readonly available: number;
  readonly held: number;
}

/** The facts that rules may need. */
export interface RiskFacts {
  readonly order: RiskOrder;
  readonly legs: readonly RiskOrder[];
  readonly instrument: Instrument;
  /** Null for a new order. */
  readonly change: ReplaceChange | null;
  readonly market: MarketPrices;
  readonly hours: SessionRules;
  /** Cash of a buy or lots of a sell that the order needs beyond what it holds. */
  readonly hold: number;
  /** Lots that a sale holds already, because it replaces another one. */
  readonly holds: number;
  /** Minimum value of an order in 1/10,000 dollar. */
  readonly leastValue: number;
  readonly cash: RiskBalance;
  /** The position in the order's symbol. */
  readonly position: RiskBalance;
  /** How many orders the account has open. */
  readonly openOrders: number;
  /** The open orders of the other side of the symbol, and of the same side, by id. */
  readonly opposite: ReadonlyMap<string, OpenOrder>;
  readonly sameSide: ReadonlyMap<string, OpenOrder>;
  /** Settled cash that a purchase is limited to, and the trading day through which; null: it may use all cash. */
  readonly settled: { readonly available: number; readonly through: number | null } | null;
  readonly settings: RiskSettings;
  readonly controls: RiskControls;
  /** The limits of the owner's plan; null: none are known. */
  readonly plan: PlanLimits | null;
  /** The order closes a position for the kill switch that is on. */
  readonly flattening: boolean;
  /** The order, within the window of the owner's setting, that this one repeats; null: none. */
  readonly duplicateOf: string | null;
  /** What the account has lost by the day's sales, in 1/10,000 dollar; it has reached its limit today. */
  readonly dayLoss: number;
  readonly lossLimitReached: boolean;
  /** Why the tax lots that the order names cannot be sold for it; null when they can, or when it names none. */
  readonly chosenLots: ChoiceRefusal | null;
}
