import { Show, type JSX } from "solid-js";
import { isPaper } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { Dialog } from "../../design/components/Dialog.tsx";
import { TEXT } from "../../text/en.ts";
import { TICKET as T } from "../../text/en/ticket.ts";
import type { TicketModel } from "./model.ts";
import { PreviewFigures } from "./PreviewBox.tsx";

/** Shows the order once more; Enter sends it, Escape does not. */
export function Confirmation(props: { readonly ticket: TicketModel }): JSX.Element {
  return (
    <Dialog
      title={T.confirmTitle}
      open={props.ticket.confirming() !== null}
      onClose={() => props.ticket.stopConfirming()}
    >
      <div class="stack">
        <Show when={isPaper()}>
          <p class="ticket-paper">{T.paper}</p>
        </Show>
        <p>
          <strong>{props.ticket.confirming()?.text}</strong>
        </p>
        <Show when={props.ticket.replacing() === null && props.ticket.preview.answer()}>
          {(answer) => <PreviewFigures answer={answer()} busy={props.ticket.preview.busy()} />}
        </Show>
        <div class="row confirm-buttons">
          <Button size="large" onClick={() => props.ticket.stopConfirming()}>
            {TEXT.common.cancel}
          </Button>
          <Button
            size="large"
            class="grow"
            kind={props.ticket.confirming()?.side ?? "primary"}
            ref={(button: HTMLButtonElement) => queueMicrotask(() => button.focus())}
            onClick={() => void props.ticket.confirm()}
          >
            {props.ticket.replacing() === null ? T.confirmSend : T.confirmReplace}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
