import { cashLimits } from "./settlementView.ts";
import { withdrawing } from "../../domain/account/settlement/accountSettlement.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import { holdingsAtClose } from "../../domain/account/ledger/previousClose.ts";
import { acquiredSince } from "../../domain/portfolio/taxLot.ts";
import { beginOfTradingDay } from "../../domain/market/session.ts";
import { costBasisOf } from "../../domain/account/lots/accountLots.ts";
import { balances, CASH, owned } from "../../domain/account/ledger/ledger.ts";
import type { Order } from "../../domain/account/state/order.ts";
import type { AccountRemainder } from "../../protocol/rpc/accountPrivacy.ts";
import type { AccountView, PositionView } from "../../protocol/rpc/account.ts";
import type { OrderView } from "../../protocol/rpc/orderViews.ts";
import type { OrderFilter } from "../../protocol/rpc/orderFilter.ts";
import { matchesFilter } from "./orderBounds.ts";
import type { OrderBounds } from "./orderBounds.ts";
import type { AccountStore } from "./store.ts";

/** The order with this id, open or closed. */
export function findOrder(state: Readonly<AccountState>, store: AccountStore, id: string): Order | undefined {
  return state.open.get(id) ?? store.closedOrder(id);
}

/** The order with this client order id, open or closed. */
export function findByClientId(state: Readonly<AccountState>, store: AccountStore, id: string): Order | undefined {
  const open = state.openByClientId.get(id);
  return open === undefined ? store.closedOrderByClientId(id) : state.open.get(open);
}

/** The first bound of a filter that is not the id of an order of the account; null when both are known. */
export function unknownBound(
  state: Readonly<AccountState>,
  store: AccountStore,
  { afterOrderId, beforeOrderId }: OrderFilter,
): string | null {
  const ids = [afterOrderId, beforeOrderId].filter((id) => id !== null);
  return ids.find((id) => findOrder(state, store, id) === undefined) ?? null;
}

/** Orders that match the filter, sorted by sequence number. */
export function listOrders(state: Readonly<AccountState>, store: AccountStore, filter: OrderFilter): Order[] {
  const bounds = boundsOf(state, store, filter);
  const open = filter.status === "closed" ? [] : [...state.open.values()];
  const closed = filter.status === "open" ? [] : store.closedOrders(filter, bounds);
  return pageOf([...open.filter((order) => matchesFilter(order, filter, bounds)), ...closed], filter);
}

/**
 * The same with legs nested in their parents. Filter and limit apply to parents only; a group is open while any of its
 * orders is.
 */
export function listGroups(state: Readonly<AccountState>, store: AccountStore, filter: OrderFilter): OrderView[] {
  const bounds = boundsOf(state, store, filter);
  const open = [...state.open.values()];
  const endedWithOpenLegs = new Map<string, Order>();
  for (const { parentId } of open) {
    const parent = parentId && !state.open.has(parentId) ? store.closedOrder(parentId) : undefined;
    if (parent !== undefined) endedWithOpenLegs.set(parent.id, parent);
  }
  // The query for closed orders finds these as well.
  const live = [
    ...open.filter((order) => !isLeg(order)),
    ...(filter.status === "open" ? endedWithOpenLegs.values() : []),
  ];
  const groups = { except: [...endedWithOpenLegs.keys()] };
  const found = [
    ...(filter.status === "closed" ? [] : live.filter((order) => matchesFilter(order, filter, bounds))),
    ...(filter.status === "open" ? [] : store.closedOrders(filter, bounds, groups)),
  ];
  return pageOf(found, filter).map((order) => withLegs(state, store, order));
}

/** True for a leg and for an order that replaced a leg. */
function isLeg({ parentId }: Order): boolean {
  return (parentId ?? null) !== null;
}

function pageOf(orders: Order[], { direction, limit }: OrderFilter): Order[] {
  const sign = direction === "asc" ? 1 : -1;
  return orders.sort((a, b) => sign * (a.sequence - b.sequence)).slice(0, limit);
}

function boundsOf(state: Readonly<AccountState>, store: AccountStore, filter: OrderFilter): OrderBounds {
  const placeOf = (id: string | null) => (id === null ? null : (findOrder(state, store, id)?.sequence ?? null));
  const inMicros = (ms: number | null) => (ms === null ? null : ms * 1_000);
  return {
    afterMicros: filter.afterMicros ?? inMicros(filter.after),
    untilMicros: filter.untilMicros ?? inMicros(filter.until),
    afterSequence: placeOf(filter.afterOrderId),
    beforeSequence: placeOf(filter.beforeOrderId),
  };
}

/** The last order in the chain of replaces that begins with this one. */
export function latestOf(state: Readonly<AccountState>, store: AccountStore, order: Order): Order {
  let latest = order;
  while (latest.replacedBy) {
    const next = findOrder(state, store, latest.replacedBy);
    if (next === undefined) break;
    latest = next;
  }
  return latest;
}

/** An order with its current legs, if it has any. */
export function withLegs(state: Readonly<AccountState>, store: AccountStore, order: Order): OrderView {
  if (order.legIds === undefined || order.legIds.length === 0) return order;
  const legs = order.legIds.flatMap((id) => findOrder(state, store, id) ?? []);
  return { ...order, legs: legs.map((leg) => latestOf(state, store, leg)) };
}

/** Balances and positions of an account, all or those in some symbols; null when it is not open. */
export function viewAccount(state: Readonly<AccountState>, symbols?: readonly string[]): AccountView | null {
  if (state.accountId === "") return null;
  const cash = balances(state.ledger, CASH);
  const positions: PositionView[] = [];
  for (const symbol of [...(symbols ?? state.ledger.keys())].sort()) {
    const qty = owned(state.ledger, symbol);
    if (symbol === CASH || qty === 0) continue;
    const { available } = balances(state.ledger, symbol);
    positions.push({ symbol, qty, available, costBasis: costBasisOf(state, symbol) });
  }
  const withdrawn = withdrawing(state);
  return {
    accountId: state.accountId,
    ownerId: state.userId,
    accountNumber: state.accountNumber,
    type: state.type,
    ...(state.closedAt === null ? {} : { closedAt: state.closedAt }),
    createdAt: state.createdAt,
    cash: cash.available + cash.held,
    cashHeld: cash.held,
    ...(withdrawn === 0 ? {} : { withdrawing: withdrawn }),
    positions,
  };
}

/** The same with the holdings at the previous close. */
export function summaryOf(state: Readonly<AccountState>, now: number): AccountView | null {
  const view = viewAccount(state);
  if (view === null) return null;
  const suspended = state.settings.suspendTrade ? ({ suspended: true } as const) : {};
  const { blocked, killedByOwner, killedByExchange } = state.risk.controls;
  const stopped = blocked || killedByOwner || killedByExchange ? ({ blocked: true } as const) : {};
  const positions = positionsWithToday(state, view.positions, beginOfTradingDay(now));
  const atClose = holdingsAtClose(state, now);
  return { ...view, positions, ...suspended, ...stopped, atClose, limits: cashLimits(state, now) };
}

/**
 * Adds what is left of the lots that were acquired since `begin`, the beginning of the trading day. On the day on which
 * the account was opened, shares that were paid in are not among them: they count as held at the close.
 */
function positionsWithToday(
  { lots, createdAt }: Readonly<AccountState>,
  positions: readonly PositionView[],
  begin: number,
): readonly PositionView[] {
  if (lots === null) return positions;
  const isNew = createdAt >= begin;
  return positions.map((position) => {
    const left = lots.get(position.symbol)?.lots ?? [];
    const bought = isNew ? left.filter(({ source }) => source === "acquired") : left;
    const { quantity, cost } = acquiredSince({ lots: bought }, begin);
    return { ...position, today: { qty: quantity, costBasis: cost } };
  });
}

/** What must leave the account before it is closed: orders, positions, cash and transfers; null when there is nothing. */
export function remainderOf(state: Readonly<AccountState>): AccountRemainder | null {
  // Paper money is nobody's.
  const owned = state.type === "paper" ? null : viewAccount(state);
  const { cash, positions } = owned ?? { cash: 0, positions: [] };
  const orders = state.open.size;
  const transfers = state.withdrawals.size + state.postings.size;
  if (orders === 0 && positions.length === 0 && cash === 0 && transfers === 0) return null;
  return { orders, positions: positions.map(({ symbol }) => symbol), cash, transfers };
}
