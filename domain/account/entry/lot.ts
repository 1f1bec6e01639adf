import type { Instrument } from "../../market/instrument.ts";
import { balances } from "../ledger/ledger.ts";
import type { AccountState } from "../state/accountState.ts";
import type { NewOrder } from "../state/order.ts";
import type { Refusal } from "./refusal.ts";

/**
 * The refusal of a quantity that is no whole number of the instrument's lots (MK-22). Exempt are an order of a notional, whose
 * quantity follows from the market, and a sale of all that is free, so that every position can be closed. `sold`: what the
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
