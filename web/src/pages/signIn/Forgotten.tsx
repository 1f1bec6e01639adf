import { createSignal, Show, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { CheckField } from "../../design/components/Field.tsx";
import { notify } from "../../design/components/notices.tsx";
import { createAction } from "../../forms/action.tsx";
import { ENTRY } from "../../text/en/entry.ts";
import { requestReset, resetPassword } from "./calls.ts";
import { EntryForm, EntryPage } from "./EntryPage.tsx";
import { CodeField, EmailField } from "./fields.tsx";
import { Outbox } from "./Outbox.tsx";
import { PasswordField } from "./PasswordField.tsx";

/** A forgotten password: a code by mail, then a new password. Invitations begin with the second step. */
export function Forgotten(props: { readonly email: string; readonly onBack: () => void }): JSX.Element {
  const [hasCode, setHasCode] = createSignal(false);
  return (
    <Show when={hasCode()} fallback={<RequestForm {...props} onCode={() => setHasCode(true)} />}>
      <ResetForm onBack={props.onBack} />
    </Show>
  );
}

function RequestForm(props: {
  readonly email: string;
  readonly onBack: () => void;
  readonly onCode: () => void;
}): JSX.Element {
  const [email, setEmail] = createSignal("");
  const shown = (): string => email() || props.email;
  const action = createAction(async () => {
    await requestReset(shown());
    props.onCode();
  });
  return (
    <EntryPage title={ENTRY.forgotTitle} lead={ENTRY.forgotLead}>
      <EntryForm
        of={action}
        text={ENTRY.sendCode}
        ways={
          <>
            <Button kind="plain" onClick={() => props.onCode()}>
              {ENTRY.haveCode}
            </Button>
            <Button kind="plain" onClick={() => props.onBack()}>
              {ENTRY.back}
            </Button>
          </>
        }
      >
        <EmailField value={shown()} onInput={setEmail} />
      </EntryForm>
    </EntryPage>
  );
}

function ResetForm(props: { readonly onBack: () => void }): JSX.Element {
  const [code, setCode] = createSignal("");
  const [password, setPassword] = createSignal("");
  const [keepKeys, setKeepKeys] = createSignal(false);
  const action = createAction(async () => {
    const ended = await resetPassword(code().trim(), password(), keepKeys());
    notify("good", ended === 0 ? ENTRY.passwordSet : `${ENTRY.passwordSet} ${ENTRY.keysEnded(ended)}`);
    props.onBack();
  });
  return (
    <EntryPage title={ENTRY.forgotTitle} lead={ENTRY.resetLead}>
      <Outbox />
      <EntryForm
        of={action}
        text={ENTRY.setPassword}
        ways={
          <Button kind="plain" onClick={() => props.onBack()}>
            {ENTRY.back}
          </Button>
        }
      >
        <CodeField value={code()} onInput={setCode} />
        <PasswordField isNew value={password()} onInput={setPassword} />
        <div>
          <CheckField label={ENTRY.keepKeys} checked={keepKeys()} onChange={setKeepKeys} />
          <p class="field-hint">{ENTRY.keepKeysHint}</p>
        </div>
      </EntryForm>
    </EntryPage>
  );
}
