/** Shows what is about to leave an account once more, before it is sent. */
import { Show, type JSX } from "solid-js";
import { Dialog } from "../../design/components/Dialog.tsx";
import { Form, FormFoot, type Submission } from "./parts.tsx";

export interface Asked {
  readonly text: string;
}

export function MoveQuestion(props: {
  readonly title: string;
  readonly asked: Asked | null;
  readonly of: Submission;
  readonly confirm: string;
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <Dialog title={props.title} open={props.asked !== null} onClose={() => props.onClose()}>
      <Show when={props.asked}>
        {(asked) => (
          <Form of={props.of} label={props.title}>
            <p>{asked().text}</p>
            <FormFoot of={props.of} text={props.confirm} onCancel={() => props.onClose()} />
          </Form>
        )}
      </Show>
    </Dialog>
  );
}
