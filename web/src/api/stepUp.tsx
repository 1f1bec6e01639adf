/**
 * Step-up: some routes need a proof of the last five minutes. `withStepUp` runs an action, asks for the proof when the
 * exchange wants one, and runs the action again.
 */
import { createSignal, Show, type JSX } from "solid-js";
import type * as z from "zod";
import type { stepUpOptionsAnswer } from "../../../protocol/wire/mfa.ts";
import { call } from "./client.ts";
import { ApiError } from "./error.ts";
import { Button } from "../design/components/Button.tsx";
import { Dialog } from "../design/components/Dialog.tsx";
import { TextField } from "../design/components/Field.tsx";
import { Cancelled, createAction, Refusal, refusedOf, submits } from "../forms/action.tsx";
import { usePasskey } from "../forms/passkeys.ts";
import { COMMON } from "../text/en/common.ts";
import { ENTRY } from "../text/en/entry.ts";
import "../forms/forms.css";

export { Cancelled as StepUpCancelled } from "../forms/action.tsx";

type Options = z.infer<typeof stepUpOptionsAnswer>;

interface Asked {
  readonly options: Options;
  readonly done: (proved: boolean) => void;
}

const [asked, setAsked] = createSignal<Asked | null>(null);
let proving: Promise<boolean> | null = null;

/**
 * Runs an action that may need a step-up. Rejects as the action does, and with `StepUpCancelled` when the user gives no
 * proof.
 */
export async function withStepUp<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "step_up_required") throw error;
  }
  // Actions that are refused together ask once.
  proving ??= prove().finally(() => (proving = null));
  if (!(await proving)) throw new Cancelled();
  return action();
}

/** Asks for a proof; false when the user gives none. */
async function prove(): Promise<boolean> {
  const options = await call<Options>("POST", "/v1/auth/step-up/options", { body: {} });
  return new Promise((done) => setAsked({ options, done }));
}

function finish(proved: boolean): void {
  const { done } = asked() ?? {};
  setAsked(null);
  done?.(proved);
}

/** The question; once in the document. */
export function StepUp(): JSX.Element {
  return (
    <Dialog title={ENTRY.stepUpTitle} open={asked() !== null} onClose={() => finish(false)}>
      <Show when={asked()?.options} keyed>
        {(options) => <Proofs options={options} />}
      </Show>
    </Dialog>
  );
}

function Proofs(props: { readonly options: Options }): JSX.Element {
  const [text, setText] = createSignal("");
  const has = (method: Options["methods"][number]): boolean => props.options.methods.includes(method);
  const typed = has("totp") ? "totp" : has("password") ? "password" : null;
  const isCode = typed === "totp";
  const send = async (proof: object): Promise<void> => {
    await call("POST", "/v1/auth/step-up", { body: proof });
    finish(true);
  };
  const action = createAction(send);
  const passkey = createAction(async () => {
    await send({ passkey: await usePasskey(props.options.passkey) });
  });
  return (
    <form class="form" onSubmit={submits(() => void action.run({ [typed ?? ""]: text() }))}>
      <Show when={props.options.methods.length > 0} fallback={<p>{ENTRY.stepUpNone}</p>}>
        <p class="quiet">{ENTRY.stepUpLead}</p>
      </Show>
      <Show when={typed}>
        <TextField
          label={isCode ? ENTRY.totp : ENTRY.password}
          hint={isCode ? ENTRY.totpHint : undefined}
          type={isCode ? "text" : "password"}
          inputmode={isCode ? "numeric" : undefined}
          autocomplete={isCode ? "one-time-code" : "current-password"}
          autofocus
          required
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </Show>
      <Refusal of={refusedOf(action, passkey)} />
      <div class="row wrap form-end">
        <Button onClick={() => finish(false)}>{COMMON.cancel}</Button>
        <Show when={has("passkey")}>
          <Button icon="key" busy={passkey.busy()} onClick={() => void passkey.run()}>
            {ENTRY.usePasskey}
          </Button>
        </Show>
        <Show when={typed}>
          <Button kind="primary" type="submit" busy={action.busy()} disabled={action.wait() > 0}>
            {COMMON.confirm}
          </Button>
        </Show>
      </div>
    </form>
  );
}
