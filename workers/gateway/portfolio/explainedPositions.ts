import { formatDecimal } from "../../../domain/decimal.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { PriceCursor } from "../../../domain/portfolio/history/priceSeries.ts";
import { money } from "../../../protocol/mapping/performance.ts";
import type { AmountName, FigureName, WireExplainedPosition } from "../../../protocol/wire/performance.ts";
import type { PerformanceInputs } from "./inputs.ts";

/** A position as a part of a figure. Cash in 1/10,000 dollar, quantities in lots. */
export interface ExplainedPosition {
  readonly symbol: string;
  readonly qty: number;
  readonly price: number;
  readonly startValue: number;
  readonly endValue: number;
  readonly bought: number;
  readonly sold: number;
  /** Value of the shares that entered without a trade, less those that left. */
  readonly moved: number;
  readonly fees: number;
  readonly realized: number;
  readonly cost: number | null;
  /** What it adds to the figure. */
  readonly amount: number;
}

type Changes = Pick<ExplainedPosition, "bought" | "sold" | "moved" | "fees" | "realized">;
type Sums = { -readonly [K in keyof Changes]: Changes[K] };

const NOTHING: Changes = { bought: 0, sold: 0, moved: 0, fees: 0, realized: 0 };

/** Every position that was held in the range, by symbol. `costs`: the cost basis of what is held now, if it is asked for. */
export function explainedPositions(
  { symbols, daily, movements, record }: PerformanceInputs,
  costs: ReadonlyMap<string, number> | null,
  figure: FigureName | AmountName,
): ExplainedPosition[] {
  const sums = new Map<string, Sums>();
  const of = (symbol: string): Sums => {
    let own = sums.get(symbol);
    if (own === undefined) sums.set(symbol, (own = { ...NOTHING }));
    return own;
  };
  for (const { trades } of movements) {
    for (const { symbol, bought, sold, fees, realized } of trades) {
      const own = of(symbol);
      own.bought += bought;
      own.sold += sold;
      own.fees += fees;
      own.realized += realized;
    }
  }
  for (const flows of daily.flows) {
    for (const { symbol, value } of flows) if (symbol !== null) of(symbol).moved += value;
  }
  const last = daily.days.length - 1;
  const lastDay = daily.days[last] ?? 0;
  const held = quantitiesAt(record, lastDay);
  return symbols.map((symbol) => {
    const values = daily.values.get(symbol);
    const prices = daily.prices.get(symbol);
    const price = prices === undefined ? 0 : new PriceCursor(prices.series, prices.before).at(lastDay);
    const [startValue, endValue] = [values?.[0] ?? 0, values?.[last] ?? 0];
    const cost = costs === null ? null : (costs.get(symbol) ?? 0);
    const position = { symbol, qty: held.get(symbol) ?? 0, price, startValue, endValue, cost, ...of(symbol) };
    return { ...position, amount: amountOf(position, figure) };
  });
}

function quantitiesAt({ lots, movements }: PerformanceInputs["record"], day: number): Map<string, number> {
  const held = new Map(lots);
  const undo = (symbol: string, qty: number) => held.set(symbol, (held.get(symbol) ?? 0) - qty);
  for (const { at, trades, flows } of movements) {
    if (at <= day) continue;
    for (const { symbol, qty } of trades) undo(symbol, qty);
    for (const { symbol, amount } of flows) if (symbol !== null) undo(symbol, amount);
  }
  return held;
}

function amountOf(position: Omit<ExplainedPosition, "amount">, figure: FigureName | AmountName): number {
  const { startValue, endValue, bought, sold, moved, fees, realized, cost } = position;
  switch (figure) {
    case "equity":
      return endValue;
    case "cost_basis":
      return cost ?? 0;
    case "unrealized_pl":
      return endValue - (cost ?? 0);
    case "realized_pl":
      return realized;
    default:
      // Of every return, the gain.
      return endValue - startValue - bought + sold - moved - fees;
  }
}

export function explainedToWire(row: ExplainedPosition): WireExplainedPosition {
  return {
    symbol: row.symbol,
    qty: formatDecimal(row.qty, assetOf(row.symbol).qtyDecimals),
    price: money(row.price),
    value: money(row.endValue),
    start_value: money(row.startValue),
    bought: money(row.bought),
    sold: money(row.sold),
    fees: money(row.fees),
    ...(row.cost === null ? {} : { cost_basis: money(row.cost) }),
    amount: money(row.amount),
  };
}
