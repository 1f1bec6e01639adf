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
