/** The order that the ticket sent last: where it stands, and what can still be done with it. */
import { createSignal, Show, type JSX } from "solid-js";
import { isOpen, type Order } from "../../account/order.ts";
import { errorText } from "../../api/error.ts";
import { Button, IconButton } from "../../design/components/Button.tsx";
import { notify } from "../../design/components/notices.tsx";
import { Badge } from "../../design/components/small.tsx";
import { price, quantity } from "../../format/numbers.ts";
import { cancelOrder } from "../../orders/actions.ts";
import { describeOrder } from "../../orders/describe.ts";
import { askTicket } from "../../orders/ticketRequest.ts";
import { TICKET as T } from "../../text/en/ticket.ts";
import type { TicketModel } from "./model.ts";
import type { Sent } from "./sent.ts";

export function SentOrder(props: { readonly ticket: TicketModel }): JSX.Element {
  return (
    <Show when={props.ticket.sent()}>
      {(sent) => (
        <section class="sent-order" aria-label={T.sent}>
          <div class="spread">
            <Status sent={sent()} sending={props.ticket.sending()} />
            <IconButton icon="close" label={T.dismiss} onClick={() => props.ticket.hideSent()} />
          </div>
          <p class="small">{sentText(sent())}</p>
          <Show when={sent().isUnknown}>
            <p class="notice" data-tone="warn">
              {T.waiting}
            </p>
          </Show>
          <Show when={sent().order}>{(order) => <Known order={order()} />}</Show>
        </section>
      )}
    </Show>
  );
}

const sentText = ({ order, text }: Sent): string =>
  order === null ? text : describeOrder({ ...order, symbol: order.symbol });

function Status(props: { readonly sent: Sent; readonly sending: boolean }): JSX.Element {
  const status = (): Order["status"] | null => props.sent.order?.status ?? null;
  const tone = (): "good" | "warn" | "danger" | "accent" | undefined => {
    const now = status();
    if (now === null) return "warn";
    if (now === "filled") return "good";
    if (now === "rejected") return "danger";
    return props.sent.order !== null && isOpen(props.sent.order) ? "accent" : undefined;
  };
  const text = (): string => {
    const now = status();
    if (now !== null) return T.statuses[now];
    return props.sending ? T.sending : T.pending;
  };
  return <Badge tone={tone()}>{text()}</Badge>;
}

function Known(props: { readonly order: Order }): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const filled = (): boolean => Number(props.order.filled_qty) > 0;
  const qty = (): number => Number(props.order.qty ?? props.order.filled_qty);
  const cancel = async (): Promise<void> => {
    setBusy(true);
    try {
      await cancelOrder(props.order.id);
    } catch (error) {
      notify("danger", errorText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Show when={filled()}>
        <p class="small">{T.filledAt(quantity(props.order.filled_qty), price(Number(props.order.filled_avg_price)))}</p>
      </Show>
      <Show when={isOpen(props.order) && filled()}>
        <p class="small quiet">{T.openOf(quantity(qty() - Number(props.order.filled_qty)), quantity(qty()))}</p>
      </Show>
      <Show when={props.order.close_reason}>{(reason) => <p class="small quiet">{T.closed[reason()]}</p>}</Show>
      <Show when={isOpen(props.order)}>
        <div class="row">
          <Button icon="edit" onClick={() => askTicket({ symbol: props.order.symbol, replace: props.order })}>
            {T.change}
          </Button>
          <Button icon="close" busy={busy()} onClick={() => void cancel()}>
            {T.cancel}
          </Button>
        </div>
      </Show>
    </>
  );
}
