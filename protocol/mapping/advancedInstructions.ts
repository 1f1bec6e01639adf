/** Maps `advanced_instructions` from requests to tickets, and from orders to responses. */
import type * as z from "zod";
import type { Instructions } from "../../domain/account/entry/instructions.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import type { advancedInstructions } from "../wire/advancedInstructions.ts";
import type { WireInstructions } from "../wire/advancedInstructions.ts";
import type { WireOrder } from "../wire/orders.ts";

type RequestedInstructions = z.output<typeof advancedInstructions>;

/** The instructions of a request; the account validates them. */
export function readInstructions(form: RequestedInstructions): Instructions {
  return {
    displayQty: form.display_qty ?? null,
    hidden: form.hidden ?? null,
    minQty: form.min_qty ?? null,
    allOrNone: form.all_or_none ?? null,
    postOnly: form.post_only ?? null,
    peg: form.peg ? { to: form.peg.to, offset: form.peg.offset ?? null } : null,
    selfTrade: form.self_trade_prevention ?? null,
    expiresAt: form.expires_at ? Date.parse(form.expires_at) : null,
  };
}

const NONE = {} as const;

/** The instructions of an order; the field is absent when there are none. */
export function instructionsToWire(
  order: Order,
  lots: (qty: number) => string,
): Pick<WireOrder, "advanced_instructions"> {
  if (order.terms === undefined && !order.goodTil) return NONE;
  const { terms = {}, goodTil } = order;
  const { display, minQty, allOrNone, postOnly, peg, selfTrade } = terms;
  const asked: WireInstructions = {
    ...(display === undefined ? {} : display === 0 ? { hidden: true } : { display_qty: lots(display) }),
    ...(minQty === undefined ? {} : { min_qty: lots(minQty) }),
    ...(allOrNone ? { all_or_none: true } : {}),
    ...(postOnly ? { post_only: true } : {}),
    ...(peg ? { peg: { to: peg.to, offset: formatDecimal(peg.offset, PRICE_DECIMALS) } } : {}),
    ...(selfTrade ? { self_trade_prevention: selfTrade } : {}),
    ...(goodTil ? { expires_at: new Date(goodTil).toISOString() } : {}),
  };
  return Object.keys(asked).length === 0 ? NONE : { advanced_instructions: asked };
}
