/** What clients ask of an account's object costs them a token of their plan each. */
import type { AccountId } from "../../domain/ids.ts";
import type { RateLimitStatus } from "../../domain/rateLimit.ts";
import { mayAct, type Principal, type Scope } from "../auth/principal.ts";

/**
 * The methods of AccountRpc that a client's request may call, with what the caller must be allowed to do. Those that do
 * more than read are told who calls by their first argument, and the account checks it.
 */
export const METERED_METHODS = {
  submitOrder: "trade",
  replaceOrder: "trade",
  cancelOrder: "trade",
  cancelAllOrders: "trade",
  order: "read",
  orderByClientOrderId: "read",
  orders: "read",
  summary: "read",
  requestWithdrawal: "withdraw",
  withdrawals: "read",
  setCancelAfter: "trade",
  cancelAfter: "read",
} as const satisfies Readonly<Record<string, Scope>>;
export type MeteredMethod = keyof typeof METERED_METHODS;

/**
 * What an account asks before it does something for a client, whoever has asked before. Throws when the method is none of
 * these, or its caller may not do that with this account.
 */
export function checkMetered(method: string, args: readonly unknown[], accountId: AccountId): void {
  if (!isMetered(method)) throw new Error(`not a request of a client: ${method}`);
  const scope = METERED_METHODS[method];
  if (scope !== "read" && !mayAct(args[0] as Principal, accountId, scope)) throw new Error(`${method} is not allowed`);
}

function isMetered(method: string): method is MeteredMethod {
  return Object.hasOwn(METERED_METHODS, method);
}

/** The answer, and how many tokens are left; without one nothing was done. */
export type Metered<T> =
  | { readonly refused: true; readonly rate: RateLimitStatus }
  | { readonly refused: false; readonly rate: RateLimitStatus; readonly value: T };
