import type { AccountId, UserId } from "../../ids.ts";
import type { MovedShares } from "./movedShares.ts";

/** Amounts in 1/10,000 dollar, times in epoch milliseconds. */
export interface Withdrawal {
  readonly id: string;
  /** The client's own reference, unique for the account's life. */
  readonly reference: string;
  /** Cash; 0 when shares move. */
  readonly amount: number;
  readonly state: "pending" | "settled" | "rejected";
  /** Id of the user who requested it. */
  readonly requestedBy: UserId;
  readonly requestedAt: number;
  readonly decidedBy: UserId | null;
  readonly decidedAt: number | null;
  /** The owner's account that gets it; absent: the cash leaves the exchange. */
  readonly to?: AccountId;
  /** The shares that move; absent: cash does. */
  readonly shares?: MovedShares;
  /** Why the other account has refused it. */
  readonly refusal?: string;
  /** Address of the transfers actor that it was sent to; absent for a withdrawal of an earlier release until it is sent. */
  readonly transfers?: string;
}
