/** The fields that the chosen type, class and time in force need. */
import { createMemo, Show, type JSX } from "solid-js";
import { positionOf } from "../../account/positionOf.ts";
import { TextField } from "../../design/components/Field.tsx";
import { Segments } from "../../design/components/Segments.tsx";
import { price as priceShown } from "../../format/numbers.ts";
import { onTick, stepPrice, stepQty } from "../../orders/steps.ts";
import { instructionRefused } from "../../orders/ticketChoices.ts";
import { neededFields, replaceFields, type AmountField } from "../../orders/ticketForm.ts";
import { TICKET as T } from "../../text/en/ticket.ts";
import type { TicketModel } from "./model.ts";
import { NumberField, type Chip } from "./NumberField.tsx";
import { reasonText } from "./words.ts";

interface Own {
  readonly ticket: TicketModel;
}

type PricedField = "limitPrice" | "stopPrice" | "takeProfit" | "stopLoss" | "stopLossLimit";

/** Dollars that a step changes an amount in dollars by. */
const DOLLAR_STEP = 10;

/** What is wrong with a field, once the order was sent with it. */
export function faultText(ticket: TicketModel, field: AmountField): string | undefined {
  const fault = ticket.faults()[field];
  return fault === undefined ? undefined : T.faults[fault];
}

/** The price at which the form's order would trade first, for steppers of empty fields. */
function nearPrice({ market, form }: TicketModel): number | null {
  const quote = market().quote();
  const price = form().side === "buy" ? quote?.bid : quote?.ask;
  return price !== undefined && price > 0 ? price : (market().trade()?.price ?? null);
}

/** A price; `near` offers the prices of the market. */
function PriceField(props: Own & { readonly field: PricedField; readonly label: string; readonly near?: boolean }) {
  const set = (value: string): void => props.ticket.change({ [props.field]: value });
  const chip = (text: string, price: number | undefined): Chip => ({
    text,
    label: T.setTo(props.label, text, priceShown(price)),
    disabled: price === undefined,
    onChoose: () => {
      if (price !== undefined) set(onTick(price, props.ticket.asset()));
    },
  });
  const chips = createMemo((): Chip[] => {
    if (props.near !== true) return [];
    const now = props.ticket.market().quote();
    const [bid, ask] = [now?.bid || undefined, now?.ask || undefined];
    const mid = bid === undefined || ask === undefined ? undefined : (bid + ask) / 2;
    return [chip(T.bid, bid), chip(T.mid, mid), chip(T.ask, ask)];
  });
  return (
    <NumberField
      label={props.label}
      name={props.field}
      value={props.ticket.form()[props.field]}
      onInput={set}
      step={(steps) =>
        stepPrice(props.ticket.form()[props.field], steps, props.ticket.asset(), nearPrice(props.ticket))
      }
      chips={chips()}
      error={faultText(props.ticket, props.field)}
    />
  );
}

const PARTS = [0.25, 0.5, 0.75, 1] as const;
const SIZES = ["1", "10", "100"] as const;

/** The size, in shares or dollars, with quick sizes and parts of what is there. */
function AmountField(props: Own): JSX.Element {
  const form = (): ReturnType<TicketModel["form"]> => props.ticket.form();
  const inDollars = (): boolean => form().unit === "notional";
  const isCoin = (): boolean => props.ticket.asset()?.class === "crypto";
  const refused = (): string | undefined => {
    const reason = inDollars() ? null : instructionRefused({ ...form(), unit: "notional" }, "notional");
    return reason === null ? undefined : reasonText(reason);
  };
  const sells = (): boolean => form().side === "sell";
  const parts = (): Chip[] =>
    PARTS.map((share) => {
      const text = share === 1 ? T.all : `${share * 100}%`;
      return {
        text,
        label: sells() ? T.partOfPosition(text) : T.partOfPower(text),
        disabled: sells() && positionOf(props.ticket.symbol()) === null,
        onChoose: () => void props.ticket.setPart(share),
      };
    });
  const sizes = (): Chip[] =>
    SIZES.map((size) => ({
      text: inDollars() ? `$${size}0` : size,
      label: inDollars() ? `$${size}0` : `${T.amount} ${size}`,
      onChoose: () => props.ticket.change({ amount: inDollars() ? `${size}0` : size }),
    }));
  return (
    <div class="ticket-amount">
      <NumberField
        label={inDollars() ? T.dollars : T.amount}
        name="amount"
        value={form().amount}
        onInput={(amount) => props.ticket.change({ amount })}
        step={(steps) =>
          inDollars()
            ? stepQty(form().amount, steps * DOLLAR_STEP, null)
            : stepQty(form().amount, steps, props.ticket.asset())
        }
        chips={sizes()}
        chipsLabel={T.quick}
        error={faultText(props.ticket, "amount")}
      />
      <div class="ticket-parts" hidden={props.ticket.replacing() !== null}>
        <Segments
          label={T.unit}
          value={form().unit}
          options={[
            { value: "qty", text: isCoin() ? T.coins : T.shares },
            { value: "notional", text: T.dollarSign, refused: refused() },
          ]}
          onChange={(unit) => props.ticket.change({ unit: unit === "notional" ? "notional" : "qty", amount: "" })}
        />
        <div class="chips grow" role="group" aria-label={sells() ? T.ofPosition : T.ofPower}>
          {parts().map((chip) => (
            <button
              type="button"
              class="chip"
              aria-label={chip.label}
              title={chip.label}
              disabled={chip.disabled}
              onClick={() => chip.onChoose()}
            >
              {chip.text}
            </button>
          ))}
        </div>
      </div>
    </div>
  );
}

function TrailField(props: Own): JSX.Element {
  const form = (): ReturnType<TicketModel["form"]> => props.ticket.form();
  const isReplace = (): boolean => props.ticket.replacing() !== null;
  return (
    <div class="ticket-pair">
      <NumberField
        label={form().trailUnit === "percent" ? `${T.trail} %` : `${T.trail} $`}
        name="trail"
        value={form().trail}
        onInput={(trail) => props.ticket.change({ trail })}
        step={(steps) => stepQty(form().trail, steps, null)}
        error={faultText(props.ticket, "trail")}
      />
      <Show when={!isReplace()}>
        <div class="field">
          <span class="field-label">{T.trailUnit}</span>
          <Segments
            label={T.trailUnit}
            value={form().trailUnit}
            options={[
              { value: "percent", text: "%" },
              { value: "price", text: "$" },
            ]}
            onChange={(unit) => props.ticket.change({ trailUnit: unit === "price" ? "price" : "percent", trail: "" })}
          />
        </div>
      </Show>
    </div>
  );
}

/** The prices of the exits of a bracket, an OTO or an OCO. */
function ExitFields(props: Own): JSX.Element {
  const form = (): ReturnType<TicketModel["form"]> => props.ticket.form();
  const needs = (field: "takeProfit" | "stopLoss"): boolean => neededFields(form()).includes(field);
  return (
    <>
      <Show when={form().orderClass === "oto"}>
        <Segments
          label={T.exit}
          value={form().exit}
          options={[
            { value: "take_profit", text: T.takeProfit },
            { value: "stop_loss", text: T.stopLoss },
          ]}
          onChange={(exit) => props.ticket.change({ exit: exit === "stop_loss" ? "stop_loss" : "take_profit" })}
        />
      </Show>
      <Show when={needs("takeProfit")}>
        <PriceField ticket={props.ticket} field="takeProfit" label={T.takeProfit} />
      </Show>
      <Show when={needs("stopLoss")}>
        <div class="ticket-pair">
          <PriceField ticket={props.ticket} field="stopLoss" label={T.stopLoss} />
          <PriceField ticket={props.ticket} field="stopLossLimit" label={T.stopLossLimit} />
        </div>
      </Show>
    </>
  );
}

/** All fields that this order needs. */
export function Fields(props: Own): JSX.Element {
  const form = (): ReturnType<TicketModel["form"]> => props.ticket.form();
  const fields = createMemo((): readonly AmountField[] => {
    const order = props.ticket.replacing();
    return order === null ? neededFields(form()) : replaceFields(order, form());
  });
  const needs = (field: AmountField): boolean => fields().includes(field);
  const stopLabel = (): string => (form().type === "market_if_touched" ? T.touchPrice : T.stopPrice);
  return (
    <>
      <Show when={needs("stopPrice")}>
        <PriceField ticket={props.ticket} field="stopPrice" label={stopLabel()} near />
      </Show>
      <Show when={needs("limitPrice")}>
        <PriceField ticket={props.ticket} field="limitPrice" label={T.limitPrice} near />
      </Show>
      <Show when={needs("trail")}>
        <TrailField ticket={props.ticket} />
      </Show>
      <AmountField ticket={props.ticket} />
      <Show when={props.ticket.replacing() === null}>
        <ExitFields ticket={props.ticket} />
      </Show>
      <Show when={needs("goodTil")}>
        <TextField
          label={T.goodTil}
          type="datetime-local"
          name="goodTil"
          value={form().goodTil}
          error={faultText(props.ticket, "goodTil")}
          onInput={(event) => props.ticket.change({ goodTil: event.currentTarget.value })}
        />
      </Show>
    </>
  );
}
