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
export function balanceSnapshot(
  state: Pick<AccountState, "ledger">,
  symbol: string | null,
  order: Order | null,
): BalanceSnapshot {
  const money = balances(state.ledger, CASH);
  const cash = formatDecimal(money.available, PRICE_DECIMALS);
  const cashHeld = formatDecimal(money.held, PRICE_DECIMALS);
  if (symbol === null || symbol === CASH) return { cash, cash_held: cashHeld };
  const { qtyDecimals } = assetOf(symbol);
  const shares = balances(state.ledger, symbol);
  const qty = formatDecimal(shares.available, qtyDecimals);
  const qtyHeld = formatDecimal(shares.held, qtyDecimals);
  if (order === null) return { cash, cash_held: cashHeld, symbol, qty, qty_held: qtyHeld };
  const { status, filledQty } = order;
  const filled = formatDecimal(filledQty, qtyDecimals);
  return { cash, cash_held: cashHeld, symbol, qty, qty_held: qtyHeld, status, filled_qty: filled };
}
