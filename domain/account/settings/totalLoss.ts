/**
 * What an account has lost on a trading day, positions included: its equity at the previous close, with what was paid in
 * and out since, less its equity now (RK-10). Prices come with the request that is decided.
 */
import { divideHalfEven } from "../../decimal.ts";
import { assetOf } from "../../market/asset.ts";
import { lotsPerShare } from "../../market/instrument.ts";
import { beginOfTradingDay } from "../../market/session.ts";
import { acquiredSince } from "../../portfolio/taxLot.ts";
import { holdingsAtClose } from "../ledger/previousClose.ts";
import { CASH, owned } from "../ledger/ledger.ts";
import type { AccountState } from "../state/accountState.ts";

/** Prices of a share now and at the previous close, in 1/10,000 dollar, by symbol. */
export type DayPrices = ReadonlyMap<string, { readonly price: number; readonly close: number }>;

/** The symbols whose prices the loss of the day depends on. */
export function symbolsOfDay(state: Readonly<AccountState>, now: number): string[] {
  const symbols = new Set(holdingsAtClose(state, now).lots.map(([symbol]) => symbol));
  for (const symbol of state.ledger.keys())
    if (symbol !== CASH && owned(state.ledger, symbol) !== 0) symbols.add(symbol);
  for (const symbol of flowsOf(state, now).keys()) if (symbol !== CASH) symbols.add(symbol);
  return [...symbols];
}

/** The loss in 1/10,000 dollar; 0 when the day has gained. A symbol without prices has neither gained nor lost. */
export function totalLoss(state: Readonly<AccountState>, prices: DayPrices, now: number): number {
  const [begin, flows] = [holdingsAtClose(state, now), flowsOf(state, now)];
  let loss = BigInt(begin.cash) + BigInt(flows.get(CASH) ?? 0) - BigInt(owned(state.ledger, CASH));
  const atClose = new Map(begin.lots);
  for (const symbol of symbolsOfDay(state, now)) {
    const known = prices.get(symbol);
    const before = (atClose.get(symbol) ?? 0) + (flows.get(symbol) ?? 0);
    const lots = owned(state.ledger, symbol);
    // A fill may bring shares after the prices were read: what was bought without a price counts as what it cost.
    if (known === undefined) loss -= before === lots ? 0n : BigInt(costOfDay(state, symbol, now));
    else loss += valueOf(symbol, known.close, before) - valueOf(symbol, known.price, lots);
  }
  if (loss <= 0n) return 0;
  return loss > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(loss);
}

/** Basis of what is left of the purchases of the trading day. */
function costOfDay({ lots, costBasis }: Readonly<AccountState>, symbol: string, now: number): number {
  if (lots === null) return costBasis.get(symbol) ?? 0;
  const bought = (lots.get(symbol)?.lots ?? []).filter(({ source }) => source === "acquired");
  return acquiredSince({ lots: bought }, beginOfTradingDay(now)).cost;
}

/** What was paid in and out on the trading day, by asset. */
function flowsOf({ risk, dayEnd, atClose }: Readonly<AccountState>, now: number): ReadonlyMap<string, number> {
  return atClose !== null && now < dayEnd && risk.flowDayEnd === dayEnd ? risk.flows : NO_FLOWS;
}

const NO_FLOWS: ReadonlyMap<string, number> = new Map();

function valueOf(symbol: string, price: number, lots: number): bigint {
  return divideHalfEven(BigInt(price) * BigInt(lots), BigInt(lotsPerShare(assetOf(symbol))));
}
