import type { Instrument } from "../../market/instrument.ts";
import { balances } from "../ledger/ledger.ts";
import type { AccountState } from "../state/accountState.ts";
import type { NewOrder } from "../state/order.ts";
import type { Refusal } from "./refusal.ts";

/**
 * Refuses a quantity that is not a multiple of the instrument's lot size (MK-22). Exempt are notional orders, whose quantity
 * follows from the market, and a sale of all available lots, so that every position can be closed. `sold`: lots that the
 * order holds already.
 */
export function checkLot(
  state: Readonly<AccountState>,
  order: Pick<NewOrder, "symbol" | "side" | "qty" | "notional">,
  { lot, qtyDecimals }: Instrument,
  sold = 0,
): Refusal | null {
  if (order.qty % lot === 0 || order.notional) return null;
  if (order.side === "sell" && order.qty === balances(state.ledger, order.symbol).available + sold) return null;
  return { reason: "qty_lot", qtyDecimals, lot };
}
