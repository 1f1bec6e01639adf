import type { AccountState } from "../state/accountState.ts";
import { CASH } from "./ledger.ts";

/** An asset whose held amount differs from what open orders and pending withdrawals need. */
export interface HoldMismatch {
  readonly asset: string;
  readonly held: number;
  readonly needed: number;
}

/**
 * Assets whose held amount differs from what open orders and pending withdrawals need (AC-8). Only a defect causes one.
 */
export function holdMismatches(state: Readonly<AccountState>): HoldMismatch[] {
  const needed = new Map<string, number>();
  for (const { side, symbol, held } of state.open.values()) {
    const asset = side === "buy" ? CASH : symbol;
    needed.set(asset, (needed.get(asset) ?? 0) + held);
  }
  for (const { amount } of state.withdrawals.values()) needed.set(CASH, (needed.get(CASH) ?? 0) + amount);
  const assets = new Set([...needed.keys(), ...state.ledger.keys()]);
  return [...assets]
    .map((asset) => ({ asset, held: state.ledger.get(asset)?.held ?? 0, needed: needed.get(asset) ?? 0 }))
    .filter((each) => each.held !== each.needed);
}
