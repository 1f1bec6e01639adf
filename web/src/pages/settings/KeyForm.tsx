import { createSignal, For, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { accounts, accountId } from "../../api/session.ts";
import { CheckField, SelectField, TextField } from "../../design/components/Field.tsx";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { accountName } from "./accountName.ts";
import type { CreatedKey } from "./Keys.tsx";
import { createChange, DialogForm } from "./parts.tsx";
import { TextArea } from "./TextArea.tsx";

const SCOPES = ["read", "trade", "withdraw"] as const;
type Scope = (typeof SCOPES)[number];
const DAY_MS = 86_400_000;

/** A new key: name, account, scopes, addresses, end. */
export function KeyForm(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onCreated: (key: CreatedKey) => void;
}): JSX.Element {
  const [name, setName] = createSignal("");
  const [account, setAccount] = createSignal<string | null>(null);
  const [scopes, setScopes] = createSignal<readonly Scope[]>(["read", "trade"]);
  const [addresses, setAddresses] = createSignal("");
  const [days, setDays] = createSignal("90");
  const chosen = (): string => account() ?? accountId() ?? "";
  const isShared = (): boolean => accounts().find(({ account_id: id }) => id === chosen())?.access === "read";
  const action = createChange(async () => {
    const body = {
      name: name().trim(),
      account_id: chosen(),
      scopes: isShared() ? ["read"] : scopes(),
      allowed_ips: addresses()
        .split(/[\s,]+/)
        .filter((each) => each !== ""),
      expires_at: days() === "never" ? null : new Date(Date.now() + Number(days()) * DAY_MS).toISOString(),
    };
    props.onCreated(await call<CreatedKey>("POST", "/v1/keys", { body }));
    setName("");
  }, null);
  const toggle = (scope: Scope, on: boolean): void =>
    void setScopes((before) => SCOPES.filter((each) => (each === scope ? on : before.includes(each))));
  return (
    <DialogForm
      title={T.keyNew}
      open={props.open}
      onClose={props.onClose}
      of={action}
      text={T.keyCreate}
      disabled={!isShared() && scopes().length === 0}
    >
      <TextField
        label={T.keyName}
        maxlength={64}
        value={name()}
        error={action.field("name")}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <SelectField
        label={T.keyAccount}
        value={chosen()}
        onChange={setAccount}
        options={accounts().map((entry) => ({ value: entry.account_id, text: accountName(entry) }))}
      />
      <fieldset class="choices">
        <legend>{T.keyScopes}</legend>
        <For each={SCOPES}>
          {(scope) => (
            <CheckField
              label={T.scopes[scope]}
              checked={isShared() ? scope === "read" : scopes().includes(scope)}
              disabled={isShared()}
              onChange={(on) => toggle(scope, on)}
            />
          )}
        </For>
      </fieldset>
      <SelectField
        label={T.keyExpires}
        value={days()}
        onChange={setDays}
        options={Object.entries(T.keyExpiry).map(([value, text]) => ({ value, text }))}
      />
      <TextArea
        label={T.keyIps}
        hint={T.keyIpsHint}
        value={addresses()}
        error={action.field("allowed_ips")}
        onInput={setAddresses}
      />
    </DialogForm>
  );
}
