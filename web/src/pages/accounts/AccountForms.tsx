/** Opening, renaming, closing and beginning again. */
import { createSignal, For, Show, type JSX } from "solid-js";
import { reload } from "../../account/state.ts";
import { call } from "../../api/client.ts";
import { accountId, accounts, chooseAccount, loadSession } from "../../api/session.ts";
import { TextField } from "../../design/components/Field.tsx";
import { notify } from "../../design/components/notices.tsx";
import { ACCOUNTS } from "../../text/en/accounts.ts";
import { amountOf } from "./amount.ts";
import { createSubmission, type FieldProps, Form, FormFoot, nameOf, ownAccounts, type OwnAccount } from "./parts.tsx";

const PAPER_CASH = "100000";
const TRIES = 15;
const AGAIN_MS = 400;

/** An account opens by itself within moments: asks until it has. */
async function whenOpen(id: string): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    await loadSession();
    if (accounts().some(({ account }) => account?.account_id === id && account.state === "open")) return true;
    await new Promise((wake) => setTimeout(wake, AGAIN_MS));
  }
  return false;
}

function NameField(props: FieldProps): JSX.Element {
  return (
    <TextField
      label={ACCOUNTS.name}
      hint={ACCOUNTS.nameHint}
      maxlength={64}
      value={props.value}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}

function PaperCashField(props: FieldProps): JSX.Element {
  return (
    <TextField
      label={ACCOUNTS.paperCash}
      hint={ACCOUNTS.paperCashHint}
      inputmode="decimal"
      value={props.value}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}

export function OpenAccount(props: { readonly onDone: () => void }): JSX.Element {
  const [type, setType] = createSignal<"cash" | "margin" | "paper">("paper");
  const [name, setName] = createSignal("");
  const [cash, setCash] = createSignal(PAPER_CASH);
  const key = crypto.randomUUID();
  const submission = createSubmission(async () => {
    const paper = type() === "paper" && cash().trim() !== "" ? { cash: amountOf(cash()) } : {};
    const opened = await call<OwnAccount>("POST", "/v1/accounts", {
      body: { type: type(), name: name().trim(), ...paper },
      headers: { "Idempotency-Key": key },
    });
    const isOpen = await whenOpen(opened.account_id);
    if (isOpen) chooseAccount(opened.account_id);
    notify("accent", isOpen ? ACCOUNTS.opened(nameOf(opened)) : ACCOUNTS.opening);
    props.onDone();
  });
  return (
    <Form of={submission} label={ACCOUNTS.openTitle}>
      <fieldset class="account-types">
        <legend>{ACCOUNTS.type}</legend>
        <For each={["paper", "cash", "margin"] as const}>
          {(one) => (
            <label class="account-type" data-chosen={type() === one}>
              <input type="radio" name="account-type" checked={type() === one} onChange={() => setType(one)} />
              <span>
                <strong>{ACCOUNTS.types[one]}</strong>
                <span class="quiet small">{ACCOUNTS.typeHints[one]}</span>
              </span>
            </label>
          )}
        </For>
      </fieldset>
      <NameField value={name()} onInput={setName} />
      <Show when={type() === "paper"}>
        <PaperCashField value={cash()} onInput={setCash} />
      </Show>
      <FormFoot of={submission} text={ACCOUNTS.create} onCancel={props.onDone} />
    </Form>
  );
}

interface About {
  readonly account: OwnAccount;
  readonly onDone: () => void;
}

export function RenameAccount(props: About): JSX.Element {
  const [name, setName] = createSignal(props.account.name);
  const submission = createSubmission(async () => {
    await call("PATCH", `/v1/accounts/${props.account.account_id}`, { body: { name: name().trim() } });
    await loadSession();
    props.onDone();
  });
  return (
    <Form of={submission} label={ACCOUNTS.rename}>
      <NameField value={name()} onInput={setName} />
      <FormFoot of={submission} text={ACCOUNTS.rename} onCancel={props.onDone} />
    </Form>
  );
}

export function ResetAccount(props: About): JSX.Element {
  const [cash, setCash] = createSignal(PAPER_CASH);
  const submission = createSubmission(async () => {
    const { account_id: id } = props.account;
    await call("POST", `/v1/accounts/${id}/reset`, { body: { cash: amountOf(cash()) } });
    await loadSession();
    if (accountId() === id) await reload();
    notify("accent", ACCOUNTS.resetDone(nameOf(props.account)));
    props.onDone();
  });
  return (
    <Form of={submission} label={ACCOUNTS.reset}>
      <p>{ACCOUNTS.resetText}</p>
      <PaperCashField value={cash()} onInput={setCash} />
      <FormFoot of={submission} text={ACCOUNTS.resetButton} danger onCancel={props.onDone} />
    </Form>
  );
}

export function CloseAccount(props: About): JSX.Element {
  const submission = createSubmission(async () => {
    const { account_id: id } = props.account;
    await call("DELETE", `/v1/accounts/${id}`);
    await loadSession();
    const other = ownAccounts().find(({ account_id }) => account_id !== id);
    if (accountId() === id && other !== undefined) chooseAccount(other.account_id);
    notify("accent", ACCOUNTS.closed(nameOf(props.account)));
    props.onDone();
  });
  return (
    <Form of={submission} label={ACCOUNTS.close}>
      <p>{ACCOUNTS.closeText}</p>
      <FormFoot of={submission} text={ACCOUNTS.close} danger onCancel={props.onDone} />
    </Form>
  );
}
