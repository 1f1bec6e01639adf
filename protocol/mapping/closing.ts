/** Reads what is to be closed of a position. */
import * as z from "zod";
import { type Closing, PERCENTAGE_DECIMALS, WHOLE_POSITION } from "../../domain/account/entry/closing.ts";
import { parseDecimal } from "../../domain/decimal.ts";
import type { Read } from "../http/readRequest.ts";
import { closePositionQuery } from "../wire/closing.ts";

const PERCENTAGE = `more than 0 and at most 100, with no more than ${PERCENTAGE_DECIMALS} decimals, and no qty beside it`;

/** What a query asks to close. Refused unless a percentage is above 0, at most 100, and alone. */
export function closingOf(
  symbol: string,
  { qty, percentage }: z.output<typeof closePositionQuery>,
  clientOrderId: string | null,
): Read<Closing> {
  const part = percentage === undefined ? null : parseDecimal(percentage, PERCENTAGE_DECIMALS);
  const invalid = part !== null && (typeof part !== "number" || part <= 0 || part > WHOLE_POSITION);
  if (invalid || (qty !== undefined && percentage !== undefined)) {
    return { ok: false, error: { reason: "query_invalid", parameter: "percentage", expected: PERCENTAGE } };
  }
  return { ok: true, value: { symbol, qty: qty ?? null, percentage: part, clientOrderId } };
}
