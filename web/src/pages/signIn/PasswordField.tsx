import { createSignal, type JSX } from "solid-js";
import { CheckField, TextField } from "../../design/components/Field.tsx";
import { ENTRY } from "../../text/en/entry.ts";

/** As the exchange counts them: as typed. It judges the rest itself, when the form is sent. */
const LENGTH_MIN = 12;

/** A password. A new one has the rules beside it, and says how much is missing. */
export function PasswordField(props: {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly isNew?: boolean;
  readonly label?: string;
  readonly error?: string | null;
}): JSX.Element {
  const [visible, setVisible] = createSignal(false);
  const hint = (): string | undefined => {
    if (props.isNew !== true) return undefined;
    const left = LENGTH_MIN - props.value.length;
    return props.value === "" || left <= 0 ? ENTRY.passwordRules : ENTRY.passwordShort(left);
  };
  return (
    <div class="password">
      <TextField
        label={props.label ?? (props.isNew === true ? ENTRY.newPassword : ENTRY.password)}
        type={visible() ? "text" : "password"}
        autocomplete={props.isNew === true ? "new-password" : "current-password"}
        minlength={props.isNew === true ? LENGTH_MIN : undefined}
        required
        spellcheck={false}
        autocapitalize="off"
        value={props.value}
        error={props.error}
        hint={hint()}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <CheckField label={ENTRY.showPassword} checked={visible()} onChange={setVisible} />
    </div>
  );
}
