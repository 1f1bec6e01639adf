/** The order that closes a position, or a part of it (SPEC AC-49). */
import { formatDecimal, parseDecimal } from "../../decimal.ts";
import type { Instruments } from "../../market/instruments.ts";
import { owned } from "../ledger/ledger.ts";
import type { AccountState } from "../state/accountState.ts";
import type { Order } from "../state/order.ts";
import { sameData } from "../../sameData.ts";
import { readQty } from "./readAmount.ts";
import { readLots } from "./readLots.ts";
import { fail } from "./refusal.ts";
import type { Outcome } from "./refusal.ts";
import type { OrderTicket, TicketLot } from "./ticket.ts";

/** Decimals of a percentage, and 100 % in its units. */
export const PERCENTAGE_DECIMALS = 9;
export const WHOLE_POSITION = 100 * 10 ** PERCENTAGE_DECIMALS;

/** What is to be closed: all of a position, a quantity, or a percentage of what is owned when it is decided. */
export interface Closing {
  readonly symbol: string;
  /** As the client wrote it; null: not given. At most one of quantity and percentage is given. */
  readonly qty: string | null;
  /** In billionths of a percent, from 1 to WHOLE_POSITION; null: not given. */
  readonly percentage: number | null;
  readonly clientOrderId: string | null;
  /** The tax lots to sell; without a quantity all that is named of them. */
  readonly lots?: readonly TicketLot[];
}

/**
 * The market order that closes. A percentage is rounded down to the lot size of the instrument, except 100 %, which is all
 * that is owned. Refused when nothing is owned.
 */
export function closingTicket(
  state: Readonly<AccountState>,
  { symbol, qty, percentage, clientOrderId, lots: named }: Closing,
  instruments: Instruments,
): Outcome<OrderTicket> {
  const instrument = instruments.find(symbol);
  const all = instrument === undefined ? 0 : owned(state.ledger, instrument.symbol);
  if (instrument === undefined || all <= 0) return fail({ reason: "position_not_found" });
  const { assetClass, qtyDecimals, lot } = instrument;
  const lots = percentage === null || percentage === WHOLE_POSITION ? all : shareOf(all, percentage, lot);
  return {
    ok: true,
    value: {
      symbol: instrument.symbol,
      side: "sell",
      type: "market",
      timeInForce: assetClass === "crypto" ? "gtc" : "day",
      qty: qty ?? (named === undefined ? formatDecimal(lots, qtyDecimals) : sumOf(named)),
      notional: null,
      limitPrice: null,
      stopPrice: null,
      orderClass: "",
      extendedHours: false,
      clientOrderId,
      positionIntent: "sell_to_close",
      ...(named === undefined ? {} : { lots: named }),
    },
  };
}

/** Decimals of a quantity that any asset may have. */
const SUM_DECIMALS = 9;

/** The quantity of all named lots; of one that is no quantity its text, which is refused as that of the order. */
function sumOf(named: readonly TicketLot[]): string {
  let sum = 0;
  for (const { qty } of named) {
    const part = parseDecimal(qty, SUM_DECIMALS);
    if (typeof part !== "number" || !Number.isSafeInteger(sum + part)) return qty;
    sum += part;
  }
  return formatDecimal(sum, SUM_DECIMALS);
}

/** What a closing asks for, as its order keeps it: all of the position or a percentage; 0 for a quantity. */
export function closingShare({ qty, percentage, lots }: Pick<Closing, "qty" | "percentage" | "lots">): number {
  return qty === null && lots === undefined ? (percentage ?? WHOLE_POSITION) : 0;
}

/**
 * Whether an order is one that a closing with its client order id has placed: a repeat of the request gives it again.
 * Orders of earlier releases do not know their percentage, so any is that of the first request.
 */
export function isClosing(order: Order, closing: Closing, instruments: Instruments): boolean {
  const { symbol, qty } = closing;
  if (order.closing !== undefined && order.closing !== closingShare(closing)) return false;
  const instrument = instruments.find(symbol);
  if (order.symbol !== instrument?.symbol || order.side !== "sell" || order.type !== "market") return false;
  if ((order.orderClass ?? "simple") !== "simple" || order.notional) return false;
  const lots = readLots(closing.lots, { side: "sell", orderClass: "simple", notional: null }, instrument);
  if (!sameData(lots, order.lots ?? null)) return false;
  return qty === null || (order.askedQty ?? order.qty) === readQty(qty, instrument);
}

/** A percentage of lots, rounded down to a multiple of the lot size. */
function shareOf(lots: number, percentage: number, lot: number): number {
  const share = Number((BigInt(lots) * BigInt(percentage)) / BigInt(WHOLE_POSITION));
  return share - (share % lot);
}
