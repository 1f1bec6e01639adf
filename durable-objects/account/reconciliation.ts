import type { AccountState } from "../../domain/account/state/accountState.ts";
import { holdMismatches } from "../../domain/account/ledger/holds.ts";
import type { OpenOrder } from "../../protocol/rpc/actor.ts";
import { houseOf } from "../../protocol/ids/residency.ts";
import { houseAddress } from "../actor/namespaces.ts";
import type { Finding } from "../actor/alerts.ts";
import type { Venue } from "./venue.ts";

/** The account's open orders at a book with their open lots; null when the address is not a book. */
export function ordersAt(state: Readonly<AccountState>, address: string, venue: Venue): OpenOrder[] | null {
  if (!venue.isBook(address)) return null;
  return [...state.open.values()]
    .filter(({ symbol }) => venue.book(symbol) === address)
    .map(({ id, qty, filledQty }) => [id, qty - filledQty] as const);
}

/** Books with open orders of the account, its audit shard, and the house account that it has sent fees to. */
export function peersOf(state: Readonly<AccountState>, venue: Venue): string[] {
  const books = [...state.open.values()].map(({ symbol }) => venue.book(symbol));
  const house = state.fees.swept === 0 ? [] : [houseAddress(houseOf(state.accountId))];
  return [...new Set([...books, ...(state.auditAddress === "" ? [] : [state.auditAddress]), ...house])];
}

/** Findings where holds differ from open orders and withdrawals (AC-8). */
export function holdFindings(state: Readonly<AccountState>): Finding[] {
  return holdMismatches(state).map((wrong) => ({ kind: "hold_diverged", key: wrong.asset, facts: { ...wrong } }));
}
