/**
 * Tax lots that the owner has chosen for a sale (26 CFR 1.1012-1(c)). An open order reserves what is left of its choice:
 * other sales take none of it.
 */
import type { ChoiceRefusal, LotChoice, LotMethod, ReservedLots } from "../../portfolio/lotMethod.ts";
import { refuseChoice } from "../../portfolio/lotMethod.ts";
import type { DisposedLot } from "../../portfolio/lots.ts";
import type { AccountState } from "../state/accountState.ts";
import type { OpenOrders } from "../state/openOrders.ts";
import type { Order } from "../state/order.ts";

type Choosing = Pick<Order, "lots" | "lotsFrom" | "filledQty" | "qty">;
type WithLots = Pick<AccountState, "lots" | "open" | "openWithLots">;

const NONE: readonly LotChoice[] = [];
const NOTHING_RESERVED: ReservedLots = new Map();

/** What an order has yet to sell of the lots chosen for it, in their sequence. */
export function remainingChoice({ lots, lotsFrom = 0, filledQty, qty }: Choosing): readonly LotChoice[] {
  if (lots === undefined) return NONE;
  const done = Math.max(filledQty, lotsFrom);
  return partOf(lots, done - lotsFrom, qty - done);
}

/** A quantity of a choice, after the first `skipped` units of it. */
function partOf(choices: readonly LotChoice[], skipped: number, quantity: number): LotChoice[] {
  const part: LotChoice[] = [];
  let [skip, rest] = [skipped, quantity];
  for (const { lotId, quantity: all } of choices) {
    const taken = Math.min(all - Math.min(skip, all), rest);
    skip = Math.max(0, skip - all);
    if (taken > 0) part.push({ lotId, quantity: taken });
    rest -= Math.max(0, taken);
  }
  return part;
}

/**
 * What open orders have reserved of the lots of a symbol, by number; without the reservations of `except` and of the
 * order that is to replace it. Of an order and its replacement both choices are reserved, what they share once.
 */
export function reservedLots(state: Pick<OpenOrders, "open" | "openWithLots">, symbol: string, except?: Order) {
  const orders = state.openWithLots.get(symbol);
  if (orders === undefined) return NOTHING_RESERVED;
  const reserved = new Map<number, number>();
  for (const order of orders) {
    if (order === except || (except !== undefined && except.replacement?.orderId === order.id)) continue;
    const replaced = pendingReplaced(state, order);
    const shared = new Map(replaced === undefined ? [] : pairsOf(remainingChoice(replaced)));
    for (const { lotId, quantity } of remainingChoice(order)) {
      const more = Math.max(0, quantity - (shared.get(lotId) ?? 0));
      if (more > 0) reserved.set(lotId, (reserved.get(lotId) ?? 0) + more);
    }
  }
  return reserved;
}

/** The open order that this one replaces once the book agrees. */
function pendingReplaced({ open }: Pick<OpenOrders, "open">, order: Order): Order | undefined {
  const replaced = order.replaces ? open.get(order.replaces) : undefined;
  return replaced?.replacement?.orderId === order.id ? replaced : undefined;
}

const pairsOf = (choices: readonly LotChoice[]) =>
  choices.map(({ lotId, quantity }): [number, number] => [lotId, quantity]);

/** What is free of each lot of a symbol, in the sequence of acquisition: not reserved by an open order. */
export function freeLots(state: WithLots, symbol: string): LotChoice[] {
  const reserved = reservedLots(state, symbol);
  return (state.lots?.get(symbol)?.lots ?? []).flatMap(({ lotId, quantity }) => {
    const free = quantity - (reserved.get(lotId) ?? 0);
    return free > 0 ? [{ lotId, quantity: free }] : [];
  });
}

/** Why a choice of lots cannot be sold for a quantity; null if it can. `replaced`: the order that has reserved some now. */
export function refuseLots(
  state: WithLots,
  symbol: string,
  choices: readonly LotChoice[],
  quantity: number,
  replaced?: Order,
): ChoiceRefusal | null {
  const lots = state.lots?.get(symbol) ?? { lots: [] };
  return refuseChoice(lots, choices, quantity, reservedLots(state, symbol, replaced));
}

/** How a fill of a sale takes its lots: by the order's choice, or by the account's method. */
export function takingOf(
  state: WithLots & Pick<AccountState, "settings">,
  order: Order,
  quantity: number,
): { readonly method: LotMethod; readonly reserved: ReservedLots } {
  const reserved = reservedLots(state, order.symbol, order);
  // Before the fill is counted: the choice for its quantity.
  const specific = remainingChoice(order);
  if (order.lots !== undefined) return { method: { specific: partOf(specific, 0, quantity) }, reserved };
  const { lotMethod } = state.settings;
  return { method: lotMethod === "specific" ? "fifo" : lotMethod, reserved };
}

/**
 * The lots of the order that replaces another one: a new choice, or what is left of the old one. Absent without any. They
 * begin with what is filled now.
 */
export function lotsOfReplacing(
  order: Order,
  qty: number,
  asked: readonly LotChoice[] | null,
): Pick<Order, "lots" | "lotsFrom"> {
  if (asked === null && order.lots === undefined) return {};
  const lots = asked ?? partOf(remainingChoice(order), 0, qty - order.filledQty);
  return { lots, ...(order.filledQty === 0 ? {} : { lotsFrom: order.filledQty }) };
}

/** The shares that an order and the one that replaces it may take by their choices, whichever of them trades. */
export function sharesOfBoth(order: Order, next: Pick<Order, "lots" | "qty">): number {
  const most = new Map(pairsOf(remainingChoice(order)));
  for (const { lotId, quantity } of next.lots ?? NONE) most.set(lotId, Math.max(most.get(lotId) ?? 0, quantity));
  let sum = 0;
  for (const quantity of most.values()) sum += quantity;
  return sum;
}

/** What a fill sold while a replace is pending counts as sold of the new order's choice, too. */
export function sellOfNext({ open }: Pick<OpenOrders, "open">, order: Order, sold: readonly DisposedLot[]): void {
  const next = order.replacement ? open.get(order.replacement.orderId) : undefined;
  if (next?.lots === undefined) return;
  const taken = new Map(sold.map(({ lotId, quantity }) => [lotId, quantity]));
  const left = next.lots.map(({ lotId, quantity }) => {
    return { lotId, quantity: Math.max(0, quantity - (taken.get(lotId) ?? 0)) };
  });
  next.askedLots ??= next.lots;
  next.lots = partOf(left, 0, next.qty - order.filledQty);
  next.lotsFrom = order.filledQty;
}
