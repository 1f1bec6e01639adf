import { createUniqueId, Show, type JSX } from "solid-js";

/** Some lines of text. */
export function TextArea(props: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly required?: boolean;
  readonly error?: string | null;
  readonly onInput: (value: string) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <textarea
        id={id}
        class="input"
        rows={3}
        spellcheck={false}
        required={props.required}
        aria-invalid={props.error ? "true" : undefined}
        aria-describedby={`${id}-hint`}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <Show when={props.error}>
        <span class="field-error">{props.error}</span>
      </Show>
      <span class="field-hint" id={`${id}-hint`}>
        {props.hint}
      </span>
    </div>
  );
}
