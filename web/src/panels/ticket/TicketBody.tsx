/** The order ticket: side and type, the fields they need, preview, the button that sends, and the last order. */
import { createEffect, createMemo, on, onMount, Show, type JSX } from "solid-js";
import { positionOf } from "../../account/positionOf.ts";
import { balances } from "../../account/state.ts";
import { account, isPaper, isShared } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { CheckField, SelectField } from "../../design/components/Field.tsx";
import { Segments } from "../../design/components/Segments.tsx";
import { money, price, quantity } from "../../format/numbers.ts";
import { oneClick, setOneClick } from "../../orders/confirmation.ts";
import { describeOrder } from "../../orders/describe.ts";
import { changeOf, type TicketForm } from "../../orders/ticketForm.ts";
import { takeTicket, ticketRequest } from "../../orders/ticketRequest.ts";
import { mayRest, type TimeInForce } from "../../../../domain/order/timeInForce.ts";
import { ORDER_TYPES, type OrderType } from "../../../../domain/order/orderType.ts";
import type { OrderClass } from "../../../../domain/order/orderClass.ts";
import { TICKET as T } from "../../text/en/ticket.ts";
import { MarketBanner } from "../banners/MarketBanner.tsx";
import { Confirmation } from "./Confirmation.tsx";
import { Fields } from "./Fields.tsx";
import { createTicket, type TicketModel } from "./model.ts";
import { Options } from "./Options.tsx";
import { PreviewBox, Refusal } from "./PreviewBox.tsx";
import { SentOrder } from "./SentOrder.tsx";
import { SideButtons } from "./SideButtons.tsx";
import { classOptions, timeOptions } from "./words.ts";
import "./ticket.css";

/** One ticket. `setSymbol` shows another symbol where a request is for another. */
export function TicketBody(props: {
  readonly symbol: () => string;
  readonly setSymbol: (symbol: string) => void;
}): JSX.Element {
  const ticket = createTicket(() => props.symbol());
  let form: HTMLFormElement | undefined;
  const take = (): void => {
    const ask = ticketRequest();
    // A ticket behind another tab leaves it to one that is seen.
    if (ask === null || form === undefined || !form.checkVisibility() || !takeTicket(ask.id)) return;
    if (ask.symbol !== props.symbol()) props.setSymbol(ask.symbol);
    ticket.fill(ask);
    const field = form.querySelector<HTMLInputElement>(ask.replace === undefined ? "[name=amount]" : "[name$=Price]");
    (field ?? form.querySelector<HTMLInputElement>("[name=amount]"))?.focus();
  };
  onMount(take);
  createEffect(on(ticketRequest, take, { defer: true }));
  const submit = (event: Event): void => {
    event.preventDefault();
    ticket.submit();
    queueMicrotask(() => form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  return (
    <form ref={form} class="ticket" data-paper={isPaper()} aria-label={T.title} onSubmit={submit} novalidate>
      <MarketBanner symbol={props.symbol()} />
      <div class="ticket-fields">
        <Banner ticket={ticket} />
        <Show when={ticket.replacing() === null} fallback={<Replacing ticket={ticket} />}>
          <SideButtons ticket={ticket} />
          <TypeChoice ticket={ticket} />
        </Show>
        <Fields ticket={ticket} />
        <Choices ticket={ticket} />
        <Show when={ticket.replacing() === null}>
          <Options ticket={ticket} />
        </Show>
        <SentOrder ticket={ticket} />
        <Footer />
      </div>
      <Bottom ticket={ticket} />
      <Confirmation ticket={ticket} />
    </form>
  );
}

interface Own {
  readonly ticket: TicketModel;
}

/** What must not be overlooked: whose money it is, and whether it is any. */
function Banner(props: Own): JSX.Element {
  const position = (): ReturnType<typeof positionOf> => positionOf(props.ticket.symbol());
  return (
    <>
      <Show when={isPaper()}>
        <p class="ticket-paper">{T.paper}</p>
      </Show>
      <Show when={isShared()}>
        <p class="notice" data-tone="warn">
          {T.shared(account()?.owner_email ?? T.someone)}
        </p>
      </Show>
      <div class="spread ticket-facts">
        <strong>{props.ticket.symbol()}</strong>
        <span class="small quiet">
          <Show when={position()} fallback={T.noPosition}>
            {(held) => T.position(quantity(held().qty), price(Number(held().avg_entry_price)))}
          </Show>
        </span>
      </div>
    </>
  );
}

function TypeChoice(props: Own): JSX.Element {
  return (
    <Segments
      class="ticket-types"
      label={T.type}
      value={props.ticket.form().type}
      options={ORDER_TYPES.map((type) => ({ value: type, text: T.types[type] }))}
      onChange={(type) => props.ticket.change({ type: type as OrderType })}
    />
  );
}

/** Time in force and exits; what the type cannot have is disabled, with the reason. */
function Choices(props: Own): JSX.Element {
  const form = (): TicketForm => props.ticket.form();
  const times = createMemo(() => {
    const all = timeOptions(form(), props.ticket.session());
    const order = props.ticket.replacing();
    if (order === null) return all;
    // An open order keeps its time, unless it may rest.
    return all.filter(({ value }) =>
      mayRest(order.time_in_force) ? mayRest(value as TimeInForce) : value === order.time_in_force,
    );
  });
  return (
    <div class="ticket-pair">
      <SelectField
        label={T.timeInForce}
        name="timeInForce"
        options={times()}
        value={form().timeInForce}
        onChange={(time) => props.ticket.change({ timeInForce: time as TimeInForce })}
      />
      <Show when={props.ticket.replacing() === null}>
        <SelectField
          label={T.orderClass}
          name="orderClass"
          options={classOptions(form())}
          value={form().orderClass}
          onChange={(each) => props.ticket.change({ orderClass: each as OrderClass })}
        />
      </Show>
    </div>
  );
}

function Replacing(props: Own): JSX.Element {
  return (
    <Show when={props.ticket.replacing()}>
      {(order) => (
        <div class="notice ticket-replacing">
          <span class="grow">{T.replacing(describeOrder({ ...order() }))}</span>
          <Button kind="plain" onClick={() => props.ticket.stopReplacing()}>
            {T.stopReplacing}
          </Button>
        </div>
      )}
    </Show>
  );
}

/** Whether orders are asked for once more, and what there is to spend. */
function Footer(): JSX.Element {
  return (
    <div class="spread wrap small">
      <CheckField label={T.oneClick} checked={oneClick()} onChange={setOneClick} />
      <span class="quiet">{T.power(money(String(balances()?.["buying_power"] ?? "")))}</span>
    </div>
  );
}

/** Preview, refusal and the button. */
function Bottom(props: Own): JSX.Element {
  const { ticket } = props;
  const setSize = ({ unit, amount }: { unit: "qty" | "notional"; amount: string }): void =>
    ticket.change({ unit, amount });
  const replaceHint = (): string => {
    const order = ticket.replacing();
    if (order === null) return "";
    if (order.notional !== null) return T.dollarsFixed;
    return changeOf(ticket.form(), order) === null ? T.unchanged : T.instructionsStay;
  };
  const cannotSend = (): boolean => {
    const order = ticket.replacing();
    return isShared() || (order !== null && (order.notional !== null || changeOf(ticket.form(), order) === null));
  };
  return (
    <div class="ticket-bottom">
      <Show when={ticket.replacing() === null} fallback={<p class="muted small">{replaceHint()}</p>}>
        <PreviewBox preview={ticket.preview} onSize={setSize} idle={T.previewNeeds} />
      </Show>
      <Show when={isNew(ticket) && ticket.refused()}>
        {(refused) => (
          <div role="group" aria-label={T.refusedTitle}>
            <Refusal refused={refused()} onSize={setSize} />
          </div>
        )}
      </Show>
      <Button
        type="submit"
        class="ticket-submit"
        kind={ticket.form().side}
        size="large"
        busy={ticket.sending()}
        disabled={cannotSend()}
      >
        {submitText(ticket)}
      </Button>
    </div>
  );
}

/** A refusal that the preview already shows is not shown twice. */
function isNew(ticket: TicketModel): boolean {
  const refused = ticket.refused();
  return refused !== null && !ticket.preview.refusals().some(({ reason }) => reason === refused.reason);
}

function submitText(ticket: TicketModel): string {
  const form = ticket.form();
  if (ticket.replacing() !== null) return T.confirmReplace;
  const amount = form.amount.trim();
  const shown = amount === "" ? "" : form.unit === "notional" ? `$${amount}` : amount;
  const limit = form.orderClass === "oco" ? form.takeProfit : form.limitPrice;
  const at = form.type === "limit" && limit.trim() !== "" ? T.at(limit.trim()) : "";
  const side = form.side === "buy" ? T.buy : T.sell;
  return T.submit(side, shown, ticket.symbol(), [at, isPaper() ? T.onPaper : ""].filter(Boolean).join(" "));
}
