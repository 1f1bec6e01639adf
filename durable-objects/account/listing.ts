import type { AccountState } from "../../domain/account/account.ts";
import { balances, CASH, owned } from "../../domain/account/ledger.ts";
import type { Order } from "../../domain/account/order.ts";
import type { AccountLeft } from "../../protocol/accountPrivacy.ts";
import type { AccountView, OrderFilter, OrderView, PositionView } from "../../protocol/rpc.ts";
import type { AccountStore } from "./store.ts";

/** The order of an id, open or closed. */
export function findOrder(state: Readonly<AccountState>, store: AccountStore, id: string): Order | undefined {
  return state.open.get(id) ?? store.closedOrder(id);
}

/** The order of a client order id, open or closed. */
export function findByClientId(state: Readonly<AccountState>, store: AccountStore, id: string): Order | undefined {
  const open = state.openByClientId.get(id);
  return open === undefined ? store.closedOrderByClientId(id) : state.open.get(open);
}

/** Orders that pass the filter, sorted by their place in the account's sequence. */
export function listOrders(state: Readonly<AccountState>, store: AccountStore, filter: OrderFilter): Order[] {
  const bound = (id: string | null) => (id === null ? null : (findOrder(state, store, id)?.sequence ?? null));
  const after = bound(filter.afterOrderId);
  const before = bound(filter.beforeOrderId);
  const open =
    filter.status === "closed" ? [] : [...state.open.values()].filter((order) => passes(order, filter, after, before));
  const closed = filter.status === "open" ? [] : store.closedOrders(filter, after, before);
  const sign = filter.direction === "asc" ? 1 : -1;
  return [...open, ...closed].sort((a, b) => sign * (a.sequence - b.sequence)).slice(0, filter.limit);
}

/** The order that goes on from this one: itself, unless it was replaced. */
export function latestOf(state: Readonly<AccountState>, store: AccountStore, order: Order): Order {
  let latest = order;
  while (latest.replacedBy) {
    const next = findOrder(state, store, latest.replacedBy);
    if (next === undefined) break;
    latest = next;
  }
  return latest;
}

/** An order with its legs as they are now; one without legs as it is. */
export function withLegs(state: Readonly<AccountState>, store: AccountStore, order: Order): OrderView {
  if (order.legIds === undefined || order.legIds.length === 0) return order;
  const legs = order.legIds.flatMap((id) => findOrder(state, store, id) ?? []);
  return { ...order, legs: legs.map((leg) => latestOf(state, store, leg)) };
}

/** Orders with their legs in them, which are then not listed by themselves. */
export function nested(state: Readonly<AccountState>, store: AccountStore, orders: readonly Order[]): OrderView[] {
  const views = orders.map((order) => withLegs(state, store, order));
  const inside = new Set(views.flatMap(({ legs = [] }) => legs.map(({ id }) => id)));
  return views.filter(({ id }) => !inside.has(id));
}

function passes(order: Order, filter: OrderFilter, after: number | null, before: number | null): boolean {
  return (
    (filter.after === null || order.submittedAt > filter.after) &&
    (filter.until === null || order.submittedAt < filter.until) &&
    (after === null || order.sequence > after) &&
    (before === null || order.sequence < before) &&
    (filter.side === null || order.side === filter.side) &&
    (filter.symbols === null || filter.symbols.includes(order.symbol))
  );
}

/** Balances and positions of an account; null when it was never opened. */
export function viewAccount(state: Readonly<AccountState>): AccountView | null {
  if (state.accountId === "") return null;
  const cash = balances(state.ledger, CASH);
  const positions: PositionView[] = [];
  for (const symbol of [...state.ledger.keys()].sort()) {
    const qty = owned(state.ledger, symbol);
    if (symbol === CASH || qty === 0) continue;
    const { available } = balances(state.ledger, symbol);
    positions.push({ symbol, qty, available, costBasis: state.costBasis.get(symbol) ?? 0 });
  }
  const withdrawing = [...state.withdrawals.values()].reduce((sum, { amount }) => sum + amount, 0);
  return {
    accountId: state.accountId,
    accountNumber: state.accountNumber,
    createdAt: state.createdAt,
    cash: cash.available + cash.held,
    cashHeld: cash.held,
    ...(withdrawing === 0 ? {} : { withdrawing }),
    positions,
  };
}

/** What must be gone before an account can be left; null when nothing is. */
export function leftIn(state: Readonly<AccountState>): AccountLeft | null {
  const { cash, positions } = viewAccount(state) ?? { cash: 0, positions: [] };
  const orders = state.open.size;
  if (orders === 0 && positions.length === 0 && cash === 0) return null;
  return { orders, positions: positions.map(({ symbol }) => symbol), cash };
}
