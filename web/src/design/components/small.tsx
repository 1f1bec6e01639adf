/** Small parts: badge, empty place, figure, spark line, heading of a page. */
import { createMemo, type JSX } from "solid-js";

export function Badge(props: {
  readonly tone?: "good" | "warn" | "danger" | "paper" | "accent" | undefined;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <span class="badge" data-tone={props.tone}>
      {props.children}
    </span>
  );
}

/** A place without content: says why, and what to do. */
export function Empty(props: { readonly children: JSX.Element }): JSX.Element {
  return <div class="empty">{props.children}</div>;
}

/** A figure with its name; inside of a `<dl class="figures">`. */
export function Figure(props: { readonly name: string; readonly children: JSX.Element }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/**
 * A line without axes of some values, oldest first. Its text alternative is the `label`: what a reader would take from
 * the line, such as "up 1.2 % today".
 */
export function Spark(props: {
  readonly values: readonly number[];
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
}): JSX.Element {
  const width = (): number => props.width ?? 64;
  const height = (): number => props.height ?? 18;
  const path = createMemo(() => {
    const { values } = props;
    if (values.length < 2) return "";
    const low = Math.min(...values);
    const range = Math.max(...values) - low || 1;
    const x = (nth: number): number => (nth / (values.length - 1)) * (width() - 2) + 1;
    const y = (value: number): number => height() - 1.5 - ((value - low) / range) * (height() - 3);
    return values.map((value, nth) => `${nth === 0 ? "M" : "L"}${x(nth).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  });
  const rises = (): boolean => (props.values.at(-1) ?? 0) >= (props.values[0] ?? 0);
  return (
    <svg
      width={width()}
      height={height()}
      role="img"
      aria-label={props.label}
      class={rises() ? "up" : "down"}
      fill="none"
      stroke="currentColor"
      stroke-width="1.25"
      stroke-linejoin="round"
    >
      <path d={path()} />
    </svg>
  );
}
