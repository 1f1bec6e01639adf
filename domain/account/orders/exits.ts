/**
 * Holds of exit orders. The legs of a bracket or an OTO sell what their parent buys: each fill of the parent is held for
 * them. Two linked exits share one hold, which is recorded on the take profit while it is open, then on the stop loss. A
 * fill of either reduces it, and the book reduces the other exit.
 */
import type { AccountState } from "../state/accountState.ts";
import { move } from "../ledger/ledger.ts";
import type { Order } from "../state/order.ts";

/** The linked exit of an order, if it is open. */
export function linkedTo(state: Readonly<AccountState>, order: Order): Order | undefined {
  return order.linkedId ? state.open.get(order.linkedId) : undefined;
}

/** The order on which the hold of this exit is recorded: itself, or its take profit. */
export function holdOwner(state: Readonly<AccountState>, order: Order): Order {
  return order.role === "stop_loss" ? (linkedTo(state, order) ?? order) : order;
}

/** The legs of an order that are open. */
export function openLegs(state: Readonly<AccountState>, order: Order): Order[] {
  return (order.legIds ?? []).flatMap((id) => state.open.get(id) ?? []);
}

/** Holds the lots of a parent's fill for its open legs. The leg of an OCO is on its parent's side and gets none. */
export function holdForLegs(state: AccountState, parent: Order, lots: number): void {
  const leg = openLegs(state, parent).find(({ side }) => side !== parent.side);
  if (leg === undefined) return;
  move(state.ledger, parent.symbol, "available", "held", lots);
  holdOwner(state, leg).held += lots;
}

/**
 * Releases what neither linked exit can sell any more. While legs wait for their parent they keep all that it has bought,
 * because a replace of the parent changes their quantity.
 */
export function releaseExcessOfExit(state: AccountState, order: Order): void {
  if (parentOf(state, order) !== undefined) return;
  const owner = holdOwner(state, order);
  const linked = linkedTo(state, order);
  const most = Math.max(left(order), linked === undefined ? 0 : left(linked));
  const freed = Math.max(0, owner.held - most);
  move(state.ledger, order.symbol, "held", "available", freed);
  owner.held -= freed;
}

/** The open parent that a leg waits for; none for the stop loss of an OCO. */
export function parentOf(state: Readonly<AccountState>, { parentId, orderClass }: Order): Order | undefined {
  return orderClass === "oco" ? undefined : state.open.get(parentId ?? "");
}

function left(order: Order): number {
  return order.qty - order.filledQty;
}
