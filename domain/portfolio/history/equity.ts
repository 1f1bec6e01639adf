/** What an account was worth at moments in the past: what it has now, less what changed since, at the prices of then. */
import { divideHalfEven, mulDivHalfEven } from "../../decimal.ts";
import { assetOf } from "../../market/asset.ts";
import { lotsPerShare } from "../../market/instrument.ts";
import type { FlowTotal, Movement } from "./movement.ts";
import { PriceCursor, type PriceSeries } from "./priceSeries.ts";

/** Prices of a symbol by the unit in which movements have their time, and the price before the first of them. */
export interface SymbolPrices {
  readonly series: PriceSeries;
  readonly before: number;
}

export interface EquityInput {
  /** Cash and lots after the last movement. */
  readonly cash: number;
  readonly lots: readonly (readonly [symbol: string, qty: number])[];
  /** Every movement after the first moment, in their sequence. Earlier ones are not used. */
  readonly movements: readonly Movement[];
  /** The moments, ascending: trading days, or epoch milliseconds. */
  readonly moments: readonly number[];
  readonly prices: ReadonlyMap<string, SymbolPrices>;
}

/** A flow at its value when it took place. */
export interface ValuedFlow extends FlowTotal {
  readonly at: number;
  readonly value: number;
}

/** In 1/10,000 dollar. Exact below 2^53, as every amount of an account is. */
export interface EquityHistory {
  /** At each moment. */
  readonly equity: readonly number[];
  /** The flows of each moment: after the moment before, through this one. None at the first. */
  readonly flows: readonly (readonly ValuedFlow[])[];
  /** What the position in each symbol was worth at each moment; symbols that were never held are left out. */
  readonly values: ReadonlyMap<string, Float64Array>;
}

/** The equity of an account at each moment, and what entered or left it between them. */
export function equityHistory(input: EquityInput): EquityHistory {
  const values = valuesBySymbol(input);
  const equity = cashAt(input);
  for (const own of values.values()) {
    for (let nth = 0; nth < own.length; nth++) equity[nth] = (equity[nth] ?? 0) + (own[nth] ?? 0);
  }
  return { equity, values, flows: flowsAt(input, input.moments) };
}

/**
 * The part of an account that some symbols make, or (null) its cash. The histories of its parts add up to that of the
 * whole, so that the prices of all symbols need not be there at once.
 */
export function partOf<I extends Pick<EquityInput, "cash" | "lots" | "movements">>(
  whole: I,
  symbols: ReadonlySet<string> | null,
): I {
  const isIn = (symbol: string | null): boolean =>
    symbols === null ? symbol === null : symbol !== null && symbols.has(symbol);
  const movements = whole.movements.map((movement) => ({
    ...movement,
    cash: symbols === null ? movement.cash : 0,
    trades: movement.trades.filter(({ symbol }) => isIn(symbol)),
    flows: movement.flows.filter(({ symbol }) => isIn(symbol)),
  }));
  return {
    ...whole,
    cash: symbols === null ? whole.cash : 0,
    lots: whole.lots.filter(([symbol]) => isIn(symbol)),
    movements,
  };
}

/** Two parts together; of their positions only the sums. */
export function together(one: EquityHistory, other: EquityHistory): EquityHistory {
  return {
    equity: one.equity.map((value, nth) => value + (other.equity[nth] ?? 0)),
    flows: one.flows.map((flows, nth) => [...flows, ...(other.flows[nth] ?? [])]),
    values: new Map(),
  };
}

function valuesBySymbol({ lots, movements, moments, prices }: EquityInput): Map<string, Float64Array> {
  const changes = changesBySymbol(movements, moments[0] ?? 0);
  const held = new Map(lots);
  const values = new Map<string, Float64Array>();
  for (const symbol of new Set([...held.keys(), ...changes.keys()])) {
    const perShare = lotsPerShare(assetOf(symbol));
    const known = prices.get(symbol);
    if (known === undefined) throw new Error(`no prices of ${symbol}`);
    const cursor = new PriceCursor(known.series, known.before);
    const own = changes.get(symbol) ?? [];
    let qty = held.get(symbol) ?? 0;
    for (const change of own) qty -= change.qty;
    let next = 0;
    const value = new Float64Array(moments.length);
    for (const [nth, moment] of moments.entries()) {
      for (let change = own[next]; change !== undefined && change.at <= moment; change = own[++next]) qty += change.qty;
      if (qty !== 0) value[nth] = worthOf(qty, cursor.at(moment), perShare);
    }
    values.set(symbol, value);
  }
  return values;
}

/** In 1/10,000 dollar, half-even. */
export function worthOf(qty: number, price: number, perShare: number): number {
  // A deposit may be worth more than the exact range.
  if (qty * price >= 2 ** 53 * perShare) return Number(divideHalfEven(BigInt(qty) * BigInt(price), BigInt(perShare)));
  return mulDivHalfEven(qty, price, perShare);
}

function cashAt({ cash, movements, moments }: EquityInput): number[] {
  const first = moments[0] ?? 0;
  let at = cash;
  for (const movement of movements) if (movement.at > first) at -= movement.cash;
  let next = 0;
  return moments.map((moment) => {
    for (
      let movement = movements[next];
      movement !== undefined && movement.at <= moment;
      movement = movements[++next]
    ) {
      if (movement.at > first) at += movement.cash;
    }
    return at;
  });
}

interface Change {
  readonly at: number;
  readonly qty: number;
}

function changesBySymbol(movements: readonly Movement[], first: number): Map<string, Change[]> {
  const changes = new Map<string, Change[]>();
  const add = (symbol: string, change: Change) => {
    const own = changes.get(symbol);
    if (own === undefined) changes.set(symbol, [change]);
    else own.push(change);
  };
  for (const { at, trades, flows } of movements) {
    if (at <= first) continue;
    for (const { symbol, qty } of trades) add(symbol, { at, qty });
    for (const { symbol, amount } of flows) if (symbol !== null) add(symbol, { at, qty: amount });
  }
  return changes;
}

/** Shares that enter count at the price of their day, as they do in the equity. */
function flowsAt({ movements, prices }: EquityInput, moments: readonly number[]): ValuedFlow[][] {
  const cursors = new Map<string, PriceCursor>();
  const valueOf = ({ symbol, amount }: FlowTotal, at: number): number => {
    if (symbol === null) return amount;
    const known = prices.get(symbol);
    if (known === undefined) throw new Error(`no prices of ${symbol}`);
    const cursor = cursors.get(symbol) ?? new PriceCursor(known.series, known.before);
    cursors.set(symbol, cursor);
    const worth = worthOf(Math.abs(amount), cursor.at(at), lotsPerShare(assetOf(symbol)));
    return amount < 0 ? -worth : worth;
  };
  const first = moments[0] ?? 0;
  let next = 0;
  return moments.map((moment) => {
    const flows: ValuedFlow[] = [];
    for (
      let movement = movements[next];
      movement !== undefined && movement.at <= moment;
      movement = movements[++next]
    ) {
      const { at } = movement;
      if (at > first) for (const flow of movement.flows) flows.push({ ...flow, at, value: valueOf(flow, at) });
    }
    return flows;
  });
}
