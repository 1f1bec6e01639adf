import type { Instrument } from "../../market/instrument.ts";
import type { NewOrder, Order } from "../state/order.ts";
import type { AccountState } from "../state/accountState.ts";
import { linkedTo, openLegs, parentOf } from "../orders/exits.ts";
import type { MarketPrices } from "../../market/marketPrices.ts";
import { type ExitGroup, refuseOrder } from "./orderRules.ts";
import type { Refusal } from "./refusal.ts";

type Priced = Pick<Order, "limitPrice" | "stopPrice" | "type" | "side">;

/**
 * Checks the new order of a replace by the rules of a new order, together with its linked orders. For a linked order with a
 * pending replace, the rules must hold for both outcomes.
 */
export function refuseReplaced(
  state: Readonly<AccountState>,
  order: Order,
  next: NewOrder,
  instrument: Instrument,
  market: Pick<MarketPrices, "marketPrice">,
): Refusal | null {
  const { qty, limitPrice, terms = {} } = next;
  const composed = { instrument, qty, limitPrice, terms };
  for (const group of groupsOf(state, order, next, market)) {
    const refusal = refuseOrder(composed, group);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** The open entry that a replace of this order is checked against, if there is one. */
export function entryOf(state: Readonly<AccountState>, order: Order): Order | undefined {
  if ((order.orderClass ?? "simple") === "simple" || order.orderClass === "oco") return undefined;
  return order.role ? parentOf(state, order) : order;
}

/** The group after the replace, for every combination of pending replaces. */
function groupsOf(
  state: Readonly<AccountState>,
  order: Order,
  next: NewOrder,
  { marketPrice }: Pick<MarketPrices, "marketPrice">,
): ExitGroup[] {
  const { orderClass = "simple", side } = order;
  if (orderClass === "simple") return [{ orderClass, side, entry: NO_ENTRY, takeProfit: null, stopLoss: null }];
  const may = (each: Order | undefined): (Priced | null)[] => {
    if (each === undefined) return [null];
    if (each.id === order.id) return [next];
    const replacement = state.open.get(each.replacement?.orderId ?? "");
    return replacement === undefined ? [each] : [each, replacement];
  };
  const exits = exitsOf(state, order);
  const entry = entryOf(state, order);
  return may(entry).flatMap((parent) =>
    may(exits.takeProfit).flatMap((profit) =>
      may(exits.stopLoss).map((loss) => ({
        orderClass,
        side: orderClass !== "oco" && order.role ? OTHER[side] : side,
        entry: priceOf(parent, marketPrice),
        takeProfit: profit?.limitPrice ?? null,
        stopLoss: loss?.stopPrice ?? null,
      })),
    ),
  );
}

const NO_ENTRY = { limitPrice: null, stopPrice: null };
const OTHER = { buy: "sell", sell: "buy" } as const;

/** The price of an entry: its own, or the market price. */
function priceOf(entry: Priced | null, marketPrice: number | null): ExitGroup["entry"] {
  if (entry === null) return NO_ENTRY;
  if (entry.type === "market") return { limitPrice: null, stopPrice: marketPrice };
  return { limitPrice: entry.limitPrice, stopPrice: entry.stopPrice ?? null };
}

/** The open exits of the order's group, including the order itself. A triggered stop loss no longer counts as one. */
function exitsOf(
  state: Readonly<AccountState>,
  order: Order,
): { readonly takeProfit: Order | undefined; readonly stopLoss: Order | undefined } {
  const linked = linkedTo(state, order);
  const all = [order, ...openLegs(state, order), ...(linked === undefined ? [] : [linked])];
  const isPair = order.orderClass === "oco";
  return {
    takeProfit: all.find(({ role }) => (isPair ? !role : role === "take_profit")),
    stopLoss: all.find(({ role, triggeredAt }) => role === "stop_loss" && !triggeredAt),
  };
}
