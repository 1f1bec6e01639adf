import type { DuplicateMode } from "./settingWords.ts";

/** Limits of orders and positions, beyond those of the exchange. Null: no limit. */
export interface RiskLimits {
  /** Highest value of an order in 1/10,000 dollar, at its worst price. */
  readonly orderValue: number | null;
  /** Highest value of a position with its open buys, in 1/10,000 dollar, at the worst price of the order. */
  readonly positionValue: number | null;
  readonly symbols: readonly SymbolLimits[];
}

/** Limits for one symbol; they apply beside those of the account. */
export interface SymbolLimits {
  readonly symbol: string;
  /** Largest quantity of an order, in lots. */
  readonly orderQty: number | null;
  readonly orderValue: number | null;
  /** Largest position with its open buys, in lots. */
  readonly positionQty: number | null;
}

/** No limits. */
export const NO_LIMITS: RiskLimits = { orderValue: null, positionValue: null, symbols: [] };

/** What the exchange has decided about an account, and the kill switches. Replaced as a whole. The names are persisted. */
export interface RiskControls {
  /** While either is on, new orders and replaces are refused. */
  readonly killedByOwner: boolean;
  readonly killedByExchange: boolean;
  /** The account, or some symbols in it, take no new orders and replaces. */
  readonly blocked: boolean;
  readonly blockedSymbols: readonly string[];
  /** Limits that the owner can make narrower only. */
  readonly limits: RiskLimits;
}

/** A change of some controls. */
export type ControlsChange = Partial<RiskControls>;

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
