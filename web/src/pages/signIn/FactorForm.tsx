import { createSignal, onMount, Show, type JSX } from "solid-js";
import { Button } from "../../design/components/Button.tsx";
import { TextField } from "../../design/components/Field.tsx";
import { createAction, Refusal, refusedOf, submits } from "../../forms/action.tsx";
import { ENTRY } from "../../text/en/entry.ts";
import { type FactorStep, proveFactor, proveFactorByPasskey } from "./calls.ts";
import { EntryPage } from "./EntryPage.tsx";

type Typed = "totp" | "recovery_code";

/** The second step of a sign-in. A passkey is asked for at once when it is the only way. */
export function FactorForm(props: {
  readonly step: FactorStep;
  readonly onDone: () => void;
  readonly onBack: () => void;
}): JSX.Element {
  const has = (method: string): boolean => props.step.methods.includes(method);
  const [typed, setTyped] = createSignal<Typed>(has("totp") ? "totp" : "recovery_code");
  const [code, setCode] = createSignal("");
  const action = createAction(async () => {
    await proveFactor(props.step, { [typed()]: code() });
    props.onDone();
  });
  const passkey = createAction(async () => {
    await proveFactorByPasskey(props.step);
    props.onDone();
  });
  const change = (to: Typed): void => {
    setTyped(to);
    setCode("");
    action.clear();
  };
  onMount(() => {
    if (has("passkey") && !has("totp")) void passkey.run();
  });
  return (
    <EntryPage title={ENTRY.factorTitle} lead={ENTRY.factorLead}>
      <form class="form" onSubmit={submits(() => void action.run())}>
        <Show when={has(typed())}>
          <TextField
            label={typed() === "totp" ? ENTRY.totp : ENTRY.recovery}
            hint={typed() === "totp" ? ENTRY.totpHint : ENTRY.recoveryHint}
            inputmode={typed() === "totp" ? "numeric" : "text"}
            autocomplete="one-time-code"
            autofocus
            required
            spellcheck={false}
            value={code()}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
        </Show>
        <Refusal of={refusedOf(action, passkey)} />
        <Show when={has(typed())}>
          <Button kind="primary" type="submit" busy={action.busy()} disabled={action.wait() > 0}>
            {ENTRY.continue}
          </Button>
        </Show>
        <Show when={has("passkey")}>
          <Button icon="key" busy={passkey.busy()} onClick={() => void passkey.run()}>
            {ENTRY.usePasskey}
          </Button>
        </Show>
        <Show when={has("totp") && typed() !== "totp"}>
          <Button kind="plain" onClick={() => change("totp")}>
            {ENTRY.useTotp}
          </Button>
        </Show>
        <Show when={has("recovery_code") && typed() !== "recovery_code"}>
          <Button kind="plain" onClick={() => change("recovery_code")}>
            {ENTRY.useRecovery}
          </Button>
        </Show>
        <Button kind="plain" onClick={() => props.onBack()}>
          {ENTRY.startAgain}
        </Button>
      </form>
    </EntryPage>
  );
}
