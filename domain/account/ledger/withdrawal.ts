/** Amounts in 1/10,000 dollar, times in epoch milliseconds. */
export interface Withdrawal {
  readonly id: string;
  /** The owner's name for it: there is one of each. */
  readonly reference: string;
  readonly amount: number;
  readonly state: "pending" | "settled" | "rejected";
  /** The user who asked for it. */
  readonly requestedBy: string;
  readonly requestedAt: number;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  /** Address of the transfers actor that was sent it; left out for one of an earlier release, until it is sent. */
  readonly transfers?: string;
}
