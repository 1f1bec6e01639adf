/** Step-up: what changes money, users or security needs a proof of the last five minutes, which is asked for here. */
import { createEffect, createResource, createSignal, For, Show, type JSX } from "solid-js";
import type * as z from "zod";
import type { stepUpOptionsAnswer } from "../../../protocol/wire/mfa.ts";
import { Button } from "../design/components/Button.tsx";
import { Dialog } from "../design/components/Dialog.tsx";
import { TextField } from "../design/components/Field.tsx";
import { Segments } from "../design/components/Segments.tsx";
import { STEP_UP as T } from "../text/en/stepUp.ts";
import { TEXT } from "../text/en.ts";
import { call } from "./client.ts";
import { ApiError, errorText } from "./error.ts";

type Options = z.infer<typeof stepUpOptionsAnswer>;
type Way = Options["methods"][number];

/** The user did not prove who they are: the action was not done. */
export class StepUpCancelled extends Error {
  override readonly name = "StepUpCancelled";
  constructor() {
    super(T.cancelled);
  }
}

const [asking, setAsking] = createSignal<{ readonly done: (proved: boolean) => void } | null>(null);
let pending: Promise<boolean> | null = null;

/**
 * Does something that may need a step-up: when the exchange asks for one the user is asked, and it is done again. Throws
 * StepUpCancelled when the user closes the question.
 */
export async function withStepUp<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "step_up_required") throw error;
    // Actions that are refused together ask once.
    pending ??= new Promise<boolean>((resolve) => setAsking({ done: resolve })).finally(() => {
      pending = null;
      setAsking(null);
    });
    if (!(await pending)) throw new StepUpCancelled();
    return action();
  }
}

/** The question; once in the document. */
export function StepUp(): JSX.Element {
  return (
    <Dialog title={T.title} open={asking() !== null} onClose={() => asking()?.done(false)}>
      <Show when={asking()} keyed>
        {({ done }) => <Proof onDone={() => done(true)} onCancel={() => done(false)} />}
      </Show>
    </Dialog>
  );
}

function Proof(props: { readonly onDone: () => void; readonly onCancel: () => void }): JSX.Element {
  const [options] = createResource(() => call<Options>("POST", "/v1/auth/step-up/options", { body: {} }));
  const [chosen, setChosen] = createSignal<Way | null>(null);
  const [text, setText] = createSignal("");
  const [wrong, setWrong] = createSignal<string | null>(null);
  const [busy, setBusy] = createSignal(false);
  const ways = (): readonly Way[] => (options.state === "ready" ? options().methods : []);
  const way = (): Way | null => chosen() ?? ways()[0] ?? null;
  let form: HTMLFormElement | undefined;
  createEffect(() => {
    if (way() !== null) form?.querySelector("input")?.focus();
  });

  const prove = async (body: Record<string, unknown>): Promise<void> => {
    setBusy(true);
    setWrong(null);
    try {
      await call("POST", "/v1/auth/step-up", { body });
      props.onDone();
    } catch (error) {
      setWrong(errorText(error));
      setText("");
    } finally {
      setBusy(false);
    }
  };
  const usePasskey = async (): Promise<void> => {
    const given = options.state === "ready" ? options().passkey : null;
    if (given === null) return;
    try {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(given as never);
      const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential | null;
      if (credential !== null) await prove({ passkey: credential.toJSON() as unknown });
    } catch {
      setWrong(T.noPasskey);
    }
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const chosenWay = way();
    if (chosenWay === "passkey") void usePasskey();
    else if (chosenWay !== null && text() !== "") void prove({ [chosenWay]: text() });
  };

  return (
    <form ref={form} class="stack" onSubmit={submit}>
      <p class="quiet">{T.why}</p>
      <Show when={options.error as unknown}>{(error) => <p class="field-error">{errorText(error())}</p>}</Show>
      <Show when={ways().length > 1}>
        <Segments
          label={T.method}
          options={ways().map((value) => ({ value, text: T.methods[value] }))}
          value={way() ?? ""}
          onChange={(value) => {
            setChosen(value as Way);
            setText("");
            setWrong(null);
          }}
        />
      </Show>
      <For each={ways().filter((one) => one !== "passkey" && one === way())}>
        {(one) => (
          <TextField
            label={one === "totp" ? T.code : T.password}
            type={one === "totp" ? "text" : "password"}
            inputmode={one === "totp" ? "numeric" : undefined}
            autocomplete={one === "totp" ? "one-time-code" : "current-password"}
            value={text()}
            error={wrong()}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </For>
      <Show when={way() === "passkey" && wrong() !== null}>
        <p class="field-error" role="alert">
          {wrong()}
        </p>
      </Show>
      <div class="row">
        <Button kind="primary" type="submit" busy={busy()} disabled={way() === null}>
          {way() === "passkey" ? T.usePasskey : T.confirm}
        </Button>
        <Button kind="plain" onClick={() => props.onCancel()}>
          {TEXT.common.cancel}
        </Button>
      </div>
    </form>
  );
}
