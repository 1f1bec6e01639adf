/** Why a choice is not offered, in words. */
import type { Option } from "../../design/components/Field.tsx";
import {
  classRefused,
  ORDER_CLASSES,
  timeRefused,
  TIMES_IN_FORCE,
  type ChoiceReason,
} from "../../orders/ticketChoices.ts";
import type { OrderSession } from "../../../../domain/market/schedule.ts";
import type { TicketForm } from "../../orders/ticketForm.ts";
import { CHOICES, TICKET as T } from "../../text/en/ticket.ts";

export function reasonText(reason: ChoiceReason): string {
  switch (reason.kind) {
    case "cell":
      return CHOICES.cells[reason.reason];
    case "side":
      return CHOICES.sides[reason.side];
    case "excluded":
      return CHOICES.excluded(T.instructions[reason.by]);
    case "instruction":
      if (reason.instruction === "notional") return CHOICES.notional;
      return reason.instruction === "extended_hours" ? CHOICES.extended : CHOICES.instruction;
  }
}

const option = (value: string, text: string, reason: ChoiceReason | null): Option =>
  reason === null ? { value, text } : { value, text, refused: reasonText(reason) };

export function timeOptions(form: TicketForm, session: OrderSession | null): Option[] {
  return TIMES_IN_FORCE.map((time) => option(time, T.times[time], timeRefused(form, time, session)));
}

export function classOptions(form: TicketForm): Option[] {
  return ORDER_CLASSES.map((each) => option(each, T.classes[each], classRefused(form, each)));
}
