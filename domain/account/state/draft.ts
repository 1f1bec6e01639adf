import type { AccountState } from "./accountState.ts";
import { draftRisk } from "../settings/riskState.ts";
import { bySide, withLots } from "./openOrders.ts";

/**
 * A copy of the state to which entries about orders can be applied without changing the state: accepted, refused,
 * replaced and cancelled orders. Timers, withdrawals and deposits are shared with the state.
 */
export function draftOf(state: Readonly<AccountState>): AccountState {
  const open = new Map(Array.from(state.open, ([id, order]) => [id, { ...order }] as const));
  return {
    ...state,
    // Balances are replaced, never changed.
    ledger: new Map(state.ledger),
    open,
    openByClientId: new Map(state.openByClientId),
    openBySide: bySide(open.values()),
    openWithLots: withLots(state.openWithLots.size === 0 ? [] : open.values()),
    risk: draftRisk(state.risk),
  };
}
