import type { DuplicateMode } from "./settingWords.ts";

/** Limits of orders and positions, beyond those of the exchange. Null: no limit. */
export interface RiskLimits {
  /** Highest value of an order in 1/10,000 dollar, at its worst price. */
  readonly orderValue: number | null;
  /** Highest value of a position with its open buys, in 1/10,000 dollar, at the worst price of the order. */
  readonly positionValue: number | null;
  /** Largest quantity of an order, and of a position with its open buys, in whole shares or coins. Absent: no limit. */
  readonly orderQty?: number | null;
  readonly positionQty?: number | null;
  readonly symbols: readonly SymbolLimits[];
}

/** Limits for one symbol. They apply beside those of the account; in a plan they take the place of its others. */
export interface SymbolLimits {
  readonly symbol: string;
  /** Largest quantity of an order, in lots. */
  readonly orderQty: number | null;
  readonly orderValue: number | null;
  /** Largest position with its open buys, in lots. */
  readonly positionQty: number | null;
  /** Absent: no limit. */
  readonly positionValue?: number | null;
}

/** No limits. */
export const NO_LIMITS: RiskLimits = { orderValue: null, positionValue: null, symbols: [] };

/** The limits of a plan of users (domain/rateLimit.ts). `version` counts its changes; 0: it was never changed. */
export interface PlanLimits {
  readonly plan: string;
  readonly version: number;
  readonly limits: RiskLimits;
}

/** What the exchange has decided about an account, and the kill switches. Replaced as a whole. The names are persisted. */
export interface RiskControls {
  /** While either is on, new orders and replaces are refused. */
  readonly killedByOwner: boolean;
  readonly killedByExchange: boolean;
  /** The account, or some symbols in it, take no new orders and replaces. */
  readonly blocked: boolean;
  readonly blockedSymbols: readonly string[];
  /** Limits of the exchange for this account. One that is set takes the place of the plan's. */
  readonly limits: RiskLimits;
}

/** A change of some controls. */
export type ControlsChange = Partial<RiskControls>;

/**
 * A change of controls by which more orders are taken: what it lifts. `limits` replace those of the account, as long as
 * they are `limitsBefore`; left out by an earlier release: whatever they are.
 */
export interface ControlsLoosening {
  readonly unblock?: true;
  readonly unblockSymbols?: readonly string[];
  /** The kill switch of the exchange is switched off. */
  readonly killSwitchOff?: true;
  readonly limits?: RiskLimits;
  readonly limitsBefore?: RiskLimits;
}

export const NO_CONTROLS: RiskControls = {
  killedByOwner: false,
  killedByExchange: false,
  blocked: false,
  blockedSymbols: [],
  limits: NO_LIMITS,
};

/** The settings of the owner that rules use. */
export interface RiskSettings {
  readonly suspendTrade: boolean;
  readonly fractionalTrading: boolean;
  readonly disableOvernightTrading: boolean;
  readonly limits: RiskLimits;
  readonly duplicateMode: DuplicateMode;
  readonly dailyLossLimit: number | null;
}
