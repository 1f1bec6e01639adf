import { Show, type JSX } from "solid-js";
import { Dialog } from "../../design/components/Dialog.tsx";
import { TICKET as T } from "../../text/en/ticket.ts";
import { activeSymbol, showSymbol } from "../../workspace/symbols.ts";
import { TicketBody } from "./TicketBody.tsx";

/** The order ticket over the page: a sheet from below on a phone, a dialog elsewhere. */
export function TicketSheet(props: { readonly open: boolean; readonly onClose: () => void }): JSX.Element {
  return (
    <Dialog title={T.title} open={props.open} onClose={() => props.onClose()}>
      <Show when={props.open}>
        <TicketBody symbol={activeSymbol} setSymbol={showSymbol} />
      </Show>
    </Dialog>
  );
}
