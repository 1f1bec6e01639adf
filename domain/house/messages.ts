/** What an account sends to the house account of its region, once a trading day at most. */

/** Amounts in 1/10,000 dollar; what is negative the house pays. */
export interface FeesSwept {
  readonly kind: "fees_swept";
  /** The trading day on which the account has booked the fees, numbered from 1970-01-01. */
  readonly day: number;
  /** All fees of that day that the account has not sent yet, less its rebates. */
  readonly amount: number;
  /** The part of it that is passed on to regulators, by code of the fee. */
  readonly regulatory: RegulatoryAmounts;
}

/** Fees of regulators by code. */
export type RegulatoryAmounts = readonly (readonly [code: string, amount: number])[];
