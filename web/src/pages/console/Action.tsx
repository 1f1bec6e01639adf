/** Actions of administrators: each asks first, proves who acts where the exchange wants it, and says what came of it. */
import { A } from "@solidjs/router";
import { createSignal, For, Show, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { ApiError, errorText } from "../../api/error.ts";
import { StepUpCancelled, withStepUp } from "../../api/stepUp.tsx";
import { Button, type ButtonProps } from "../../design/components/Button.tsx";
import { Dialog } from "../../design/components/Dialog.tsx";
import { CheckField, type Option, SelectField, TextField } from "../../design/components/Field.tsx";
import { notify } from "../../design/components/notices.tsx";
import { CONSOLE as T } from "../../text/en/console.ts";
import { TEXT } from "../../text/en.ts";

/** What an action asks for. A check is "true" or "false"; several are their values joined by commas. */
export interface Question {
  readonly name: string;
  readonly label: string;
  readonly kind?: "text" | "decimal" | "select" | "check" | "checks" | "date" | "time";
  readonly options?: readonly Option[];
  readonly value?: string;
  readonly hint?: string;
  readonly required?: boolean;
}

export type Answers = Readonly<Record<string, string>>;

/** The request of an action. */
export interface Deed {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

export interface ActionProps {
  readonly text: string;
  /** What it will do, in a sentence. */
  readonly says: string;
  readonly icon?: ButtonProps["icon"];
  readonly kind?: ButtonProps["kind"];
  readonly questions?: readonly Question[];
  /** A word to type, for what cannot be undone. */
  readonly word?: string;
  readonly deed: (answers: Answers) => Deed;
  /** Shown after it was done, beside the message; gives a sentence about the answer. */
  readonly tells?: (body: Readonly<Record<string, unknown>> | null) => string;
  readonly onDone?: () => void;
  readonly disabled?: boolean;
  readonly why?: string;
}

const ACCEPTED = 202;

/** A button that opens the question of an action. */
export function Action(props: ActionProps): JSX.Element {
  const [open, setOpen] = createSignal(false);
  return (
    <>
      <Button
        icon={props.icon}
        kind={props.kind}
        disabled={props.disabled}
        title={props.disabled === true ? props.why : undefined}
        onClick={() => setOpen(true)}
      >
        {props.text}
      </Button>
      <Dialog title={props.text} open={open()} onClose={() => setOpen(false)}>
        <Show when={open()}>
          <ActionForm action={props} onClose={() => setOpen(false)} />
        </Show>
      </Dialog>
    </>
  );
}

function ActionForm(props: { readonly action: ActionProps; readonly onClose: () => void }): JSX.Element {
  // The form is made when the dialog opens: what it asks does not change while it is open.
  const { action } = props;
  const questions = action.questions ?? [];
  const [answers, setAnswers] = createSignal<Answers>(
    Object.fromEntries(questions.map(({ name, value }) => [name, value ?? ""])),
  );
  const [word, setWord] = createSignal("");
  const [wrong, setWrong] = createSignal<ReadonlyMap<string, string>>(new Map());
  const [refusal, setRefusal] = createSignal<string | null>(null);
  const [busy, setBusy] = createSignal(false);
  const [waits, setWaits] = createSignal(false);
  const answer = (name: string, value: string): void => void setAnswers((all) => ({ ...all, [name]: value }));

  const isComplete = (): boolean => {
    const missing = questions.filter(({ name, required }) => required === true && answers()[name]?.trim() === "");
    const found = new Map(missing.map(({ name }) => [name, T.required as string]));
    if (action.word !== undefined && word().trim() !== action.word) found.set("word", T.wrongWord(action.word));
    setWrong(found);
    return found.size === 0;
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!isComplete()) return;
    setBusy(true);
    setRefusal(null);
    try {
      const { method, path, body } = action.deed(answers());
      const response = await withStepUp(() => call<Response>(method, path, { body, raw: true }));
      const text = await response.text();
      const answered = text === "" ? null : (JSON.parse(text) as Readonly<Record<string, unknown>>);
      action.onDone?.();
      if (response.status === ACCEPTED && answered?.["approval_id"] !== undefined) {
        setWaits(true);
        notify("warn", T.waits(action.text));
        return;
      }
      notify("good", action.tells?.(answered) ?? T.done(action.text));
      props.onClose();
    } catch (error) {
      if (error instanceof ApiError) setWrong(error.fields);
      if (!(error instanceof StepUpCancelled)) setRefusal(errorText(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Show
      when={!waits()}
      fallback={
        <div class="stack">
          <p class="notice" data-tone="warn">
            {T.waits(action.text)}
          </p>
          <div class="row">
            <A class="button" data-kind="primary" href="/admin/approvals">
              {T.seeApprovals}
            </A>
            <Button kind="plain" onClick={() => props.onClose()}>
              {TEXT.common.close}
            </Button>
          </div>
        </div>
      }
    >
      <form class="stack" novalidate onSubmit={(event) => void submit(event)}>
        <p class="quiet">{action.says}</p>
        <For each={questions}>
          {(question) => (
            <Asked
              question={question}
              value={answers()[question.name] ?? ""}
              error={wrong().get(question.name) ?? null}
              onChange={(value) => answer(question.name, value)}
            />
          )}
        </For>
        <Show when={action.word}>
          {(needed) => (
            <TextField
              label={T.typeWord(needed())}
              value={word()}
              error={wrong().get("word") ?? null}
              onInput={(event) => setWord(event.currentTarget.value)}
            />
          )}
        </Show>
        <Show when={refusal()}>
          <p class="field-error" role="alert">
            {refusal()}
          </p>
        </Show>
        <div class="row">
          <Button kind={action.kind === "danger" ? "danger" : "primary"} type="submit" busy={busy()}>
            {T.confirm}
          </Button>
          <Button kind="plain" onClick={() => props.onClose()}>
            {TEXT.common.cancel}
          </Button>
        </div>
      </form>
    </Show>
  );
}

function Asked(props: {
  readonly question: Question;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  const { kind = "text", label, hint, options = [] } = props.question;
  if (kind === "check") {
    return <CheckField label={label} checked={props.value === "true"} onChange={(on) => props.onChange(String(on))} />;
  }
  if (kind === "select") {
    return (
      <SelectField
        label={label}
        hint={hint}
        error={props.error}
        options={options}
        value={props.value}
        onChange={props.onChange}
      />
    );
  }
  if (kind === "checks") {
    const chosen = (): readonly string[] => (props.value === "" ? [] : props.value.split(","));
    return (
      <fieldset class="check-group">
        <legend>{label}</legend>
        <For each={options}>
          {(option) => (
            <CheckField
              label={option.text}
              checked={chosen().includes(option.value)}
              onChange={(on) => {
                const rest = chosen().filter((value) => value !== option.value);
                props.onChange((on ? [...rest, option.value] : rest).join(","));
              }}
            />
          )}
        </For>
        <Show when={props.error}>
          <span class="field-error">{props.error}</span>
        </Show>
      </fieldset>
    );
  }
  const type = kind === "date" ? "date" : kind === "time" ? "datetime-local" : "text";
  return (
    <TextField
      label={label}
      hint={hint}
      error={props.error}
      type={type}
      inputmode={kind === "decimal" ? "decimal" : undefined}
      value={props.value}
      onInput={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

/** Options of words, each shown by its text. */
export const optionsOf = <W extends string>(words: readonly W[], texts: Readonly<Record<W, string>>): Option[] =>
  words.map((value) => ({ value, text: texts[value] }));
