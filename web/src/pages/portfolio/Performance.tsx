/** Returns and risk of the range, beside a benchmark, and by day, month or year. */
import { createMemo, createResource, createSignal, For, Show, type JSX } from "solid-js";
import { Segments } from "../../design/components/Segments.tsx";
import { SelectField } from "../../design/components/Field.tsx";
import { direction, money, signedPercent } from "../../format/numbers.ts";
import { assets } from "../../market/assets.ts";
import { figureText } from "../../portfolio/figureText.ts";
import { PlainTable } from "../../portfolio/PlainTable.tsx";
import { EXPLAIN, PORTFOLIO } from "../../text/en/portfolio.ts";
import { performanceOf, type Performance as Answer, type RangeId } from "./data.ts";
import { RangeFigure } from "./Figures.tsx";
import { Loaded } from "./Loaded.tsx";

type Period = "day" | "month" | "year";

const RETURNS = [
  "time_weighted",
  "time_weighted_annual",
  "money_weighted",
  "modified_dietz",
  "total_return",
  "price_return",
] as const;
const RISK = ["maximum_drawdown", "volatility", "sharpe_ratio"] as const;

export function Performance(props: { readonly account: string; readonly range: RangeId }): JSX.Element {
  const [benchmark, setBenchmark] = createSignal("");
  const [by, setBy] = createSignal<Period>("day");
  const [answer] = createResource(
    () => ({ account: props.account, range: props.range, benchmark: benchmark() }),
    ({ account, range, ...more }) => performanceOf(account, range, more),
  );
  const [parts] = createResource(
    () => ({ account: props.account, range: props.range, by: by() }),
    ({ account, range, ...more }) => performanceOf(account, range, more),
  );
  return (
    <div class="stack portfolio-stack">
      <div class="row wrap">
        <SelectField
          class="benchmark"
          label={PORTFOLIO.benchmark}
          options={[
            { value: "", text: PORTFOLIO.noBenchmark },
            ...assets().map(({ symbol }) => ({ value: symbol, text: symbol })),
          ]}
          value={benchmark()}
          onChange={setBenchmark}
        />
      </div>
      <Loaded of={answer}>
        {(given) => (
          <>
            <section class="card">
              <h2 class="card-title">{PORTFOLIO.returns}</h2>
              <Compared names={RETURNS} answer={given} range={props.range} />
            </section>
            <section class="card">
              <h2 class="card-title">{PORTFOLIO.risk}</h2>
              <Compared names={RISK} answer={given} range={props.range} />
            </section>
            <section class="card">
              <h2 class="card-title">{PORTFOLIO.account}</h2>
              <dl class="figures">
                <For
                  each={
                    [
                      [PORTFOLIO.startValue, given.start_value],
                      [PORTFOLIO.netDeposits, given.net_deposits],
                      [PORTFOLIO.fees, given.fees],
                      [PORTFOLIO.endValue, given.end_value],
                    ] as const
                  }
                >
                  {([name, value]) => (
                    <div>
                      <dt>{name}</dt>
                      <dd>{money(value)}</dd>
                    </div>
                  )}
                </For>
              </dl>
            </section>
          </>
        )}
      </Loaded>
      <section class="card">
        <div class="spread wrap">
          <h2 class="card-title">{PORTFOLIO.byPeriod}</h2>
          <Segments
            label={PORTFOLIO.period}
            options={Object.entries(PORTFOLIO.periods).map(([value, text]) => ({ value, text }))}
            value={by()}
            onChange={(id) => setBy(id as Period)}
          />
        </div>
        <Loaded of={parts}>{(given) => <Periods periods={given.periods ?? []} />}</Loaded>
      </section>
    </div>
  );
}

function Compared(props: {
  readonly names: readonly (typeof RETURNS | typeof RISK)[number][];
  readonly answer: Answer;
  readonly range: RangeId;
}): JSX.Element {
  const other = (): Answer["benchmark"] => props.answer.benchmark;
  return (
    <PlainTable
      label={PORTFOLIO.returns}
      titles={[
        { text: PORTFOLIO.figure },
        { text: PORTFOLIO.account, numeric: true },
        ...(other() === null ? [] : [{ text: other()?.symbol ?? "", numeric: true }]),
      ]}
      rows={props.names.map((name) => {
        const { value, reason } = props.answer.figures[name];
        const beside = other()?.figures[name];
        return [
          PORTFOLIO.figures[name] ?? name,
          <RangeFigure figure={name} value={value} reason={reason} range={props.range} />,
          ...(beside === undefined
            ? []
            : [
                <span class={direction(beside.value)}>
                  {beside.value === null
                    ? (EXPLAIN.reasons[beside.reason ?? ""] ?? beside.reason)
                    : figureText(name, beside.value)}
                </span>,
              ]),
        ];
      })}
    />
  );
}

/** Returns of periods as bars around zero, with their numbers: the newest first. */
function Periods(props: { readonly periods: NonNullable<Answer["periods"]> }): JSX.Element {
  const rows = createMemo(() => props.periods.toReversed());
  const most = createMemo(() =>
    Math.max(1e-9, ...props.periods.map(({ time_weighted: figure }) => Math.abs(figure.value ?? 0))),
  );
  return (
    <Show when={rows().length > 0} fallback={<p class="muted">{PORTFOLIO.chartEmpty}</p>}>
      <ul class="period-list" tabindex={0} aria-label={PORTFOLIO.byPeriod}>
        <For each={rows()}>
          {({ period, time_weighted: figure }) => (
            <li>
              <span>{period}</span>
              <span class="period-bar" aria-hidden="true">
                <span
                  data-tone={direction(figure.value)}
                  style={{
                    width: `${(Math.abs(figure.value ?? 0) / most()) * 50}%`,
                    left: (figure.value ?? 0) >= 0 ? "50%" : `${50 - (Math.abs(figure.value ?? 0) / most()) * 50}%`,
                  }}
                />
              </span>
              <span class={`num ${direction(figure.value)}`}>{signedPercent(figure.value)}</span>
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
