/** What an order would do, without placing it (RK-12). */
import { feesOfFill, NO_FEES, totalOf } from "../../fees/fillFees.ts";
import { tierVolumeOn } from "../../fees/tierVolume.ts";
import type { Instrument } from "../../market/instrument.ts";
import { lotsPerShare } from "../../market/instrument.ts";
import { cell } from "../../market/orderMatrix.ts";
import { isImmediate } from "../../order/timeInForce.ts";
import type { Side } from "../../order/side.ts";
import { checkSize } from "../../risk/size.ts";
import { everyRefusal } from "../../risk/rules.ts";
import { withLargest } from "../../risk/largest.ts";
import { exactValue, type Level, walk } from "../../risk/walk.ts";
import { tradeDay } from "../../settlement/settlement.ts";
import { scheduleOf } from "../fees/accountFees.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import { costOfRest, roundedValue } from "../orders/orderValue.ts";
import type { AccountState } from "../state/accountState.ts";
import type { NewOrder } from "../state/order.ts";
import { factsOf, refuseGroup } from "./decide.ts";
import type { EntryFacts, OrderFacts } from "./orderFacts.ts";
import type { Outcome, Refusal } from "./refusal.ts";
import type { ValidatedOrder } from "./validated.ts";

/** Displayed price levels of a book, best first. */
export interface BookDepth {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export type PreviewWarning =
  /** It waits for its trigger, for its session or for an auction: what it trades then is not known. */
  | { readonly kind: "waits_for_trigger" | "waits_for_session" }
  /** The displayed quantity within its price does not fill it: the rest rests, or is cancelled. */
  /** `leaves`: null when a notional order would buy or sell nothing. */
  | { readonly kind: "not_filled_at_once"; readonly leaves: number | null }
  | { readonly kind: "duplicate_order"; readonly orderId: string };

/** The estimate of an order. Cash is in 1/10,000 dollar. */
export interface PreviewEstimate {
  /** The quantity; of a notional what its cash buys of the displayed quantity. */
  readonly qty: number;
  readonly fills: readonly Level[];
  readonly filledQty: number;
  /** The exact sum of price times lots of the fills. */
  readonly filledValue: bigint;
  /** How much worse the average price is than the touch, a share, times lots; 0 without fills. */
  readonly slippageValue: bigint;
  /** Cost of a buy, or proceeds of a sell: of the fills, and of the rest at its worst price if it rests. Without fees. */
  readonly value: number;
  /** Fees of the fills, as takers; the most that a buy may pay. */
  readonly fee: number;
  readonly feeMost: number | null;
  /** Cash of a buy, or lots of a sell, that the order holds when it is accepted. */
  readonly hold: number;
  /** Buying power after it is accepted and has traded at once. */
  readonly buyingPowerAfter: number;
}

export interface OrderPreview {
  readonly symbol: string | null;
  readonly side: Side | null;
  readonly buyingPower: number;
  /** Every rule that would refuse it, in the sequence of the rules: the first would be its refusal. */
  readonly refusals: readonly { readonly rule: string; readonly refusal: Refusal }[];
  readonly warnings: readonly PreviewWarning[];
  /** Null when the request is no order that the exchange could take, or its book does not answer. */
  readonly estimate: PreviewEstimate | null;
}

/** Previews an order. Changes nothing. `depth`: null when the book does not answer. */
export function previewOrder(
  state: AccountState,
  read: Outcome<ValidatedOrder>,
  facts: EntryFacts & { readonly orderId: string },
  depth: BookDepth | null,
): OrderPreview {
  const buyingPower = Math.max(0, balances(state.ledger, CASH).available);
  const nothing = { buyingPower, warnings: [], estimate: null };
  if (!read.ok) {
    const refusals = [{ rule: "ticket", refusal: read.refusal }];
    return { ...nothing, symbol: null, side: null, refusals };
  }
  const ticket = read.value;
  const { symbol } = ticket.instrument;
  if (depth === null) {
    const refusals = [{ rule: "book", refusal: { reason: "book_unavailable" } as const }];
    return { ...nothing, symbol, side: ticket.side, refusals };
  }
  const known = factsOf(state, ticket, facts);
  const group = refuseGroup(ticket, facts);
  const refusals = [
    ...(group === null ? [] : [{ rule: "group", refusal: group }]),
    ...everyRefusal(known).map(({ rule, refusal }) => ({ rule, refusal: withLargest(refusal, known) })),
  ];
  // Its value may be beyond what the exchange can calculate.
  if (checkSize(known) !== null) return { ...nothing, symbol, side: ticket.side, refusals };
  const waiting = waitsFor(known);
  const { duplicateOf } = known;
  const estimate = estimateOf(state, known, waiting === null ? depth : NO_DEPTH, buyingPower);
  if (estimate === null) return { ...nothing, symbol, side: ticket.side, refusals };
  const missing = estimate.qty - estimate.filledQty;
  const leaves = known.order.notional && estimate.filledQty === 0 ? null : missing;
  const warnings: PreviewWarning[] = [
    ...(waiting === null ? [] : [{ kind: waiting }]),
    ...(waiting === null && leaves !== 0 ? [{ kind: "not_filled_at_once", leaves } as const] : []),
    ...(duplicateOf === null ? [] : [{ kind: "duplicate_order", orderId: duplicateOf } as const]),
  ];
  return { symbol, side: ticket.side, buyingPower, refusals, warnings, estimate };
}

/** Half of the exact range of numbers. */
const EXACT_MAX = 2n ** 52n;

const NO_DEPTH: BookDepth = { bids: [], asks: [] };

function waitsFor({ order, hours }: OrderFacts): "waits_for_trigger" | "waits_for_session" | null {
  if (order.terms?.trigger !== undefined) return "waits_for_trigger";
  const { type, timeInForce, orderClass = "simple", extendedHours } = order;
  const { verdict } = cell(type, timeInForce, orderClass, hours.session, extendedHours);
  return verdict === "live" ? null : "waits_for_session";
}

/** Null when what it would trade is worth more than can be written exactly. */
function estimateOf(
  state: AccountState,
  known: OrderFacts,
  depth: BookDepth,
  buyingPower: number,
): PreviewEstimate | null {
  const { order, instrument, hours } = known;
  const { side, symbol, protectionPrice: bound, notional = null } = order;
  const levels = side === "buy" ? depth.asks : depth.bids;
  const fills = walk(levels, { side, qty: order.qty, cash: notional, bound }, instrument);
  const filledQty = fills.reduce((sum, { qty }) => sum + qty, 0);
  const filledValue = exactValue(fills);
  const qty = notional === null ? order.qty : filledQty;
  const rests = notional === null && order.limitPrice !== null && !isImmediate(order.timeInForce);
  const all = rests || fills.length === 0 ? filledValue + BigInt(bound) * BigInt(qty - filledQty) : filledValue;
  // Whatever is added below is at most as much again.
  if (all / BigInt(lotsPerShare(instrument)) > EXACT_MAX) return null;
  const touch = BigInt(levels[0]?.price ?? 0) * BigInt(filledQty);
  const fee = estimateFee(state, order, fills, instrument, hours.now);
  const value = notional !== null && fills.length === 0 ? notional : roundedValue(symbol, side, all);
  const { hold } = known;
  const paid = roundedValue(symbol, side, filledValue);
  return {
    qty,
    fills,
    filledQty,
    filledValue,
    slippageValue: fills.length === 0 ? 0n : side === "buy" ? filledValue - touch : touch - filledValue,
    value,
    fee,
    feeMost: side === "buy" ? (order.feeReserve ?? 0) : null,
    hold,
    buyingPowerAfter: Math.max(
      0,
      side === "buy" ? buyingPower - paid - heldAfter(order, fills, fee, rests, hold) : buyingPower + paid - fee,
    ),
  };
}

/** What a buy has paid in fees and still holds after its fills. */
function heldAfter(order: NewOrder, fills: readonly Level[], fee: number, rests: boolean, hold: number): number {
  const filledQty = fills.reduce((sum, { qty }) => sum + qty, 0);
  if (filledQty === 0) return hold;
  if (!rests || filledQty === order.qty) return fee;
  const rest = costOfRest({ ...order, filledQty, filledValue: exactValue(fills).toString() });
  return rest + Math.max(fee, order.feeReserve ?? 0);
}

function estimateFee(
  state: AccountState,
  order: NewOrder,
  fills: readonly Level[],
  instrument: Instrument,
  now: number,
): number {
  if (order.feePlan === undefined) return 0;
  const schedule = scheduleOf(state.fees, order.feePlan, order.symbol);
  const [day, perShare] = [tradeDay(now), lotsPerShare(instrument)];
  let [before, total, traded] = [NO_FEES, 0, 0n];
  for (const { price, qty } of fills) {
    const after = traded + BigInt(price) * BigInt(qty);
    const value = roundedValue(order.symbol, order.side, after) - roundedValue(order.symbol, order.side, traded);
    const fill = { side: order.side, liquidity: "taker", price, lots: qty, value, lotsPerShare: perShare } as const;
    const charged = feesOfFill(schedule, before, { ...fill, volume: tierVolumeOn(state.fees.volume, day), day });
    total += totalOf(charged.items);
    [before, traded] = [charged.after, after];
  }
  return total;
}
