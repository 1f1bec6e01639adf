/** The order that closes a position. */
import * as z from "zod";
import { formatDecimal, parseDecimal } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { Read } from "../http/readRequest.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { PositionView } from "../rpc/account.ts";
import { closePositionQuery } from "../wire/closing.ts";

/** Decimals of a percentage, and 100 % in its units. */
const PERCENT_DECIMALS = 9;
const WHOLE = 100 * 10 ** PERCENT_DECIMALS;
const PERCENTAGE = "more than 0 and at most 100, with no more than 9 decimals, and no qty beside it";

/** The market order that closes a position, or a part of it. */
export function closingTicket(
  { symbol, qty: owned }: Pick<PositionView, "symbol" | "qty">,
  { qty, percentage }: z.output<typeof closePositionQuery>,
  clientOrderId: string | null,
): Read<OrderTicket> {
  const { assetClass, qtyDecimals } = assetOf(symbol);
  const lots = percentage === undefined ? owned : shareOf(owned, percentage);
  if (lots === null || (qty !== undefined && percentage !== undefined)) {
    return { ok: false, error: { reason: "query_invalid", parameter: "percentage", expected: PERCENTAGE } };
  }
  const nothing = { notional: null, limitPrice: null, stopPrice: null, orderClass: "", extendedHours: false } as const;
  return {
    ok: true,
    value: {
      symbol,
      side: "sell",
      type: "market",
      timeInForce: assetClass === "crypto" ? "gtc" : "day",
      qty: qty ?? formatDecimal(lots, qtyDecimals),
      ...nothing,
      clientOrderId,
      positionIntent: "sell_to_close",
    },
  };
}

/** A percentage of lots, rounded down; null when it is invalid. */
function shareOf(lots: number, percentage: string): number | null {
  const part = parseDecimal(percentage, PERCENT_DECIMALS);
  if (typeof part !== "number" || part <= 0 || part > WHOLE) return null;
  return Number((BigInt(lots) * BigInt(part)) / BigInt(WHOLE));
}
