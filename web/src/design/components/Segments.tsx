import { For, type JSX } from "solid-js";
import type { Option } from "./Field.tsx";

/** A choice of one among few, as radio buttons: arrow keys move, and what cannot be chosen says why. */
export function Segments(props: {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly class?: string;
}): JSX.Element {
  let group: HTMLDivElement | undefined;
  const move = (event: KeyboardEvent, nth: number): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const { length } = props.options;
    for (let at = nth + step; at !== nth; at += step) {
      at = (at + length) % length;
      const option = props.options[at];
      if (option === undefined || option.refused !== undefined) continue;
      props.onChange(option.value);
      group?.querySelectorAll("button")[at]?.focus();
      return;
    }
  };
  const focusable = (option: Option, nth: number): boolean =>
    option.value === props.value || (nth === 0 && !props.options.some(({ value }) => value === props.value));
  return (
    <div ref={group} class={`segments ${props.class ?? ""}`} role="radiogroup" aria-label={props.label}>
      <For each={props.options}>
        {(option, nth) => (
          <button
            type="button"
            role="radio"
            data-value={option.value}
            aria-checked={option.value === props.value}
            tabindex={focusable(option, nth()) ? 0 : -1}
            disabled={option.refused !== undefined}
            title={option.refused}
            onClick={() => props.onChange(option.value)}
            onKeyDown={(event) => move(event, nth())}
          >
            {option.text}
          </button>
        )}
      </For>
    </div>
  );
}
