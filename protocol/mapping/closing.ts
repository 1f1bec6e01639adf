/** Reads what is to be closed of a position. */
import * as z from "zod";
import { type Closing, PERCENTAGE_DECIMALS, WHOLE_POSITION } from "../../domain/account/entry/closing.ts";
import { parseDecimal } from "../../domain/decimal.ts";
import type { TicketLot } from "../../domain/account/entry/ticket.ts";
import { CHOSEN_LOTS_MAX } from "../../domain/order/chosenLotsMax.ts";
import { plainDecimal } from "../wire/decimalInput.ts";
import type { Read } from "../http/readRequest.ts";
import { closePositionQuery } from "../wire/closing.ts";

const PERCENTAGE = `more than 0 and at most 100, with no more than ${PERCENTAGE_DECIMALS} decimals, and no qty beside it`;

/** What a query asks to close. Refused unless a percentage is above 0, at most 100, and alone. */
export function closingOf(
  symbol: string,
  { qty, percentage, tax_lots: named }: z.output<typeof closePositionQuery>,
  clientOrderId: string | null,
): Read<Closing> {
  const part = percentage === undefined ? null : parseDecimal(percentage, PERCENTAGE_DECIMALS);
  const invalid = part !== null && (typeof part !== "number" || part <= 0 || part > WHOLE_POSITION);
  if (invalid || (qty !== undefined && percentage !== undefined)) {
    return { ok: false, error: { reason: "query_invalid", parameter: "percentage", expected: PERCENTAGE } };
  }
  const closing = { symbol, qty: qty ?? null, percentage: part, clientOrderId };
  if (named === undefined) return { ok: true, value: closing };
  const lots = lotsIn(named);
  if (lots === null || percentage !== undefined) {
    return { ok: false, error: { reason: "query_invalid", parameter: "tax_lots", expected: LOTS } };
  }
  return { ok: true, value: { ...closing, lots } };
}

const LOTS = `1 to ${CHOSEN_LOTS_MAX} lots as lot_id:qty with commas between, and no percentage beside them`;

/** The lots of a query; null for another text. */
function lotsIn(text: string): TicketLot[] | null {
  const lots: TicketLot[] = [];
  for (const each of text.split(",")) {
    const [, lotId, qty] = /^([1-9]\d{0,14}):([\d.]{1,24})$/.exec(each) ?? [];
    if (lotId === undefined || qty === undefined) return null;
    lots.push({ lotId: Number(lotId), qty: plainDecimal(qty) });
  }
  return lots.length > CHOSEN_LOTS_MAX ? null : lots;
}
