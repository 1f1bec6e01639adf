import { createMemo, createSignal, createUniqueId, For, onCleanup, onMount, Show, type JSX } from "solid-js";
import { nearest, rangeOf, ticks } from "./axis.ts";
import "./charts.css";

export interface ChartPoint {
  readonly label: string;
  readonly value: number;
}

const LEFT = 4;
const RIGHT = 76;
const TOP = 8;
const BOTTOM = 22;
const LABEL_ROOM = 90;

/**
 * A line over time with its area, drawn as SVG. The pointer or the arrow keys move a mark along it, and what is under
 * the mark is said in words. `summary` is what a reader would take from the whole.
 */
export function LineChart(props: {
  readonly points: readonly ChartPoint[];
  readonly summary: string;
  readonly show: (value: number) => string;
  /** Labels of the axis, shorter than those of points. */
  readonly showAxis: (value: number) => string;
  readonly height?: number;
  /** The line is about a fall below zero. */
  readonly below?: boolean;
  /** A value to which a thin line is drawn, such as that of the beginning. */
  readonly base?: number | undefined;
}): JSX.Element {
  const id = createUniqueId();
  const [width, setWidth] = createSignal(600);
  const [at, setAt] = createSignal<number | null>(null);
  let box: HTMLDivElement | undefined;
  onMount(() => {
    const observer = new ResizeObserver(() => setWidth(Math.max(200, box?.clientWidth ?? 0)));
    if (box !== undefined) observer.observe(box);
    onCleanup(() => observer.disconnect());
  });
  const height = (): number => props.height ?? 240;
  const range = createMemo(() =>
    rangeOf(
      props.points.map(({ value }) => value),
      props.below === true,
    ),
  );
  const inner = (): number => width() - LEFT - RIGHT;
  const x = (nth: number): number => LEFT + (props.points.length < 2 ? 0.5 : nth / (props.points.length - 1)) * inner();
  const y = (value: number): number =>
    TOP + ((range().high - value) / (range().high - range().low)) * (height() - TOP - BOTTOM);
  const line = createMemo(() =>
    props.points
      .map(({ value }, nth) => `${nth === 0 ? "M" : "L"}${x(nth).toFixed(1)} ${y(value).toFixed(1)}`)
      .join(""),
  );
  const area = (): string => {
    const foot = y(props.below === true ? range().high : range().low).toFixed(1);
    return `${line()}L${x(props.points.length - 1).toFixed(1)} ${foot}L${x(0).toFixed(1)} ${foot}Z`;
  };
  const tone = (): string =>
    props.below === true || (props.points.at(-1)?.value ?? 0) < (props.base ?? props.points[0]?.value ?? 0)
      ? "down"
      : "up";
  const times = createMemo(() => {
    const count = Math.max(2, Math.min(props.points.length, Math.floor(inner() / LABEL_ROOM)));
    const last = props.points.length - 1;
    return [...new Set(Array.from({ length: count }, (_, nth) => Math.round((nth / (count - 1)) * last)))];
  });
  const marked = (): ChartPoint | null => {
    const nth = at();
    return nth === null ? null : (props.points[nth] ?? null);
  };
  const move = (event: KeyboardEvent): void => {
    const last = props.points.length - 1;
    const now = at() ?? last;
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last, PageUp: now - 10, PageDown: now + 10 }[
      event.key
    ];
    if (event.key === "Escape") setAt(null);
    if (to === undefined) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(last, to)));
  };
  return (
    <div class="line-chart" ref={box}>
      <div
        class="line-chart-plot"
        tabindex={0}
        role="slider"
        aria-label={props.summary}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, props.points.length - 1)}
        aria-valuenow={at() ?? Math.max(0, props.points.length - 1)}
        aria-valuetext={textOf(marked() ?? props.points.at(-1), props.show)}
        onKeyDown={move}
        onPointerMove={(event) => {
          const place = event.currentTarget.getBoundingClientRect();
          setAt(nearest((event.clientX - place.left - LEFT) / inner(), props.points.length));
        }}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
      >
        <svg width={width()} height={height()} viewBox={`0 0 ${width()} ${height()}`} class={tone()} aria-hidden="true">
          <defs>
            <linearGradient
              id={id}
              x1="0"
              y1={props.below === true ? "1" : "0"}
              x2="0"
              y2={props.below === true ? "0" : "1"}
            >
              <stop offset="0" stop-color="currentColor" stop-opacity="0.28" />
              <stop offset="1" stop-color="currentColor" stop-opacity="0.02" />
            </linearGradient>
          </defs>
          <Axes
            values={ticks(range().low, range().high, 4)}
            times={times()}
            x={x}
            y={y}
            width={width()}
            height={height()}
            showAxis={props.showAxis}
            label={(nth) => props.points[nth]?.label ?? ""}
          />
          <Show when={props.base !== undefined}>
            <line class="base" x1={LEFT} x2={width() - RIGHT} y1={y(props.base ?? 0)} y2={y(props.base ?? 0)} />
          </Show>
          <path d={area()} fill={`url(#${id})`} stroke="none" />
          <path d={line()} fill="none" stroke="currentColor" stroke-width="1.75" stroke-linejoin="round" />
          <Show when={props.points.length === 1}>
            <circle cx={x(0)} cy={y(props.points[0]?.value ?? 0)} r="4" fill="currentColor" />
          </Show>
          <Show when={marked()}>
            {(point) => (
              <>
                <line class="mark" x1={x(at() ?? 0)} x2={x(at() ?? 0)} y1={TOP} y2={height() - BOTTOM} />
                <circle cx={x(at() ?? 0)} cy={y(point().value)} r="4" fill="currentColor" />
              </>
            )}
          </Show>
        </svg>
        <Show when={marked()}>
          {(point) => (
            <div
              class="line-chart-tip"
              style={{ left: `${Math.min(Math.max(0, x(at() ?? 0) - 60), width() - 140)}px` }}
            >
              <span class="muted">{point().label}</span> <strong>{props.show(point().value)}</strong>
            </div>
          )}
        </Show>
      </div>
    </div>
  );
}

/** Lines and labels of values, and labels of times. */
function Axes(props: {
  readonly values: readonly number[];
  readonly times: readonly number[];
  readonly x: (nth: number) => number;
  readonly y: (value: number) => number;
  readonly width: number;
  readonly height: number;
  readonly showAxis: (value: number) => string;
  readonly label: (nth: number) => string;
}): JSX.Element {
  return (
    <>
      <For each={props.values}>
        {(value) => (
          <>
            <line class="grid" x1={LEFT} x2={props.width - RIGHT} y1={props.y(value)} y2={props.y(value)} />
            <text class="tick" x={props.width - RIGHT + 8} y={props.y(value) + 4}>
              {props.showAxis(value)}
            </text>
          </>
        )}
      </For>
      <For each={props.times}>
        {(nth, place) => (
          <text
            class="tick"
            x={props.x(nth)}
            y={props.height - 6}
            text-anchor={place() === 0 ? "start" : place() === props.times.length - 1 ? "end" : "middle"}
          >
            {props.label(nth)}
          </text>
        )}
      </For>
    </>
  );
}

function textOf(point: ChartPoint | undefined, show: (value: number) => string): string {
  return point === undefined ? "" : `${point.label}: ${show(point.value)}`;
}
