import { Show, type JSX } from "solid-js";
import { direction } from "../../format/numbers.ts";
import { ExplainButton } from "../../portfolio/ExplainButton.tsx";
import { figureText } from "../../portfolio/figureText.ts";
import { EXPLAIN, PORTFOLIO } from "../../text/en/portfolio.ts";
import { boundsOf, type RangeId } from "./data.ts";

/** Figures that are no gain or loss, and have no colour. */
const NEUTRAL = new Set(["volatility", "sharpe_ratio"]);

/** A figure of the range that can be opened; without a value it says why. */
export function RangeFigure(props: {
  readonly figure: string;
  readonly value: number | string | null;
  readonly reason: string | null;
  readonly range: RangeId;
  readonly symbol?: string;
}): JSX.Element {
  const name = (): string => PORTFOLIO.figures[props.figure] ?? props.figure;
  return (
    <Show
      when={props.value !== null}
      fallback={<span class="muted small">{EXPLAIN.reasons[props.reason ?? ""] ?? props.reason ?? "–"}</span>}
    >
      <ExplainButton
        figure={props.figure}
        name={name()}
        range={boundsOf(props.range)}
        {...(props.symbol === undefined ? {} : { symbol: props.symbol })}
      >
        <span class={NEUTRAL.has(props.figure) ? "" : direction(Number(props.value))} data-figure={props.figure}>
          {figureText(props.figure, props.value)}
        </span>
      </ExplainButton>
    </Show>
  );
}
