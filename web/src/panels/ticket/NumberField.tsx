import { createUniqueId, For, Show, type JSX } from "solid-js";
import { IconButton } from "../../design/components/Button.tsx";
import { TICKET as T } from "../../text/en/ticket.ts";

/** A value that one press sets: the bid, the whole position. */
export interface Chip {
  readonly text: string;
  /** What it does, for screen readers and the pointer. */
  readonly label: string;
  readonly disabled?: boolean;
  readonly onChoose: () => void;
}

const BIG_STEP = 10;

/** A decimal with steppers: buttons, arrow keys (with Shift ten steps), and values that one press sets. */
export function NumberField(props: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** The value that is some steps away; without it there are no steppers. */
  readonly step?: (steps: number) => string;
  readonly chips?: readonly Chip[];
  readonly chipsLabel?: string;
  readonly error?: string | undefined;
  readonly disabled?: boolean;
  readonly name?: string;
  readonly unit?: JSX.Element;
}): JSX.Element {
  const id = createUniqueId();
  const go = (steps: number): void => {
    const next = props.step?.(steps);
    if (next !== undefined) props.onInput(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const size = event.shiftKey ? BIG_STEP : 1;
    const steps = { ArrowUp: size, ArrowDown: -size, PageUp: BIG_STEP, PageDown: -BIG_STEP }[event.key];
    if (steps === undefined || props.step === undefined) return;
    event.preventDefault();
    go(steps);
  };
  return (
    <div class="field number-field">
      <div class="spread">
        <label for={id} class="field-label">
          {props.label}
        </label>
        <Show when={(props.chips?.length ?? 0) > 0}>
          <div class="chips" role="group" aria-label={props.chipsLabel ?? props.label}>
            <For each={props.chips}>
              {(chip) => (
                <button
                  type="button"
                  class="chip"
                  aria-label={chip.label}
                  title={chip.label}
                  disabled={chip.disabled || props.disabled}
                  onClick={() => chip.onChoose()}
                >
                  {chip.text}
                </button>
              )}
            </For>
          </div>
        </Show>
      </div>
      <div class="number-box" data-invalid={props.error !== undefined}>
        <Show when={props.step !== undefined}>
          <IconButton
            icon="minus"
            label={T.less(props.label)}
            tabindex={-1}
            disabled={props.disabled}
            onClick={() => go(-1)}
          />
        </Show>
        <input
          id={id}
          class="input"
          name={props.name}
          inputmode="decimal"
          autocomplete="off"
          enterkeyhint="done"
          value={props.value}
          disabled={props.disabled}
          aria-invalid={props.error === undefined ? undefined : "true"}
          aria-describedby={props.error === undefined ? undefined : `${id}-error`}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onFocus={(event) => event.currentTarget.select()}
        />
        {props.unit}
        <Show when={props.step !== undefined}>
          <IconButton
            icon="add"
            label={T.more(props.label)}
            tabindex={-1}
            disabled={props.disabled}
            onClick={() => go(1)}
          />
        </Show>
      </div>
      <Show when={props.error}>
        <span class="field-error" id={`${id}-error`}>
          {props.error}
        </span>
      </Show>
    </div>
  );
}
