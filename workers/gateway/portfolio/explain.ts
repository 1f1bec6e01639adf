/** Opens a figure: its formula, and the values, flows, prices and positions that it is made of. */
import { assetOf } from "../../../domain/market/asset.ts";
import { isoDate } from "../../../domain/market/newYork.ts";
import { tradingDayOf } from "../../../domain/market/session.ts";
import { endOfDay } from "../../../domain/portfolio/history/range.ts";
import { FORMULAS } from "../../../domain/portfolio/performance/derivation.ts";
import { performanceFigures } from "../../../domain/portfolio/performance/figures.ts";
import type { Series } from "../../../domain/portfolio/performance/series.ts";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { derivationToWire, figureNamed, money } from "../../../protocol/mapping/performance.ts";
import { realizedToWire, taxLotsToWire } from "../../../protocol/mapping/taxLots.ts";
import type { UnknownPage } from "../../../protocol/rpc/lots.ts";
import {
  AMOUNT_NAMES,
  type AmountName,
  type ExplainQuery,
  type FigureName,
  type WireExplanation,
} from "../../../protocol/wire/performance.ts";
import { accountOf, openAccountOf } from "../accounts.ts";
import type { AppContext } from "../context.ts";
import { namedInstrument } from "../instruments.ts";
import { type ExplainedPosition, explainedPositions, explainedToWire } from "./explainedPositions.ts";
import { explainLastEquity } from "./lastEquity.ts";
import { inputsOfDays, pageOf, performanceInputs, type PerformanceInputs, seriesOf } from "./inputs.ts";

/** Valuations and flows that an explanation shows. */
const ROWS_MAX = 1_000;

type RangeAmount = Exclude<AmountName, "last_equity">;

const AMOUNT_FORMULAS: Readonly<Record<RangeAmount, string>> = {
  equity: "cash + sum over positions of quantity x price",
  profit_loss: "end value - start value - net deposits; of a position: end - start - bought + sold - moved in - fees",
  cost_basis: "sum over positions of what their lots cost",
  unrealized_pl: "sum over positions of quantity x price - cost basis",
  realized_pl: "sum over sold lots of proceeds - cost",
};

/** Answers the query. */
export async function explainFigure(c: AppContext, query: ExplainQuery): Promise<WireExplanation> {
  const nowMs = Date.now();
  const symbol = query.symbol === null ? null : (await namedInstrument(c, query.symbol)).symbol;
  const { figure } = query;
  if (figure === "last_equity") return explainLastEquity(c, query, symbol, nowMs);
  // Cost and price of what is held now, whatever the range.
  const inputs = isCost(figure)
    ? await inputsOfDays(c, [tradingDayOf(nowMs)], nowMs)
    : await performanceInputs(c, query, nowMs);
  if (symbol !== null && !inputs.symbols.includes(symbol)) throw new ApiFault({ reason: "position_not_found" });
  const costs = isCost(figure) ? await costsOf(c) : null;
  const rows = explainedPositions(inputs, costs, figure);
  const opened = symbol === null ? null : await openedLots(c, query, rows, inputs, symbol);
  const whole = pageOf(inputs.symbols, query.page_token, query.limit);
  const { page, next } = symbol === null ? whole : { page: [symbol], next: opened?.next ?? null };
  const shown = new Set(page);
  const series = symbol === null ? inputs.account : seriesOf(inputs, symbol);
  const [start, end] = [series.valuations[0], series.valuations.at(-1)];
  const cash = symbol === null ? cashAt(inputs) : 0;
  return {
    figure,
    symbol,
    ...(isAmount(figure)
      ? amountOf(figure, symbol, rows, inputs, cash)
      : ratioOf(figure, series, query.risk_free_rate)),
    from: start === undefined ? null : isoDate(start.day),
    to: end === undefined ? null : isoDate(end.day),
    ...seriesToWire(series),
    positions: rows.filter((row) => shown.has(row.symbol)).map((row) => explainedToWire(row)),
    ...opened?.fields,
    cash: money(cash),
    next_page_token: next,
  };
}

/** The lots of a position, for a figure that is made of them; null for the others. */
async function openedLots(
  c: AppContext,
  { figure, limit, page_token: pageToken }: ExplainQuery,
  rows: readonly ExplainedPosition[],
  { daily: { days } }: PerformanceInputs,
  symbol: string,
): Promise<{ readonly fields: Pick<WireExplanation, "lots" | "realized">; readonly next: string | null } | null> {
  if (isCost(figure)) {
    const page = known(await accountOf(c).lots({ symbol, limit, pageToken }));
    const price = rows.find((row) => row.symbol === symbol)?.price ?? 0;
    const { lots, next_page_token: next } = taxLotsToWire(assetOf(symbol), page, price, c.var.receivedAt);
    return { fields: { lots }, next };
  }
  if (figure !== "realized_pl") return null;
  const [afterMicros, untilMicros] = [days[0] ?? 0, days.at(-1) ?? 0].map((day) => endOfDay(day) * 1_000);
  const bounds = { afterMicros: (afterMicros ?? 0) - 1, untilMicros: untilMicros ?? 0 };
  const page = known(await accountOf(c).realized({ symbol, ...bounds, limit, pageToken }));
  const { items, next_page_token: next } = realizedToWire(page);
  return { fields: { realized: items }, next };
}

function known<Page extends object>(page: Page | UnknownPage): Page {
  if (!("unknown" in page)) return page;
  const expected = "the next_page_token of the page before";
  throw new ApiFault({ reason: "query_invalid", parameter: "page_token", expected });
}

const isAmount = (figure: FigureName | RangeAmount): figure is RangeAmount =>
  (AMOUNT_NAMES as readonly string[]).includes(figure);

const isCost = (figure: FigureName | AmountName): boolean => figure === "cost_basis" || figure === "unrealized_pl";

async function costsOf(c: AppContext): Promise<ReadonlyMap<string, number>> {
  const { positions } = await openAccountOf(c);
  return new Map(positions.map(({ symbol, costBasis }) => [symbol, costBasis]));
}

/** What is left of the equity without the positions. */
function cashAt({ daily }: PerformanceInputs): number {
  const last = daily.days.length - 1;
  let cash = daily.equity[last] ?? 0;
  for (const values of daily.values.values()) cash -= values[last] ?? 0;
  return cash;
}

type Answer = Pick<WireExplanation, "value" | "reason" | "formula" | "derivation">;

function ratioOf(name: FigureName, series: Series, riskFreeRate: number): Answer {
  const figure = figureNamed(performanceFigures(series, riskFreeRate), name);
  const of = FORMULA_OF[name];
  if ("reason" in figure) return { value: null, reason: figure.reason, formula: FORMULAS[of], derivation: {} };
  const { value, derivation } = figure;
  return { value, reason: null, formula: FORMULAS[of], derivation: derivationToWire(derivation) };
}

const FORMULA_OF: Readonly<Record<FigureName, keyof typeof FORMULAS>> = {
  price_return: "gain_over_invested",
  total_return: "gain_over_invested",
  time_weighted: "time_weighted",
  time_weighted_annual: "annualised",
  money_weighted: "money_weighted",
  modified_dietz: "modified_dietz",
  maximum_drawdown: "maximum_drawdown",
  volatility: "volatility",
  sharpe_ratio: "sharpe",
};

function amountOf(
  name: RangeAmount,
  symbol: string | null,
  rows: readonly ExplainedPosition[],
  { account }: PerformanceInputs,
  cash: number,
): Answer {
  const formula = AMOUNT_FORMULAS[name];
  const [start, end] = [account.valuations[0], account.valuations.at(-1)];
  if (start === undefined || end === undefined) return { value: null, reason: "no_value", formula, derivation: {} };
  const own = symbol === null ? rows : rows.filter((row) => row.symbol === symbol);
  let positions = 0;
  for (const { amount } of own) positions += amount;
  const derivation = { positions: money(positions), count: own.length };
  if (symbol !== null || isCost(name) || name === "realized_pl") {
    return { value: money(positions), reason: null, formula, derivation };
  }
  if (name !== "profit_loss") {
    return { value: money(end.value), reason: null, formula, derivation: { ...derivation, cash: money(cash) } };
  }
  let deposits = 0;
  for (const { kind, amount } of account.flows) if (kind === "capital") deposits += amount;
  const profit = end.value - start.value - deposits;
  return {
    value: money(profit),
    reason: null,
    formula,
    derivation: {
      ...derivation,
      start_value: money(start.value),
      end_value: money(end.value),
      net_deposits: money(deposits),
      // What no position explains.
      residual: money(profit - positions),
    },
  };
}

function seriesToWire({ valuations, flows }: Series): Pick<WireExplanation, "valuations" | "flows" | "left_out"> {
  const [kept, shown] = [valuations.slice(-ROWS_MAX), flows.slice(-ROWS_MAX)];
  return {
    valuations: kept.map(({ day, value }) => ({ date: isoDate(day), value: money(value) })),
    flows: shown.map(({ day, kind, amount }) => ({ date: isoDate(day), kind, amount: money(amount) })),
    left_out: valuations.length - kept.length + flows.length - shown.length,
  };
}
