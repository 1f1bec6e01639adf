/** Reads the tax lots that a request names for a sale. */
import type { Instrument } from "../../market/instrument.ts";
import type { OrderClass } from "../../order/orderClass.ts";
import type { Side } from "../../order/side.ts";
import type { LotChoice } from "../../portfolio/lotMethod.ts";
import { readQty } from "./readAmount.ts";
import type { Refusal } from "./refusal.ts";
import type { TicketLot } from "./ticket.ts";

/** What the order is whose lots are named. */
interface Sold {
  readonly side: Side;
  readonly orderClass: OrderClass;
  readonly notional: number | null;
}

/** The named lots with their quantities; null when none are named. Only a simple sale of a quantity may name lots. */
export function readLots(
  named: readonly TicketLot[] | null | undefined,
  { side, orderClass, notional }: Sold,
  instrument: Instrument,
): readonly LotChoice[] | null | Refusal {
  if (named === undefined || named === null) return null;
  if (side !== "sell" || orderClass !== "simple" || notional !== null) return { reason: "tax_lots_unsupported" };
  const choices: LotChoice[] = [];
  for (const { lotId, qty } of named) {
    const quantity = readQty(qty, instrument, "tax_lots.qty");
    if (typeof quantity !== "number") return quantity;
    choices.push({ lotId, quantity });
  }
  return choices;
}
