/** Equity, profit and drawdown over the range, and the most asked figures. */
import { createMemo, createResource, createSignal, Show, type JSX } from "solid-js";
import { equityNow } from "../../account/valuation.ts";
import { Button } from "../../design/components/Button.tsx";
import { compact, direction, money, percent, signedMoney, signedPercent } from "../../format/numbers.ts";
import { day, fullTime, shortClock } from "../../format/times.ts";
import { ExplainButton } from "../../portfolio/ExplainButton.tsx";
import { deepest, drawdowns } from "../../portfolio/drawdown.ts";
import { LineChart, type ChartPoint } from "../../portfolio/LineChart.tsx";
import { PlainTable } from "../../portfolio/PlainTable.tsx";
import { PORTFOLIO } from "../../text/en/portfolio.ts";
import { boundsOf, type History, historyOf, performanceOf, type Performance, type RangeId } from "./data.ts";
import { RangeFigure } from "./Figures.tsx";
import { Loaded } from "./Loaded.tsx";

interface Shown {
  readonly account: string;
  readonly range: RangeId;
}

export function Overview(props: Shown): JSX.Element {
  const [history] = createResource(
    () => [props.account, props.range] as const,
    ([id, range]) => historyOf(id, range),
  );
  const [performance] = createResource(
    () => [props.account, props.range] as const,
    ([id, range]) => performanceOf(id, range, { by: "day" }),
  );
  return (
    <div class="stack portfolio-stack">
      <Loaded of={history}>{(given) => <Equity history={given} range={props.range} />}</Loaded>
      <Loaded of={performance}>
        {(given) => (
          <>
            <KeyFigures performance={given} range={props.range} />
            <Drawdown performance={given} />
          </>
        )}
      </Loaded>
    </div>
  );
}

function Equity(props: { readonly history: History; readonly range: RangeId }): JSX.Element {
  const [asTable, setAsTable] = createSignal(false);
  const isDays = (): boolean => props.history.timeframe === "1D";
  const label = (seconds: number): string => {
    const at = seconds * 1_000;
    if (isDays()) return day(at);
    return props.range === "1D" ? shortClock(at) : fullTime(at);
  };
  const points = createMemo((): readonly ChartPoint[] =>
    props.history.timestamp.map((at, nth) => ({ label: label(at), value: props.history.equity[nth] ?? 0 })),
  );
  const profit = (): number => props.history.profit_loss.at(-1) ?? 0;
  const share = (): number | null => props.history.profit_loss_pct.at(-1) ?? null;
  const summary = (): string => {
    const values = points().map(({ value }) => value);
    return PORTFOLIO.curveText(
      points()[0]?.label ?? "",
      points().at(-1)?.label ?? "",
      money(values[0]),
      money(values.at(-1)),
      money(Math.min(...values)),
      money(Math.max(...values)),
    );
  };
  return (
    <section class="card">
      <div class="spread wrap">
        <div>
          <h2 class="card-title">{PORTFOLIO.equityCurve}</h2>
          <div class="headline">
            <ExplainButton figure="equity" name={PORTFOLIO.equity}>
              <span data-figure="equity">{money(equityNow())}</span>
            </ExplainButton>
          </div>
          <div class={direction(profit())}>
            <ExplainButton figure="profit_loss" name={PORTFOLIO.profitLoss} range={boundsOf(props.range)}>
              <span data-figure="profit_loss">{signedMoney(profit())}</span> ({signedPercent(share())})
            </ExplainButton>
            <span class="muted"> {PORTFOLIO.profit(PORTFOLIO.ranges[props.range] ?? "")}</span>
          </div>
        </div>
        <Button kind="plain" icon={asTable() ? "portfolio" : "table"} onClick={() => setAsTable(!asTable())}>
          {asTable() ? PORTFOLIO.asChart : PORTFOLIO.asTable}
        </Button>
      </div>
      <Show when={points().length > 0} fallback={<p class="muted">{PORTFOLIO.chartEmpty}</p>}>
        <Show
          when={asTable()}
          fallback={
            <LineChart
              points={points()}
              summary={summary()}
              show={money}
              showAxis={compact}
              base={props.history.base_value > 0 ? inRange(props.history.base_value, points()) : undefined}
              height={260}
            />
          }
        >
          <PlainTable
            label={PORTFOLIO.equityCurve}
            tall
            titles={[
              { text: isDays() ? PORTFOLIO.day : PORTFOLIO.time },
              { text: PORTFOLIO.equity, numeric: true },
              { text: PORTFOLIO.profitLoss, numeric: true },
              { text: PORTFOLIO.profitShare, numeric: true },
            ]}
            rows={points()
              .map((point, nth) => [
                point.label,
                money(point.value),
                signedMoney(props.history.profit_loss[nth]),
                signedPercent(props.history.profit_loss_pct[nth]),
              ])
              .toReversed()}
          />
        </Show>
        <p class="muted small">{summary()}</p>
      </Show>
    </section>
  );
}

/** The base, where it would not flatten the line. */
function inRange(base: number, points: readonly ChartPoint[]): number | undefined {
  const values = points.map(({ value }) => value);
  return base >= Math.min(...values) && base <= Math.max(...values) ? base : undefined;
}

const KEY = ["time_weighted", "money_weighted", "maximum_drawdown", "volatility", "sharpe_ratio"] as const;

function KeyFigures(props: { readonly performance: Performance; readonly range: RangeId }): JSX.Element {
  return (
    <section class="card">
      <h2 class="card-title">{PORTFOLIO.returns}</h2>
      <dl class="figures">
        {KEY.map((name) => (
          <div>
            <dt>{PORTFOLIO.figures[name]}</dt>
            <dd>
              <RangeFigure
                figure={name}
                value={props.performance.figures[name].value}
                reason={props.performance.figures[name].reason}
                range={props.range}
              />
            </dd>
          </div>
        ))}
        <Amount name={PORTFOLIO.netDeposits} value={props.performance.net_deposits} />
        <Amount name={PORTFOLIO.fees} value={props.performance.fees} />
      </dl>
    </section>
  );
}

function Amount(props: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{money(props.value)}</dd>
    </div>
  );
}

function Drawdown(props: { readonly performance: Performance }): JSX.Element {
  const [asTable, setAsTable] = createSignal(false);
  const points = createMemo(() =>
    drawdowns(
      (props.performance.periods ?? []).map(({ period, time_weighted: figure }) => ({ period, value: figure.value })),
    ),
  );
  const worst = (): ReturnType<typeof deepest> => deepest(points());
  const text = (): string => {
    const at = worst();
    return at === null ? PORTFOLIO.noDrawdown : PORTFOLIO.drawdownText(percent(at.drawdown), dayText(at.at));
  };
  return (
    <Show when={points().length > 1}>
      <section class="card">
        <div class="spread">
          <h2 class="card-title">{PORTFOLIO.drawdown}</h2>
          <Button kind="plain" icon={asTable() ? "portfolio" : "table"} onClick={() => setAsTable(!asTable())}>
            {asTable() ? PORTFOLIO.asChart : PORTFOLIO.asTable}
          </Button>
        </div>
        <Show
          when={asTable()}
          fallback={
            <LineChart
              points={points().map(({ at, drawdown }) => ({ label: dayText(at), value: drawdown }))}
              summary={text()}
              show={(value) => percent(value)}
              showAxis={(value) => percent(value, 1)}
              height={140}
              below
            />
          }
        >
          <PlainTable
            label={PORTFOLIO.drawdown}
            tall
            titles={[{ text: PORTFOLIO.day }, { text: PORTFOLIO.drawdown, numeric: true }]}
            rows={points()
              .map(({ at, drawdown }) => [dayText(at), percent(drawdown)])
              .toReversed()}
          />
        </Show>
        <p class="muted small">{text()}</p>
      </section>
    </Show>
  );
}

const dayText = (date: string): string => day(`${date}T12:00:00`);
