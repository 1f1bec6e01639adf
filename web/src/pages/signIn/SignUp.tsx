import { A, useNavigate } from "@solidjs/router";
import { createSignal, Show, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { SelectField } from "../../design/components/Field.tsx";
import { createAction } from "../../forms/action.tsx";
import { ENTRY } from "../../text/en/entry.ts";
import { signIn, signUp, type SignUp as Asked, verifySignUp } from "./calls.ts";
import { EntryForm, EntryPage } from "./EntryPage.tsx";
import { CodeField, EmailField } from "./fields.tsx";
import { Outbox } from "./Outbox.tsx";
import { PasswordField } from "./PasswordField.tsx";
import { AlreadySignedIn } from "./SignIn.tsx";
import { FIRST_PAGE } from "./target.ts";

/** Creating a login: e-mail and password, then the code from the mail, and in. */
export default function SignUp(): JSX.Element {
  const [asked, setAsked] = createSignal<Asked | null>(null);
  return (
    <Show when={asked()} fallback={<AskForm onAsked={setAsked} />}>
      {(waiting) => <CodeForm asked={waiting()} onBack={() => setAsked(null)} />}
    </Show>
  );
}

function AskForm(props: { readonly onAsked: (asked: Asked) => void }): JSX.Element {
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  const [region, setRegion] = createSignal<string>("world");
  const action = createAction(async () => {
    const asked = { email: email().trim(), password: password(), region: region() };
    await signUp(asked);
    props.onAsked(asked);
  });
  return (
    <EntryPage
      title={ENTRY.signUpTitle}
      foot={
        <p>
          {ENTRY.haveLogin} <A href="/sign-in">{ENTRY.signIn}</A>
        </p>
      }
    >
      <AlreadySignedIn />
      <EntryForm of={action} text={ENTRY.createLogin}>
        <EmailField value={email()} error={action.field("email")} onInput={setEmail} />
        <PasswordField isNew value={password()} onInput={setPassword} />
        <SelectField
          label={ENTRY.region}
          hint={ENTRY.regionHint}
          value={region()}
          onChange={setRegion}
          options={Object.entries(ENTRY.regions).map(([value, text]) => ({ value, text }))}
        />
      </EntryForm>
    </EntryPage>
  );
}

function CodeForm(props: { readonly asked: Asked; readonly onBack: () => void }): JSX.Element {
  const navigate = useNavigate();
  const [code, setCode] = createSignal("");
  const action = createAction(async () => {
    const { email, password } = props.asked;
    await verifySignUp(code().trim(), password);
    // A login that is new has no second factor.
    await signIn(email, password);
    navigate(FIRST_PAGE, { replace: true });
  });
  return (
    <EntryPage title={ENTRY.codeTitle} lead={ENTRY.codeLead(props.asked.email)}>
      <p class="muted">{ENTRY.codeKnown}</p>
      <Outbox />
      <EntryForm
        of={action}
        text={ENTRY.confirm}
        ways={
          <Button kind="plain" onClick={() => props.onBack()}>
            {ENTRY.back}
          </Button>
        }
      >
        <CodeField value={code()} onInput={setCode} />
      </EntryForm>
    </EntryPage>
  );
}
