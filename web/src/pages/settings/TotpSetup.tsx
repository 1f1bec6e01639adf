import { createEffect, createSignal, on, Show, type JSX } from "solid-js";
import { encode } from "uqr";
import type * as z from "zod";
import type { recoveryCodesAnswer, totpSecretAnswer } from "../../../../protocol/wire/mfa.ts";
import { call } from "../../api/client.ts";
import { TextField } from "../../design/components/Field.tsx";
import { Empty } from "../../design/components/small.tsx";
import { Refusal } from "../../forms/action.tsx";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { TEXT } from "../../text/en.ts";
import { createChange, DialogForm, Secret } from "./parts.tsx";

type Enrolment = z.infer<typeof totpSecretAnswer>;

/** Setting up an authenticator app: a secret as a picture and as text, then a code of it. */
export function TotpSetup(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onDone: (recoveryCodes: readonly string[]) => void;
}): JSX.Element {
  const [enrolment, setEnrolment] = createSignal<Enrolment | null>(null);
  const [code, setCode] = createSignal("");
  const begin = createChange(async () => {
    setEnrolment(await call<Enrolment>("POST", "/v1/mfa/totp", { body: {} }));
  }, null);
  const confirm = createChange(async () => {
    const body = { code: code() };
    const made = await call<z.infer<typeof recoveryCodesAnswer>>("POST", "/v1/mfa/totp/confirm", { body });
    props.onDone(made.recovery_codes);
  }, T.totpOn);
  // Each time the dialog opens it begins with a new secret. Without a step-up there is none, and it closes.
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return;
        setEnrolment(null);
        setCode("");
        void begin.run().then((done) => {
          if (!done && begin.refusal() === null) props.onClose();
        });
      },
    ),
  );
  return (
    <DialogForm
      title={T.totp}
      open={props.open && (enrolment() !== null || begin.refusal() !== null)}
      onClose={props.onClose}
      of={confirm}
      text={T.totpConfirm}
      disabled={enrolment() === null}
    >
      <Show when={enrolment()} fallback={<Empty>{TEXT.common.loading}</Empty>}>
        {(made) => (
          <>
            <p>{T.totpScan}</p>
            <QrCode text={made().uri} />
            <Secret label={T.totpSecret} value={made().secret} />
            <TextField
              label={T.totpCode}
              inputmode="numeric"
              autocomplete="one-time-code"
              required
              value={code()}
              onInput={(event) => setCode(event.currentTarget.value)}
            />
          </>
        )}
      </Show>
      <Refusal of={begin} />
    </DialogForm>
  );
}

const BORDER = 2;

/** A QR code, drawn as one path: dark on light in every theme, as cameras expect. */
function QrCode(props: { readonly text: string }): JSX.Element {
  const code = () => encode(props.text, { border: BORDER });
  const path = (): string =>
    code()
      .data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
      .join("");
  return (
    <svg class="qr" viewBox={`0 0 ${code().size} ${code().size}`} role="img" aria-label={T.totpPicture}>
      <rect class="qr-light" width={code().size} height={code().size} />
      <path class="qr-dark" d={path()} />
    </svg>
  );
}
