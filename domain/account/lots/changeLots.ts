/** What fills and deposits do to the tax lots of an account, and its conversion from average cost. */
import { formatDecimal, mulDivHalfEven, PRICE_DECIMALS } from "../../decimal.ts";
import { assetOf } from "../../market/asset.ts";
import type { Side } from "../../order/side.ts";
import { acquire, dispose, migrate, transferIn } from "../../portfolio/lots.ts";
import { CASH, owned } from "../ledger/ledger.ts";
import type { LotMethod, ReservedLots } from "../../portfolio/lotMethod.ts";
import type { AccountState } from "../state/accountState.ts";
import type { LotEntry } from "../state/entries.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";
import { lotsOf } from "./accountLots.ts";
import { LOT_ROWS_A_RECORD } from "./lotRecords.ts";
import type { LotChange } from "./lotRecords.ts";

/** Shares that a fill bought or sold. */
export interface FilledShares {
  readonly symbol: string;
  readonly quantity: number;
  /** When the trade happened at its book. */
  readonly at: number;
}

/** How a sale takes its lots. */
export interface Taking {
  readonly method: LotMethod;
  readonly reserved?: ReservedLots;
}

const FIRST_IN_FIRST_OUT: Taking = { method: "fifo" };

/**
 * Applies a fill to the lots of its symbol, before its shares are in the ledger. A buy adds a lot that costs its cash and
 * fees, and no less than nothing when it is paid for; a sell takes its shares out of the lots for its cash less fees. Null
 * in an account with average cost.
 */
export function changeLots(
  state: AccountState,
  side: Side,
  { symbol, quantity, at }: FilledShares,
  cash: number,
  fees: number,
  { method, reserved }: Taking = FIRST_IN_FIRST_OUT,
): LotChange | null {
  const cost = Math.max(0, cash + fees);
  if (state.lots === null) {
    if (side === "buy") state.costBasis.set(symbol, (state.costBasis.get(symbol) ?? 0) + cost);
    else sellAtAverageCost(state, symbol, quantity);
    return null;
  }
  const lots = lotsOf(state.lots, symbol);
  if (side === "buy") {
    const { lotId, washSales } = acquire(lots, { quantity, cost, at });
    return { symbol, bought: { lotId, acquiredAt: at, quantity, cost }, disposal: null, lots: [], washSales };
  }
  const sold = dispose(lots, { quantity, proceeds: cash - fees, at, method, reserved });
  const named = typeof method === "string" ? method : "specific";
  const disposal = { disposalId: sold.disposalId, method: named, cost: sold.cost, gain: sold.gain };
  return { symbol, bought: null, disposal, lots: sold.lots, washSales: sold.washSales };
}

/** The sold shares reduce the basis in proportion. */
function sellAtAverageCost(state: AccountState, symbol: string, quantity: number): void {
  const before = owned(state.ledger, symbol);
  const basis = state.costBasis.get(symbol) ?? 0;
  if (before === quantity) state.costBasis.delete(symbol);
  else state.costBasis.set(symbol, basis - mulDivHalfEven(basis, quantity, before));
}

/** Adds the lot of deposited shares and gives its number; null in an account with average cost. */
export function depositLot(state: AccountState, symbol: string, quantity: number, cost: number, now: number) {
  if (state.lots === null) {
    state.costBasis.set(symbol, (state.costBasis.get(symbol) ?? 0) + cost);
    return null;
  }
  return transferIn(lotsOf(state.lots, symbol), { acquiredAt: now, quantity, cost });
}

/** The entries that convert an account of an earlier release from average cost to lots. */
export function lotUpgrade({ accountId, lots, dayEnd }: Readonly<AccountState>): readonly LotEntry[] {
  if (lots !== null || accountId === "") return NONE;
  return [{ kind: "lots_opened", dayEnd }];
}

const NONE: readonly LotEntry[] = [];

/**
 * Makes one lot of each position. Nothing was acquired after the trading day of the newest commit, whose end the entry has
 * (0 if it is not known), nor after now.
 */
export function openLots(state: AccountState, { dayEnd }: LotEntry, now: number, out: AccountOutputs): void {
  if (state.lots !== null) return;
  state.lots = new Map();
  const acquiredAt = dayEnd === 0 ? now : Math.min(now, dayEnd - 1);
  const rows: unknown[] = [];
  for (const symbol of [...state.ledger.keys()].sort()) {
    const quantity = owned(state.ledger, symbol);
    if (symbol === CASH || quantity === 0) continue;
    const cost = state.costBasis.get(symbol) ?? 0;
    const lotId = migrate(lotsOf(state.lots, symbol), { acquiredAt, quantity, cost });
    const { qtyDecimals } = assetOf(symbol);
    rows.push([symbol, lotId, formatDecimal(quantity, qtyDecimals), formatDecimal(cost, PRICE_DECIMALS)]);
  }
  state.costBasis.clear();
  for (let from = 0; from === 0 || from < rows.length; from += LOT_ROWS_A_RECORD) {
    const lots = rows.slice(from, from + LOT_ROWS_A_RECORD);
    const body = { replaces: "average_cost", acquired_at: acquiredAt, lots };
    const event = { action: "lots.opened", resource: `account/${state.accountId}`, body, before: null, after: null };
    audit(state, event, NO_ORIGIN, now, out);
  }
}
