import type { AccountOutputs } from "../state/outputs.ts";
import type { AccountState } from "../state/accountState.ts";
import { removeOpen } from "../state/openOrders.ts";
import { linkedTo, releaseExcessOfExit } from "./exits.ts";
import { CASH, move } from "../ledger/ledger.ts";
import type { Order } from "../state/order.ts";

/** Removes a closed order from the state. Its remaining hold is released, or passed on to its linked exit. */
export function close(state: AccountState, order: Order, out: AccountOutputs): void {
  removeOpen(state, order);
  const linkedExit = linkedTo(state, order);
  if (linkedExit !== undefined) {
    linkedExit.held += order.held;
    order.held = 0;
    releaseExcessOfExit(state, linkedExit);
  }
  move(state.ledger, order.side === "buy" ? CASH : order.symbol, "held", "available", order.held);
  order.held = 0;
  out.closed(order);
}
