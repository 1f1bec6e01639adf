/** What clients ask of an account's object costs them a token of their plan each. */
import type { Rate } from "../domain/account/plans.ts";

export type { Rate } from "../domain/account/plans.ts";

/** The methods of AccountRpc that a client's request may call. */
export const METERED_METHODS = [
  "submitOrder",
  "replaceOrder",
  "cancelOrder",
  "cancelAllOrders",
  "order",
  "orderByClientOrderId",
  "orders",
  "summary",
  "requestWithdrawal",
  "withdrawals",
  "setCancelAfter",
  "cancelAfter",
] as const;
export type MeteredMethod = (typeof METERED_METHODS)[number];

/** The answer, and how many tokens are left; without one nothing was done. */
export type Metered<T> =
  | { readonly refused: true; readonly rate: Rate }
  | { readonly refused: false; readonly rate: Rate; readonly value: T };
