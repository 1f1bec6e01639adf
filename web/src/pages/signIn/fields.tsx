/** Fields that several pages ask for. */
import type { JSX } from "solid-js";
import { TextField } from "../../design/components/Field.tsx";
import { ENTRY } from "../../text/en/entry.ts";

interface Asked {
  readonly value: string;
  readonly onInput: (value: string) => void;
}

/** The e-mail of a login. */
export function EmailField(props: Asked & { readonly error?: string | null }): JSX.Element {
  return (
    <TextField
      label={ENTRY.email}
      type="email"
      autocomplete="username"
      required
      maxlength={254}
      value={props.value}
      error={props.error}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}

/** A code from a mail. */
export function CodeField(props: Asked): JSX.Element {
  return (
    <TextField
      label={ENTRY.code}
      autocomplete="one-time-code"
      autofocus
      required
      maxlength={128}
      spellcheck={false}
      value={props.value}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}
