import { formatDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { assetOf } from "../../market/asset.ts";
import type { AccountState } from "./accountState.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import type { Order } from "./order.ts";

/**
 * Cash, shares of one symbol and one order, as decimal strings. Each audit record has a snapshot before and after its
 * event; `after` of one event equals `before` of the next.
 */
export interface BalanceSnapshot {
  /** Available dollars, and dollars held for open buys and pending withdrawals. */
  readonly cash: string;
  readonly cash_held: string;
  /** Available shares of `symbol`, and shares held for open sells; absent when the event concerns no symbol. */
  readonly symbol?: string;
  readonly qty?: string;
  readonly qty_held?: string;
  /** Absent when the event concerns no order, or before the order exists. */
  readonly status?: string;
  readonly filled_qty?: string;
}

/** Snapshot of the balances that an event about this symbol and order concerns. */
export function balanceSnapshot(state: AccountState, symbol: string | null, order: Order | null): BalanceSnapshot {
  const cash = balances(state.ledger, CASH);
  const money = {
    cash: formatDecimal(cash.available, PRICE_DECIMALS),
    cash_held: formatDecimal(cash.held, PRICE_DECIMALS),
  };
  if (symbol === null || symbol === CASH) return money;
  const { qtyDecimals } = assetOf(symbol);
  const shares = balances(state.ledger, symbol);
  const holdings = {
    ...money,
    symbol,
    qty: formatDecimal(shares.available, qtyDecimals),
    qty_held: formatDecimal(shares.held, qtyDecimals),
  };
  if (order === null) return holdings;
  return { ...holdings, status: order.status, filled_qty: formatDecimal(order.filledQty, qtyDecimals) };
}
