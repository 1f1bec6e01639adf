/** RPC of an Account object about settlement. Additive across releases, like protocol/rpc/account.ts. */
import type { ViolationKind } from "../../domain/settlement/violations.ts";

/** Cash of an account by settlement. Amounts are in 1/10,000 dollar, days are numbered from 1970-01-01. */
export interface SettlementView {
  /** The trading day of now. */
  readonly day: number;
  readonly settled: number;
  /** Proceeds that have not settled, by settlement day. */
  readonly unsettled: readonly { readonly day: number; readonly amount: number }[];
  readonly withdrawable: number;
  /** What purchases of shares and of coins may use. */
  readonly buyingPower: number;
  readonly coinBuyingPower: number;
  /** The owner is a market maker, whose violations are not counted. */
  readonly exempt: boolean;
  /** Of the last twelve months, at most the number of each kind that restricts. */
  readonly violations: readonly { readonly day: number; readonly kind: ViolationKind }[];
  /** The last day on which purchases need settled cash; null: not restricted. */
  readonly restrictedThrough: number | null;
}

/** What an account may withdraw and buy for, in a summary. */
export interface CashLimits {
  readonly withdrawable: number;
  readonly buyingPower: number;
  readonly coinBuyingPower: number;
}

export interface AccountSettlementRpc {
  /** Settled and unsettled cash, and violations; null when the account was never opened. */
  settlement(): Promise<SettlementView | null>;
}
