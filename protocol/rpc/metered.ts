/** Methods of an account that count against the rate limit of a client's plan. */
import type { AccountId, UserId } from "../../domain/ids.ts";
import type { RateLimitStatus } from "../../domain/rateLimit.ts";
import type { OrderCommand } from "./orderCommands.ts";
import { mayAct, type Principal, type Scope } from "../auth/principal.ts";

/**
 * The methods of AccountRpc that a client's request may call, with the scope that they require. The first argument of
 * those that do more than read is the principal, which the account checks.
 */
export const METERED_METHODS = {
  submitOrder: "trade",
  replaceOrder: "trade",
  cancelOrder: "trade",
  cancelAllOrders: "trade",
  executeCommands: "trade",
  closePosition: "trade",
  closePositions: "trade",
  order: "read",
  orderByClientOrderId: "read",
  orders: "read",
  summary: "read",
  settlement: "read",
  activities: "read",
  lots: "read",
  realized: "read",
  watchlists: "read",
  watchlist: "read",
  changeWatchlist: "trade",
  movements: "read",
  movementSteps: "read",
  requestWithdrawal: "withdraw",
  withdrawals: "read",
  requestOwnTransfer: "withdraw",
  ownTransfers: "read",
  setCancelAfter: "trade",
  cancelAfter: "read",
  settings: "read",
  changeSettings: "trade",
  controls: "read",
  previewOrder: "read",
  setKillSwitch: "trade",
  takeTokens: "read",
} as const satisfies Readonly<Record<string, Scope>>;
export type MeteredMethod = keyof typeof METERED_METHODS;

/**
 * Checks a client's call at the account. Throws when the method is none of these, or its caller lacks the scope on this
 * account. Only the owner does more than read, whatever the gateway has found; `ownerId` is empty before the account is
 * open.
 */
export function checkMetered(
  method: string,
  args: readonly unknown[],
  { accountId, ownerId }: { readonly accountId: AccountId; readonly ownerId: UserId },
): void {
  if (!isMetered(method)) throw new Error(`not a request of a client: ${method}`);
  const scope = METERED_METHODS[method];
  if (scope === "read") return;
  const principal = args[0] as Principal;
  const isOwners = ownerId === "" || principal.userId === ownerId;
  if (!isOwners || !mayAct(principal, accountId, scope)) throw new Error(`${method} is not allowed`);
}

/** Tokens that a call costs: one for each command of several, and as many as are to be taken. */
export function meteredCost(method: MeteredMethod, args: readonly unknown[]): number {
  if (method === "takeTokens") return args[0] as number;
  return method === "executeCommands" ? (args[1] as readonly OrderCommand[]).length : 1;
}

function isMetered(method: string): method is MeteredMethod {
  return Object.hasOwn(METERED_METHODS, method);
}

/** The result and the tokens left, or a refusal without a token. */
export type Metered<T> =
  | { readonly refused: true; readonly rate: RateLimitStatus }
  | {
      readonly refused: false;
      readonly rate: RateLimitStatus;
      readonly value: T;
      /** When the call came and was answered, epoch milliseconds; left out by an earlier release. */
      readonly times?: { readonly in: number; readonly out: number };
    };
