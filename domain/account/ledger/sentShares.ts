/**
 * Shares that leave an account for another one of its owner. They leave with the request, with their tax lots, and are put
 * back if the other account refuses them: no sale can sell them meanwhile, and a repeated step moves nothing.
 */
import { formatDecimal, mulDivHalfEven, PRICE_DECIMALS } from "../../decimal.ts";
import type { AccountId } from "../../ids.ts";
import { type Asset, assetOf } from "../../market/asset.ts";
import { type SentLot, type TransferredLot, transferOut } from "../../portfolio/lots.ts";
import type { LotChoice } from "../../portfolio/lotMethod.ts";
import { putBack } from "../../portfolio/returnedLots.ts";
import { recordBooking } from "../activities/record.ts";
import type { InsufficientTransferable } from "../entry/refusal.ts";
import { lotsOf } from "../lots/accountLots.ts";
import { reservedLots } from "../lots/chosenLots.ts";
import { settledLots } from "../settlement/settledShares.ts";
import type { AccountState } from "../state/accountState.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { dollars } from "../state/record.ts";
import { balances, move } from "./ledger.ts";
import type { ChosenShares, MovedShares } from "./movedShares.ts";
import { recordPayment } from "./previousClose.ts";

/** Most tax lots of one transfer: its audit record has them all, and its messages are small. */
export const TRANSFER_LOTS_MAX = 500;

/** The lots that a transfer of so many shares takes, first in first out of the settled ones that no order has chosen; or why it cannot. */
export function chooseShares(
  state: Readonly<AccountState>,
  asset: Asset,
  qty: number,
  now: number,
): ChosenShares | InsufficientTransferable {
  const { symbol } = asset;
  const { available, held } = balances(state.ledger, symbol);
  const { lots, unsettled, through } = settledLots(state, asset, now);
  const free = Math.max(0, Math.min(available, available + held - unsettled));
  const reserved = reservedLots(state, symbol);
  const movable = lots
    .map((lot) => ({ ...lot, free: lot.quantity - (reserved.get(lot.lotId) ?? 0) }))
    .filter((lot) => lot.free > 0)
    .slice(0, TRANSFER_LOTS_MAX);
  const most = movable.reduce((sum, lot) => sum + lot.free, 0);
  if (qty > Math.min(free, most)) {
    const amounts = { needed: qty, available: free, most: Math.min(free, most), held, unsettled };
    return { reason: "insufficient_transferable", asset: symbol, ...amounts, through };
  }
  const chosen: LotChoice[] = [];
  let [left, cost] = [qty, 0];
  for (const lot of movable) {
    if (left === 0) break;
    const quantity = Math.min(left, lot.free);
    chosen.push({ lotId: lot.lotId, quantity });
    cost += quantity === lot.quantity ? lot.cost : mulDivHalfEven(lot.cost, quantity, lot.quantity);
    left -= quantity;
  }
  return { symbol, qty, cost, lots: chosen };
}

/** Which transfer it is, and the other account. */
interface Movement {
  readonly id: string;
  readonly to: AccountId;
}

/** Takes the shares and their lots out of the account, and gives these. */
export function sendShares(
  state: AccountState,
  { symbol, qty, cost, lots: specific }: ChosenShares,
  { id, to }: Movement,
  now: number,
  out: AccountOutputs,
): readonly SentLot[] {
  if (state.lots === null) throw new Error("an account that moves shares has tax lots");
  const lots = transferOut(lotsOf(state.lots, symbol), qty, { specific });
  move(state.ledger, symbol, "available", "outside", qty);
  recordPayment(state, symbol, -qty, now, out);
  const what = { type: "JNLS", at: now, symbol, qty: -qty, cost: -cost, lots: lots.map(activityLot) } as const;
  recordBooking(state, { ...what, reference: id, description: `Transfer to ${to}` }, out);
  return lots;
}

/** Puts back shares that the other account has refused, with their lots as they were. */
export function returnShares(
  state: AccountState,
  { symbol, qty, cost, lots }: MovedShares,
  { id, to }: Movement,
  now: number,
  out: AccountOutputs,
): void {
  if (state.lots === null) throw new Error("an account that moves shares has tax lots");
  putBack(lotsOf(state.lots, symbol), lots);
  move(state.ledger, symbol, "outside", "available", qty);
  recordPayment(state, symbol, qty, now, out);
  const what = { type: "JNLS", at: now, symbol, qty, cost, lots: lots.map(activityLot) } as const;
  recordBooking(state, { ...what, reference: id, description: `Returned by ${to}` }, out);
}

/** A lot as the other account gets it: its number is of this account. */
export function lotInTransfer({ acquiredAt, quantity, cost }: SentLot): TransferredLot {
  return { acquiredAt, quantity, cost };
}

function activityLot({ lotId, acquiredAt, quantity, cost }: SentLot) {
  return { lotId, acquiredAt, quantity, cost, proceeds: null };
}

/** The shares in an audit record, and their lots if they moved: number, quantity, cost, date of each. */
export function movedFacts({ symbol, cost, lots }: MovedShares, moves: boolean): Record<string, unknown> {
  const facts = { symbol, cost_basis: dollars(cost) };
  return moves ? { ...facts, lots: lots.map((lot) => transferredRow(symbol, lot)) } : facts;
}

/** A row of an audit record. */
export function transferredRow(
  symbol: string,
  { lotId, quantity, cost, acquiredAt }: TransferredLot & { readonly lotId: number },
): readonly unknown[] {
  const { qtyDecimals } = assetOf(symbol);
  return [lotId, formatDecimal(quantity, qtyDecimals), formatDecimal(cost, PRICE_DECIMALS), acquiredAt];
}
