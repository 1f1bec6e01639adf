/** Instructions that an order may carry besides its type and time in force, and the choice of tax lots. */
import { createMemo, createResource, createSignal, createUniqueId, For, Show, type JSX } from "solid-js";
import type { WireTaxLots } from "../../../../protocol/wire/taxLots.ts";
import type { OrderInstruction } from "../../../../domain/order/instructions.ts";
import { call } from "../../api/client.ts";
import { accountId } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { SelectField } from "../../design/components/Field.tsx";
import { money, quantity } from "../../format/numbers.ts";
import { day } from "../../format/times.ts";
import { instructionRefused, optionCount } from "../../orders/ticketChoices.ts";
import type { TicketForm } from "../../orders/ticketForm.ts";
import { TICKET as T } from "../../text/en/ticket.ts";
import { faultText } from "./Fields.tsx";
import type { TicketModel } from "./model.ts";
import { NumberField } from "./NumberField.tsx";
import { reasonText } from "./words.ts";

interface Own {
  readonly ticket: TicketModel;
}

const FLAGS = [
  ["extended_hours", "extendedHours"],
  ["post_only", "postOnly"],
  ["hidden", "hidden"],
  ["all_or_none", "allOrNone"],
] as const satisfies readonly (readonly [OrderInstruction, keyof TicketForm])[];

const QUANTITIES = [
  ["display_qty", "displayQty"],
  ["min_qty", "minQty"],
] as const satisfies readonly (readonly [OrderInstruction, keyof TicketForm])[];

/** The instructions, folded away until they are wanted. What the order cannot carry says why. */
export function Options(props: Own): JSX.Element {
  const form = (): TicketForm => props.ticket.form();
  const reason = (instruction: OrderInstruction): string | undefined => {
    const why = instructionRefused(form(), instruction);
    return why === null ? undefined : reasonText(why);
  };
  const count = createMemo(() => optionCount(form()));
  return (
    <details class="ticket-options">
      <summary>{count() === 0 ? T.options : T.optionsSet(count())}</summary>
      <div class="stack">
        <div class="ticket-flags">
          <For each={FLAGS}>
            {([instruction, field]) => (
              <Flag
                label={T.instructions[instruction]}
                checked={form()[field]}
                refused={reason(instruction)}
                onChange={(on) => props.ticket.change({ [field]: on })}
              />
            )}
          </For>
        </div>
        <div class="ticket-pair">
          <For each={QUANTITIES}>
            {([instruction, field]) => (
              <div class="stack-tight">
                <NumberField
                  label={T.instructions[instruction]}
                  name={field}
                  value={form()[field]}
                  disabled={reason(instruction) !== undefined}
                  error={faultText(props.ticket, field)}
                  onInput={(value) => props.ticket.change({ [field]: value })}
                />
                <Show when={reason(instruction)}>{(why) => <span class="field-hint">{why()}</span>}</Show>
              </div>
            )}
          </For>
        </div>
        <div class="ticket-pair">
          <SelectField
            label={T.instructions.peg}
            value={form().pegTo}
            disabled={reason("peg") !== undefined}
            hint={reason("peg")}
            options={(["", "primary", "mid"] as const).map((value) => ({ value, text: T.pegs[value] }))}
            onChange={(value) => props.ticket.change({ pegTo: value as TicketForm["pegTo"] })}
          />
          <NumberField
            label={T.pegOffset}
            name="pegOffset"
            value={form().pegOffset}
            disabled={form().pegTo === ""}
            error={faultText(props.ticket, "pegOffset")}
            onInput={(pegOffset) => props.ticket.change({ pegOffset })}
          />
        </div>
        <SelectField
          label={T.instructions.self_trade_prevention}
          value={form().selfTrade}
          disabled={reason("self_trade_prevention") !== undefined}
          hint={reason("self_trade_prevention")}
          options={SELF_TRADES.map((value) => ({ value, text: T.selfTrades[value] }))}
          onChange={(value) => props.ticket.change({ selfTrade: value as TicketForm["selfTrade"] })}
        />
        <Show when={form().side === "sell" && form().orderClass === "simple" && form().unit === "qty"}>
          <Lots ticket={props.ticket} />
        </Show>
      </div>
    </details>
  );
}

const SELF_TRADES = ["", "cancel_newest", "cancel_oldest", "cancel_both", "decrement"] as const;

function Flag(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly refused: string | undefined;
  readonly onChange: (on: boolean) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div>
      <label class="check">
        <input
          type="checkbox"
          checked={props.checked}
          disabled={props.refused !== undefined}
          aria-describedby={props.refused === undefined ? undefined : id}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
        {props.label}
      </label>
      <Show when={props.refused}>
        <div class="field-hint ticket-why" id={id}>
          {props.refused}
        </div>
      </Show>
    </div>
  );
}

/** The lots of the position, to sell certain ones. */
function Lots(props: Own): JSX.Element {
  const [open, setOpen] = createSignal(false);
  const key = (): string | false => open() && `${accountId()} ${props.ticket.symbol()}`;
  const [lots] = createResource(key, async () => {
    const path = `/v1/portfolio/lots?symbol=${encodeURIComponent(props.ticket.symbol())}`;
    return (await call<WireTaxLots>("GET", path, { account: accountId() })).lots;
  });
  const set = (id: number, qty: string): void =>
    props.ticket.change({ lots: { ...props.ticket.form().lots, [id]: qty } });
  const shown = (): WireTaxLots["lots"] => (lots.state === "ready" ? lots() : []);
  return (
    <Show when={open()} fallback={<Button onClick={() => setOpen(true)}>{T.chooseLots}</Button>}>
      <fieldset class="ticket-lots">
        <legend class="field-label">{T.lots}</legend>
        <p class="field-hint">{lots.loading || shown().length > 0 ? T.lotsHint : T.lotsNone}</p>
        <For each={shown()}>
          {(lot) => (
            <div class="ticket-lot">
              <span class="small quiet">
                {T.lot(
                  day(lot.acquired_at),
                  quantity(lot.qty_available),
                  money(Number(lot.cost_basis) / Number(lot.qty)),
                )}
              </span>
              <input
                class="input"
                inputmode="decimal"
                aria-label={T.lotQty(lot.lot_id)}
                value={props.ticket.form().lots[lot.lot_id] ?? ""}
                onInput={(event) => set(lot.lot_id, event.currentTarget.value)}
              />
              <Button kind="plain" onClick={() => set(lot.lot_id, lot.qty_available)}>
                {T.lotAll}
              </Button>
            </div>
          )}
        </For>
      </fieldset>
    </Show>
  );
}
