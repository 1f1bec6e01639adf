import { createUniqueId, For, Show, splitProps, type JSX } from "solid-js";

interface Labelled {
  readonly label: string;
  /** The label is read by screen readers only, where the place says what is asked. */
  readonly hideLabel?: boolean;
  readonly error?: string | null | undefined;
  readonly hint?: string | undefined;
}

const LABELLED = ["label", "hideLabel", "error", "hint", "class"] as const;

/** Label, control, error and hint; the control is described by both. */
function Labels(
  props: Labelled & { readonly id: string; readonly class?: string | undefined; readonly children: JSX.Element },
) {
  return (
    <div class={`field ${props.class ?? ""}`}>
      <label for={props.id} classList={{ "hidden-text": props.hideLabel === true }}>
        {props.label}
      </label>
      {props.children}
      <Show when={props.error}>
        <span class="field-error" id={`${props.id}-error`}>
          {props.error}
        </span>
      </Show>
      <Show when={props.hint}>
        <span class="field-hint" id={`${props.id}-hint`}>
          {props.hint}
        </span>
      </Show>
    </div>
  );
}

function describedBy(id: string, { error, hint }: Labelled): string | undefined {
  const ids = [...(error ? [`${id}-error`] : []), ...(hint ? [`${id}-hint`] : [])];
  return ids.length === 0 ? undefined : ids.join(" ");
}

export type TextFieldProps = Labelled & JSX.InputHTMLAttributes<HTMLInputElement>;

/** A line of text. For numbers give `inputmode="decimal"`: a field of type number changes when somebody scrolls. */
export function TextField(props: TextFieldProps): JSX.Element {
  const [own, rest] = splitProps(props, LABELLED);
  const id = props.id ?? createUniqueId();
  return (
    <Labels {...own} id={id}>
      <input
        autocomplete="off"
        {...rest}
        id={id}
        class="input"
        aria-invalid={own.error ? "true" : undefined}
        aria-describedby={describedBy(id, own)}
      />
    </Labels>
  );
}

export interface Option {
  readonly value: string;
  readonly text: string;
  /** Why it cannot be chosen; it is disabled then and says so. */
  readonly refused?: string | undefined;
}

export type SelectFieldProps = Labelled &
  Omit<JSX.SelectHTMLAttributes<HTMLSelectElement>, "onChange"> & {
    readonly options: readonly Option[];
    readonly value: string;
    readonly onChange: (value: string) => void;
  };

export function SelectField(props: SelectFieldProps): JSX.Element {
  const [own, rest] = splitProps(props, [...LABELLED, "options", "value", "onChange"]);
  const id = props.id ?? createUniqueId();
  return (
    <Labels {...own} id={id}>
      <select
        {...rest}
        id={id}
        class="input"
        aria-invalid={own.error ? "true" : undefined}
        aria-describedby={describedBy(id, own)}
        onChange={(event) => own.onChange(event.currentTarget.value)}
      >
        <For each={own.options}>
          {(option) => (
            <option
              value={option.value}
              selected={option.value === own.value}
              disabled={option.refused !== undefined}
              title={option.refused}
            >
              {option.refused === undefined ? option.text : `${option.text} (${option.refused})`}
            </option>
          )}
        </For>
      </select>
    </Labels>
  );
}

export function CheckField(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}
