import { createSignal, Show, type JSX } from "solid-js";
import type * as z from "zod";
import type { mfaAnswer, newPasskeyAnswer, passkeyAnswer } from "../../../../protocol/wire/mfa.ts";
import { call } from "../../api/client.ts";
import { Button } from "../../design/components/Button.tsx";
import { TextField } from "../../design/components/Field.tsx";
import { Badge } from "../../design/components/small.tsx";
import { Refusal } from "../../forms/action.tsx";
import { createPasskey } from "../../forms/passkeys.ts";
import { day, recent } from "../../format/times.ts";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { createChange, createRead, DialogForm, Item, List, Loaded, RemoveButton, Section } from "./parts.tsx";
import { RecoveryCodes } from "./RecoveryCodes.tsx";
import { TotpSetup } from "./TotpSetup.tsx";

type Status = z.infer<typeof mfaAnswer>;
type Passkey = z.infer<typeof passkeyAnswer>;

/** Second factors: an authenticator app, recovery codes, passkeys. */
export function Factors(): JSX.Element {
  const [status, again] = createRead(() => call<Status>("GET", "/v1/mfa"));
  const [codes, setCodes] = createSignal<readonly string[] | null>(null);
  const showCodes = (made: readonly string[] | null): void => {
    again();
    if (made !== null) setCodes(made);
  };
  return (
    <>
      <Section
        title={T.factors}
        lead={T.factorsLead}
        actions={
          <Badge tone={status.latest?.required === true ? "good" : "warn"}>
            {status.latest?.required === true ? T.factorsOn : T.factorsOff}
          </Badge>
        }
      >
        <Loaded of={status} retry={again}>
          {() => (
            <ul class="settings-list">
              <Totp since={status.latest?.totp_since ?? null} onChanged={showCodes} />
              <Show when={status.latest?.required === true}>
                <Recovery left={status.latest?.recovery_codes_left ?? 0} onMade={showCodes} />
              </Show>
            </ul>
          )}
        </Loaded>
      </Section>
      <Passkeys passkeys={status.latest?.passkeys ?? []} onChanged={showCodes} />
      <RecoveryCodes codes={codes()} onKept={() => setCodes(null)} />
    </>
  );
}

function Totp(props: {
  readonly since: string | null;
  readonly onChanged: (codes: readonly string[] | null) => void;
}): JSX.Element {
  const [setsUp, setSetsUp] = createSignal(false);
  const remove = async (): Promise<void> => {
    await call("DELETE", "/v1/mfa/totp");
    props.onChanged(null);
  };
  return (
    <Item
      title={<b>{T.totp}</b>}
      meta={props.since === null ? T.totpNone : T.totpSince(day(props.since))}
      actions={
        <Show
          when={props.since === null}
          fallback={
            <RemoveButton
              label={`${T.totpRemove}: ${T.totp}`}
              text={T.totpRemove}
              question={T.factorsLead}
              onConfirm={remove}
              done={T.totpRemoved}
            />
          }
        >
          <Button kind="primary" aria-label={`${T.totpAdd}: ${T.totp}`} onClick={() => setSetsUp(true)}>
            {T.totpAdd}
          </Button>
          <TotpSetup
            open={setsUp()}
            onClose={() => setSetsUp(false)}
            onDone={(codes) => {
              setSetsUp(false);
              props.onChanged(codes);
            }}
          />
        </Show>
      }
    />
  );
}

function Recovery(props: { readonly left: number; readonly onMade: (codes: readonly string[]) => void }): JSX.Element {
  const action = createChange(async () => {
    const made = await call<{ recovery_codes: string[] }>("POST", "/v1/mfa/recovery-codes", { body: {} });
    props.onMade(made.recovery_codes);
  }, null);
  return (
    <Item
      title={<b>{T.recovery}</b>}
      meta={
        <>
          {T.recoveryLeft(props.left)}
          <Refusal of={action} />
        </>
      }
      actions={
        <Button busy={action.busy()} onClick={() => void action.run()}>
          {T.recoveryNew}
        </Button>
      }
    />
  );
}

function Passkeys(props: {
  readonly passkeys: readonly Passkey[];
  readonly onChanged: (codes: readonly string[] | null) => void;
}): JSX.Element {
  const [adds, setAdds] = createSignal(false);
  const [name, setName] = createSignal<string>(T.passkeyDefault);
  const add = createChange(async () => {
    const options = await call<unknown>("POST", "/v1/mfa/passkeys/options", { body: {} });
    const passkey = await createPasskey(options);
    const body = { label: name().trim() || T.passkeyDefault, passkey };
    const made = await call<z.infer<typeof newPasskeyAnswer>>("POST", "/v1/mfa/passkeys", { body });
    setAdds(false);
    props.onChanged(made.recovery_codes);
  }, T.passkeyAdded);
  const remove = async (id: string): Promise<void> => {
    await call("DELETE", `/v1/mfa/passkeys/${encodeURIComponent(id)}`);
    props.onChanged(null);
  };
  return (
    <Section
      title={T.passkeys}
      lead={T.passkeysLead}
      actions={
        <Button kind="primary" icon="add" onClick={() => setAdds(true)}>
          {T.passkeyAdd}
        </Button>
      }
    >
      <List of={props.passkeys} none={T.passkeyNone}>
        {(passkey) => (
          <Item
            title={<b>{passkey.label}</b>}
            meta={T.passkeyMeta(
              day(passkey.created_at),
              passkey.last_used_at === null ? T.never : recent(passkey.last_used_at),
              passkey.backed_up,
            )}
            actions={
              <RemoveButton
                label={T.passkeyRemove(passkey.label)}
                text={T.remove}
                question={T.passkeysLead}
                onConfirm={() => remove(passkey.id)}
                done={T.saved}
              />
            }
          />
        )}
      </List>
      <DialogForm title={T.passkeyAdd} open={adds()} onClose={() => setAdds(false)} of={add} text={T.passkeyAdd}>
        <TextField
          label={T.passkeyName}
          required
          maxlength={64}
          value={name()}
          error={add.field("label")}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </DialogForm>
    </Section>
  );
}
