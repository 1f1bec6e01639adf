/** What an account had at the beginning and the end of a month, and what changed in between. Amounts in 1/10,000 dollar. */
import { assetOf } from "../../market/asset.ts";
import { lotsPerShare } from "../../market/instrument.ts";
import { dayOf } from "../../market/newYork.ts";
import { type SymbolPrices, worthOf } from "../../portfolio/history/equity.ts";
import type { Movement } from "../../portfolio/history/movement.ts";
import { PriceCursor } from "../../portfolio/history/priceSeries.ts";

/** Trading days, numbered from 1970-01-01: the last before a month, and the last in it. */
export interface MonthDays {
  readonly before: number;
  readonly last: number;
}

/** The days of a month; `month` is 1 to 12. */
export function daysOfMonth(year: number, month: number): MonthDays {
  const next = month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1);
  return { before: dayOf(year, month, 1) - 1, last: next - 1 };
}

export interface StatementInput {
  readonly days: MonthDays;
  /** Cash and positions now, with their basis. */
  readonly cash: number;
  readonly positions: readonly { readonly symbol: string; readonly qty: number; readonly costBasis: number }[];
  /** Every movement from the first day of the month until now, in their sequence. */
  readonly movements: readonly Movement[];
  /** Closing prices by trading day. */
  readonly prices: ReadonlyMap<string, SymbolPrices>;
}

export interface StatementPosition {
  readonly symbol: string;
  readonly qty: number;
  /** Close of the day. */
  readonly price: number;
  readonly value: number;
  readonly cost: number;
}

export interface StatementBalance {
  /** The trading day at whose end it is. */
  readonly day: number;
  readonly cash: number;
  readonly positions: readonly StatementPosition[];
  /** Cash and positions. */
  readonly total: number;
}

export interface StatementTotals {
  readonly deposits: number;
  readonly withdrawals: number;
  /** Cash that was journalled in, less what was journalled out. */
  readonly journalled: number;
  readonly bought: number;
  readonly sold: number;
  readonly fees: number;
  readonly realised: number;
}

export interface MonthStatement {
  readonly opening: StatementBalance;
  readonly closing: StatementBalance;
  /** Opening cash, deposits, withdrawals, journals, sales less purchases and fees are closing cash. */
  readonly totals: StatementTotals;
}

/** The statement of a month: what there is now, less what changed since. */
export function statementOf({ days, cash, positions, movements, prices }: StatementInput): MonthStatement {
  const balanceAt = (day: number): StatementBalance => {
    let left = cash;
    const held = new Map(positions.map(({ symbol, qty, costBasis }) => [symbol, { qty, cost: costBasis }]));
    const change = (symbol: string, qty: number, cost: number) => {
      const { qty: had, cost: paid } = held.get(symbol) ?? { qty: 0, cost: 0 };
      held.set(symbol, { qty: had - qty, cost: paid - cost });
    };
    for (const movement of movements) {
      if (movement.at <= day) continue;
      left -= movement.cash;
      for (const { symbol, amount, cost } of movement.flows) if (symbol !== null) change(symbol, amount, cost);
      // A sale takes its proceeds less fees and gain out of the basis; a purchase adds its cost with fees.
      for (const { symbol, qty, bought, sold, realized, fees } of movement.trades) {
        change(symbol, qty, bought - sold + fees + realized);
      }
    }
    const valued = [...held]
      .filter(([, { qty }]) => qty !== 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([symbol, { qty, cost }]) => ({ symbol, qty, cost, ...valueAt(prices, symbol, qty, day) }));
    return { day, cash: left, positions: valued, total: left + valued.reduce((sum, { value }) => sum + value, 0) };
  };
  const within = movements.filter(({ at }) => at > days.before && at <= days.last);
  return { opening: balanceAt(days.before), closing: balanceAt(days.last), totals: totalsOf(within) };
}

function valueAt(prices: StatementInput["prices"], symbol: string, qty: number, day: number) {
  const known = prices.get(symbol);
  if (known === undefined) throw new Error(`no prices of ${symbol}`);
  const price = new PriceCursor(known.series, known.before).at(day);
  return { price, value: worthOf(qty, price, lotsPerShare(assetOf(symbol))) };
}

function totalsOf(movements: readonly Movement[]): StatementTotals {
  const flow = (type: string) =>
    movements.reduce(
      (sum, { flows }) =>
        sum + flows.reduce((own, of) => (of.type === type && of.symbol === null ? own + of.amount : own), 0),
      0,
    );
  const trades = movements.flatMap((movement) => movement.trades);
  return {
    deposits: flow("CSD"),
    withdrawals: -flow("CSW"),
    journalled: flow("JNLC"),
    bought: trades.reduce((sum, { bought }) => sum + bought, 0),
    sold: trades.reduce((sum, { sold }) => sum + sold, 0),
    fees: movements.reduce((sum, { fees }) => sum + fees, 0),
    realised: trades.reduce((sum, { realized }) => sum + realized, 0),
  };
}
