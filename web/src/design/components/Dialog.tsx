import { createEffect, createUniqueId, onCleanup, Show, type JSX } from "solid-js";
import { TEXT } from "../../text/en.ts";
import { IconButton } from "./Button.tsx";

/**
 * A modal dialog (the browser's own: it traps the focus and gives it back). On a phone it comes from below. Escape, the
 * close button and a press beside it close it.
 */
export function Dialog(props: {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly children: JSX.Element;
}): JSX.Element {
  const id = createUniqueId();
  let dialog: HTMLDialogElement | undefined;
  createEffect(() => {
    if (props.open && dialog !== undefined && !dialog.open) dialog.showModal();
    if (!props.open && dialog?.open) dialog.close();
  });
  onCleanup(() => dialog?.close());
  return (
    <dialog
      ref={dialog}
      class="dialog"
      data-wide={props.wide}
      aria-labelledby={id}
      onClose={() => props.onClose()}
      onPointerDown={(event) => {
        if (event.target === dialog) props.onClose();
      }}
    >
      <Show when={props.open}>
        <header>
          <h2 id={id}>{props.title}</h2>
          <IconButton icon="close" label={TEXT.common.close} onClick={() => props.onClose()} />
        </header>
        <div class="dialog-body">{props.children}</div>
      </Show>
    </dialog>
  );
}
