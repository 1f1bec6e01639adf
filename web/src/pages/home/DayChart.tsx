import { createMemo, For, Show, type JSX } from "solid-js";
import { price } from "../../format/numbers.ts";
import "./dayChart.css";

/** The picture's own units; it is stretched to the place that it has. */
const WIDTH = 600;
const HEIGHT = 200;
const PAD = 6;
const GRID = 4;

/**
 * The newest prices as an area, coloured by their change, with a line at the close before, the prices of the grid beside
 * it and the times of both ends under it.
 */
export function DayChart(props: {
  readonly values: readonly number[];
  readonly close: number | null;
  readonly label: string;
  readonly from: string;
  readonly to: string;
}): JSX.Element {
  const range = createMemo(() => {
    const all = props.close === null ? props.values : [...props.values, props.close];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const pad = (high - low || high * 0.01) * 0.08;
    return { low: low - pad, high: high + pad };
  });
  const x = (nth: number): number => (nth / Math.max(1, props.values.length - 1)) * WIDTH;
  const y = (value: number): number =>
    PAD + (1 - (value - range().low) / (range().high - range().low)) * (HEIGHT - 2 * PAD);
  const line = createMemo(() =>
    props.values.map((value, nth) => `${nth === 0 ? "M" : "L"}${x(nth).toFixed(1)} ${y(value).toFixed(1)}`).join(""),
  );
  const rises = (): boolean => (props.values.at(-1) ?? 0) >= (props.values[0] ?? 0);
  const steps = createMemo(() => {
    const { low, high } = range();
    return Array.from({ length: GRID }, (_, nth) => low + ((nth + 0.5) / GRID) * (high - low)).toReversed();
  });
  return (
    <div class="day-chart" data-rises={rises()}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={props.label}>
        <defs>
          <linearGradient id="day-fill" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" class="day-fill-top" />
            <stop offset="1" class="day-fill-bottom" />
          </linearGradient>
        </defs>
        <For each={steps()}>{(value) => <line class="day-grid" x1="0" x2={WIDTH} y1={y(value)} y2={y(value)} />}</For>
        <path class="day-area" d={`${line()}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} />
        <Show when={props.close}>
          {(close) => <line class="day-close" x1="0" x2={WIDTH} y1={y(close())} y2={y(close())} />}
        </Show>
        <path class="day-line" d={line()} />
      </svg>
      <div class="day-scale" aria-hidden="true">
        <For each={steps()}>{(value) => <span>{price(value)}</span>}</For>
      </div>
      <div class="day-times spread">
        <span>{props.from}</span>
        <span>{props.to}</span>
      </div>
    </div>
  );
}
