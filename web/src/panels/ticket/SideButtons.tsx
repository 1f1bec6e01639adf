import { Show, type JSX } from "solid-js";
import { isStale } from "../../feed/stale.ts";
import { price, quantity } from "../../format/numbers.ts";
import { priceText } from "../../orders/steps.ts";
import type { Side } from "../../../../domain/order/side.ts";
import { TICKET as T } from "../../text/en/ticket.ts";
import type { TicketModel } from "./model.ts";
import "./sides.css";

/** Sell and buy, each with the price at which it would trade now. */
export function SideButtons(props: { readonly ticket: TicketModel }): JSX.Element {
  let group: HTMLDivElement | undefined;
  const quote = (): ReturnType<ReturnType<TicketModel["market"]>["quote"]> => props.ticket.market().quote();
  const choose = (side: Side): void => props.ticket.change({ side, lots: {} });
  const move = (event: KeyboardEvent, side: Side): void => {
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const other = side === "buy" ? "sell" : "buy";
    choose(other);
    group?.querySelector<HTMLElement>(`[data-side=${other}]`)?.focus();
  };
  const button = (side: Side, name: string, at: () => number | undefined, size: () => number | undefined) => (
    <button
      type="button"
      role="radio"
      class="ticket-side-button"
      data-side={side}
      aria-checked={props.ticket.form().side === side}
      tabindex={props.ticket.form().side === side ? 0 : -1}
      onClick={() => choose(side)}
      onKeyDown={(event) => move(event, side)}
    >
      <span class="ticket-side-name">{name}</span>
      <span class="ticket-side-price" data-stale={isStale(props.ticket.symbol())}>
        {price(at() || null)}
      </span>
      <Show when={size()}>{(shown) => <span class="ticket-side-size">{quantity(shown())}</span>}</Show>
    </button>
  );
  const spread = (): string => {
    const now = quote();
    return now === null || now.bid <= 0 || now.ask <= 0 ? "" : priceText(now.ask - now.bid);
  };
  return (
    <div ref={group} class="ticket-side-buttons" role="radiogroup" aria-label={T.side}>
      {button(
        "sell",
        T.sell,
        () => quote()?.bid,
        () => quote()?.bidSize,
      )}
      <Show when={spread() !== ""}>
        <span class="ticket-side-spread" aria-hidden="true">
          {spread()}
        </span>
      </Show>
      {button(
        "buy",
        T.buy,
        () => quote()?.ask,
        () => quote()?.askSize,
      )}
    </div>
  );
}
