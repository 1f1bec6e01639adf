/**
 * What the legs of an order hold. A bracket's and an OTO's legs sell what their parent buys: each fill of the parent is
 * held for them as it arrives. Two exits share one hold, which is kept on the take profit while that is open and on the
 * stop loss after it: what one of them trades is taken from it, and the other is for less.
 */
import type { AccountState } from "../state/accountState.ts";
import { move } from "../ledger/ledger.ts";
import type { Order } from "../state/order.ts";

/** The other one of two exits, if it is open. */
export function linkedTo(state: Readonly<AccountState>, order: Order): Order | undefined {
  return order.linkedId ? state.open.get(order.linkedId) : undefined;
}

/** The exit that the hold of this one is kept on: itself, or its take profit. */
export function holdOwner(state: Readonly<AccountState>, order: Order): Order {
  return order.role === "stop_loss" ? (linkedTo(state, order) ?? order) : order;
}

/** The legs of an order that are open. */
export function openLegs(state: Readonly<AccountState>, order: Order): Order[] {
  return (order.legIds ?? []).flatMap((id) => state.open.get(id) ?? []);
}

/** Holds what a parent's fill has brought for its legs, if any is open. An OCO's leg is on its parent's side. */
export function holdForLegs(state: AccountState, parent: Order, lots: number): void {
  const leg = openLegs(state, parent).find(({ side }) => side !== parent.side);
  if (leg === undefined) return;
  move(state.ledger, parent.symbol, "available", "held", lots);
  holdOwner(state, leg).held += lots;
}

/**
 * Gives back what neither of two exits (or the one of a kind) can sell any more. While legs wait for their parent they
 * hold all that it has bought: if it is changed, they will be for as much again.
 */
export function releaseExcessOfExit(state: AccountState, order: Order): void {
  if (parentOf(state, order) !== undefined) return;
  const keeper = holdOwner(state, order);
  const linked = linkedTo(state, order);
  const most = Math.max(left(order), linked === undefined ? 0 : left(linked));
  const freed = Math.max(0, keeper.held - most);
  move(state.ledger, order.symbol, "held", "available", freed);
  keeper.held -= freed;
}

/** The open order that a leg waits for; the stop loss of an OCO waits for none. */
export function parentOf(state: Readonly<AccountState>, { parentId, orderClass }: Order): Order | undefined {
  return orderClass === "oco" ? undefined : state.open.get(parentId ?? "");
}

function left(order: Order): number {
  return order.qty - order.filledQty;
}
