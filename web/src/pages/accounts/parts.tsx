/** What the forms and lists of this page share. */
import { createSignal, Show, type Accessor, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { AmountFault } from "./amount.ts";
import { ApiError, errorText } from "../../api/error.ts";
import { accounts, type AccountEntry } from "../../api/session.ts";
import { StepUpCancelled } from "../../api/stepUp.tsx";
import { Button } from "../../design/components/Button.tsx";
import { TextField } from "../../design/components/Field.tsx";
import { Badge } from "../../design/components/small.tsx";
import { money, quantity } from "../../format/numbers.ts";
import { day } from "../../format/times.ts";
import { ACCOUNTS } from "../../text/en/accounts.ts";
import { TEXT } from "../../text/en.ts";

export type OwnAccount = NonNullable<AccountEntry["account"]>;

export const nameOf = ({ name, account_number: number }: OwnAccount): string =>
  name === "" ? ACCOUNTS.unnamed(number) : name;

/** The user's own accounts that are open. */
export const ownAccounts = (): readonly OwnAccount[] =>
  accounts().flatMap(({ access, account }) => (access === "owner" && account !== null ? [account] : []));

export interface Submission {
  readonly busy: Accessor<boolean>;
  readonly error: Accessor<string | null>;
  readonly run: () => Promise<void>;
}

/** Runs an action of a form: one at a time, with what went wrong in words. */
export function createSubmission(act: () => Promise<void>): Submission {
  const [busy, setBusy] = createSignal(false);
  const [error, setError] = createSignal<string | null>(null);
  return {
    busy,
    error,
    run: async () => {
      if (busy()) return;
      setBusy(true);
      setError(null);
      try {
        await act();
      } catch (failure) {
        // Who gives no proof has changed their mind.
        if (!(failure instanceof StepUpCancelled)) setError(refusalText(failure));
      } finally {
        setBusy(false);
      }
    },
  };
}

/** A refusal with the most that would pass and when more settles, where the exchange says so. */
function refusalText(error: unknown): string {
  if (error instanceof AmountFault) return error.message;
  if (!(error instanceof ApiError)) return errorText(error);
  const { max_amount: amount, max_qty: qty, through } = error.body;
  const most = typeof amount === "string" ? money(amount) : typeof qty === "string" ? quantity(qty) : null;
  return [
    error.message,
    ...(most === null ? [] : [ACCOUNTS.most(most)]),
    ...(typeof through === "string" ? [ACCOUNTS.through(day(`${through}T12:00:00`))] : []),
  ].join(" ");
}

/** The foot of a form: what went wrong, and its buttons. */
export function FormFoot(props: {
  readonly of: Submission;
  readonly text: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onCancel?: () => void;
}): JSX.Element {
  return (
    <>
      <Show when={props.of.error()}>
        {(text) => (
          <p class="field-error" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <div class="row wrap form-foot">
        <Show when={props.onCancel}>
          {(cancel) => (
            <Button size="large" onClick={() => cancel()()}>
              {TEXT.common.cancel}
            </Button>
          )}
        </Show>
        <Button
          type="submit"
          size="large"
          kind={props.danger === true ? "danger" : "primary"}
          busy={props.of.busy()}
          disabled={props.disabled}
        >
          {props.text}
        </Button>
      </div>
    </>
  );
}

/** A form that runs a submission. */
export function Form(props: {
  readonly of: Submission;
  readonly label: string;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <form
      class="stack"
      aria-label={props.label}
      onSubmit={(event) => {
        event.preventDefault();
        void props.of.run();
      }}
    >
      {props.children}
    </form>
  );
}

export interface FieldProps {
  readonly error?: string | null;
  readonly value: string;
  readonly onInput: (value: string) => void;
}

/** An amount or a quantity that has to be given. */
export function DecimalField(props: FieldProps & { readonly label: string }): JSX.Element {
  return (
    <TextField
      label={props.label}
      inputmode="decimal"
      required
      error={props.error}
      value={props.value}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}

export function ReferenceField(props: FieldProps): JSX.Element {
  return (
    <TextField
      label={ACCOUNTS.reference}
      hint={ACCOUNTS.referenceHint}
      maxlength={128}
      value={props.value}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}

/** The reference of a request; nothing when none is given. */
export const referenceOf = (typed: string): { readonly reference?: string } =>
  typed.trim() === "" ? {} : { reference: typed.trim() };

const PAGE = 50;

/** A page of what has moved, newest first. */
export function readPage<Answer>(path: string, account: string, place: string | null): Promise<Answer> {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (place !== null) query.set("before", place);
  return call<Answer>("GET", `${path}?${query}`, { account });
}

const TONES: Readonly<Record<string, "good" | "warn">> = {
  posted: "good",
  COMPLETE: "good",
  pending: "warn",
  PROCESSING: "warn",
};

/** What became of a movement, and why it was refused. */
export function StateBadge(props: { readonly state: string; readonly refusal?: string | null }): JSX.Element {
  return (
    <Badge tone={TONES[props.state] ?? "danger"}>
      {ACCOUNTS.transferStates[props.state]} {props.refusal ?? ""}
    </Badge>
  );
}
