import type { AccountId, UserId } from "../../ids.ts";

/** Amounts in 1/10,000 dollar, times in epoch milliseconds. */
export interface Withdrawal {
  readonly id: string;
  /** The client's own reference, unique for the account's life. */
  readonly reference: string;
  readonly amount: number;
  readonly state: "pending" | "settled" | "rejected";
  /** Id of the user who requested it. */
  readonly requestedBy: UserId;
  readonly requestedAt: number;
  readonly decidedBy: UserId | null;
  readonly decidedAt: number | null;
  /** The owner's account that gets the cash; absent: the cash leaves the exchange. */
  readonly to?: AccountId;
  /** Address of the transfers actor that it was sent to; absent for a withdrawal of an earlier release until it is sent. */
  readonly transfers?: string;
}
