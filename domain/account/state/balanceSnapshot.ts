import { formatDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { assetOf } from "../../market/asset.ts";
import type { AccountState } from "./accountState.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import type { Order } from "./order.ts";

/**
 * What an audited event found and what it left, as decimal strings: the money, the shares of the symbol concerned, and
 * the order. What one event of an account leaves is what the next one finds.
 */
export interface BalanceSnapshot {
  /** Dollars that are free, and dollars held for open buys. */
  readonly cash: string;
  readonly cash_held: string;
  /** Shares of `symbol` that are free, and shares held for open sells; left out when no symbol is concerned. */
  readonly symbol?: string;
  readonly qty?: string;
  readonly qty_held?: string;
  /** Left out when no order is concerned or it does not exist yet. */
  readonly status?: string;
  readonly filled_qty?: string;
}

/** The standing of an account now, as far as an event about this symbol or order concerns it. */
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
