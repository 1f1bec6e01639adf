import { createEffect, createSignal, type JSX } from "solid-js";
import { Button } from "../../../design/components/Button.tsx";
import { Dialog } from "../../../design/components/Dialog.tsx";
import { TextField } from "../../../design/components/Field.tsx";
import { COMMON } from "../../../text/en/common.ts";

/** A dialog that asks for one line: a date, a symbol, the text of a note. */
export function AskDialog(props: {
  readonly title: string;
  readonly label: string;
  readonly hint?: string;
  readonly action: string;
  readonly type?: "text" | "date";
  readonly open: boolean;
  readonly onClose: () => void;
  /** Gives what is wrong with the answer; null when it was taken. */
  readonly onAnswer: (text: string) => string | null;
}): JSX.Element {
  const [text, setText] = createSignal("");
  const [error, setError] = createSignal<string | null>(null);
  createEffect(() => {
    if (!props.open) return;
    setText("");
    setError(null);
  });
  return (
    <Dialog title={props.title} open={props.open} onClose={() => props.onClose()}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (text() === "") return;
          const wrong = props.onAnswer(text());
          setError(wrong);
          if (wrong === null) props.onClose();
        }}
      >
        <TextField
          label={props.label}
          hint={props.hint}
          type={props.type ?? "text"}
          value={text()}
          error={error()}
          autofocus
          maxlength={200}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <div class="row">
          <Button type="submit" kind="primary">
            {props.action}
          </Button>
          <Button onClick={() => props.onClose()}>{COMMON.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
