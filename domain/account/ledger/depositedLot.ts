/** When deposited shares were acquired and what they cost, where that is known. */
export interface DepositedLot {
  /** Epoch milliseconds; left out: when they are deposited. */
  readonly acquiredAt?: number;
  /** A decimal of dollars, of all shares; left out: the reference price of the instrument. */
  readonly cost?: string;
}
