import { A, useNavigate, useSearchParams } from "@solidjs/router";
import { createResource, createSignal, For, Match, Show, Switch, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { me } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { createAction, refusedOf } from "../../forms/action.tsx";
import { hasPasskeys } from "../../forms/passkeys.ts";
import { day } from "../../format/times.ts";
import { ENTRY } from "../../text/en/entry.ts";
import { type FactorStep, signIn, signInByPasskey } from "./calls.ts";
import { EntryForm, EntryPage } from "./EntryPage.tsx";
import { FactorForm } from "./FactorForm.tsx";
import { EmailField } from "./fields.tsx";
import { Forgotten } from "./Forgotten.tsx";
import { PasswordField } from "./PasswordField.tsx";
import { targetOf } from "./target.ts";

type Step = { readonly kind: "password" | "forgotten" } | { readonly kind: "factor"; readonly factor: FactorStep };

const PASSWORD: Step = { kind: "password" };

/** Signing in, and back to where one came from. */
export default function SignIn(): JSX.Element {
  const [query] = useSearchParams<{ to: string; forgotten: string }>();
  const navigate = useNavigate();
  const [step, setStep] = createSignal<Step>(query.forgotten === undefined ? PASSWORD : { kind: "forgotten" });
  const [email, setEmail] = createSignal("");
  const leave = (): void => navigate(targetOf(query.to), { replace: true });
  const factor = (): FactorStep | null => {
    const now = step();
    return now.kind === "factor" ? now.factor : null;
  };
  return (
    <Switch>
      <Match when={factor()} keyed>
        {(asked) => <FactorForm step={asked} onDone={leave} onBack={() => setStep(PASSWORD)} />}
      </Match>
      <Match when={step().kind === "forgotten"}>
        <Forgotten email={email()} onBack={() => setStep(PASSWORD)} />
      </Match>
      <Match when={step().kind === "password"}>
        <PasswordForm
          email={email()}
          onEmail={setEmail}
          onFactor={(asked) => setStep({ kind: "factor", factor: asked })}
          onForgotten={() => setStep({ kind: "forgotten" })}
          onDone={leave}
        />
      </Match>
    </Switch>
  );
}

function PasswordForm(props: {
  readonly email: string;
  readonly onEmail: (email: string) => void;
  readonly onFactor: (step: FactorStep) => void;
  readonly onForgotten: () => void;
  readonly onDone: () => void;
}): JSX.Element {
  const [password, setPassword] = createSignal("");
  const action = createAction(async () => {
    const factor = await signIn(props.email, password());
    if (factor === null) props.onDone();
    else props.onFactor(factor);
  });
  const passkey = createAction(async () => {
    await signInByPasskey();
    props.onDone();
  });
  return (
    <EntryPage
      title={ENTRY.signInTitle}
      foot={
        <p>
          {ENTRY.noLogin} <A href="/sign-up">{ENTRY.createLogin}</A>
        </p>
      }
    >
      <AlreadySignedIn />
      <EntryForm
        of={action}
        refused={refusedOf(action, passkey)}
        text={ENTRY.signIn}
        ways={
          <Button kind="plain" onClick={() => props.onForgotten()}>
            {ENTRY.forgotten}
          </Button>
        }
      >
        <EmailField value={props.email} onInput={props.onEmail} />
        <PasswordField value={password()} onInput={setPassword} />
      </EntryForm>
      <p class="entry-or">{ENTRY.or}</p>
      <div class="form">
        <Show when={hasPasskeys()}>
          <Button icon="key" busy={passkey.busy()} onClick={() => void passkey.run()}>
            {ENTRY.withPasskey}
          </Button>
        </Show>
        <Providers />
      </div>
    </EntryPage>
  );
}

/** Other providers to sign in with, where the exchange has some. The provider sends the browser back to the target. */
function Providers(): JSX.Element {
  const [query] = useSearchParams<{ to: string }>();
  const [providers] = createResource(async () => {
    const read = call<{ providers: { name: string; label: string }[] }>("GET", "/v1/auth/external");
    return (await read.catch(() => ({ providers: [] }))).providers;
  });
  const to = (): string => encodeURIComponent(targetOf(query.to));
  return (
    <For each={providers()}>
      {({ name, label }) => (
        <a class="button" rel="external" href={`/v1/auth/external/${encodeURIComponent(name)}?return_to=${to()}`}>
          {ENTRY.withProvider(label)}
        </a>
      )}
    </For>
  );
}

/** Who is signed in may be somebody else, or a guest who wants a login of their own. */
export function AlreadySignedIn(): JSX.Element {
  return (
    <Show when={me()}>
      {(now) => (
        <div class="notice" data-tone="accent">
          <span class="grow">
            {now().user.demo_until === null ? ENTRY.signedIn : ENTRY.demoNote(day(now().user.demo_until))}
          </span>
          <A href="/trade">{ENTRY.openTerminal}</A>
        </div>
      )}
    </Show>
  );
}
