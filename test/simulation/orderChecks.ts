import { AccountFold } from "../../db/verify/accountFold.ts";
import { lotsText } from "../../domain/portfolio/taxLot.ts";
import type { Facts } from "../../db/verify/balanceFold.ts";
import { balances, CASH } from "../../domain/account/ledger/ledger.ts";
import { legIdOf } from "../../domain/account/entry/newOrder.ts";
import { isClosed, submittedMicros } from "../../domain/account/state/order.ts";
import type { Order } from "../../domain/account/state/order.ts";
import { assert, assertEqual } from "../model/assert.ts";
import { checkFees } from "./feeChecks.ts";
import { checkKillSwitch } from "./killSwitches.ts";
import { closedOf, recordsOf, updatesOf } from "./replay.ts";
import type { ReplayedAccount } from "./replay.ts";

/** All orders of an account by id, from its journal: closed ones in their final state. */
export type Orders = ReadonlyMap<string, Readonly<Order>>;

export function ordersOf(account: ReplayedAccount): Orders {
  return new Map([...closedOf(account), ...account.state.open.values()].map((order) => [order.id, order]));
}

/** Checks the relations between the orders of one account, at any time. */
export function checkOrders(account: ReplayedAccount): void {
  const orders = ordersOf(account);
  assertEqual(orders.size, closedOf(account).length + account.state.open.size, "AC-3: an order ends once");
  const totals = mostTotals(account);
  for (const order of orders.values()) {
    checkReplaces(orders, order);
    checkExits(orders, order, totals);
  }
  checkTimes(orders);
  checkUpdates(account, orders);
  checkFold(account);
  checkFees(account);
  checkKillSwitch(account);
}

/** AC-45: the later of two orders has the later time. */
function checkTimes(orders: Orders): void {
  let last: Readonly<Order> | null = null;
  for (const order of [...orders.values()].sort((a, b) => a.sequence - b.sequence)) {
    const before = last === null ? 0 : submittedMicros(last);
    assert(submittedMicros(order) > before, `AC-45: ${order.id} was submitted after the one before`);
    last = order;
  }
}

/** AC-36 to AC-38: an order is replaced by at most one other, which inherits its fills. */
function checkReplaces(orders: Orders, order: Readonly<Order>): void {
  if (order.status === "replaced") {
    const next = orders.get(order.replacedBy ?? "");
    assert(next !== undefined && next.replaces === order.id, "AC-37: a replaced order goes on as another");
    assert(next.filledQty >= order.filledQty, "AC-37: what was filled counts for the order that goes on");
    assert(order.held === 0, "AC-37: a replaced order holds nothing");
  }
  const old = orders.get(order.replaces ?? "");
  if (!order.replaces) return;
  assert(old !== undefined, "AC-36: what is replaced is an order of the account");
  const goesOn = old.status === "replaced" && old.replacedBy === order.id;
  const waits = order.status === "pending_new" || order.status === "pending_cancel";
  if (order.status === "rejected") return assert(!goesOn && order.filledQty === 0, "AC-38: a rejected order never was");
  assert(goesOn || waits, `AC-37: order ${order.id} is ${order.status} and replaces none`);
  if (!goesOn) assert(isClosed(old.status) || old.replacement?.orderId === order.id, "AC-36: one replace at a time");
}

/** The newest order in a chain of replaces. */
export function latest(orders: Orders, order: Readonly<Order>): Readonly<Order> {
  let last = order;
  for (let next = orders.get(order.replacedBy ?? ""); next !== undefined; next = orders.get(next.replacedBy ?? "")) {
    last = next;
  }
  return last;
}

/** Quantities by order. */
interface Totals {
  /** The largest quantity that each order ever had: linked orders change each other's quantity. */
  readonly most: ReadonlyMap<string, number>;
  /** By how much an order is larger than the one that it has replaced was then. */
  readonly raises: ReadonlyMap<string, number>;
}

function mostTotals(account: ReplayedAccount): Totals {
  const most = new Map<string, number>();
  const last = new Map<string, number>();
  const raises = new Map<string, number>();
  for (const { order } of updatesOf(account)) {
    const { id, qty, replaces } = order;
    if (replaces && !last.has(id)) raises.set(id, Math.max(0, qty - (last.get(replaces) ?? qty)));
    last.set(id, qty);
    most.set(id, Math.max(qty, most.get(id) ?? 0));
  }
  return { most, raises };
}

/** OB-30, checks a parent (or an OCO, which is an exit itself) with its legs. */
function checkExits(orders: Orders, first: Readonly<Order>, totals: Totals): void {
  const { orderClass = "simple" } = first;
  if (orderClass === "simple" || first.replaces || first.parentId) return;
  const legs = (["take_profit", "stop_loss"] as const).flatMap((role) => orders.get(legIdOf(first.id, role)) ?? []);
  assertEqual(legs.length, orderClass === "bracket" ? 2 : 1, `AC-34: the legs of a ${orderClass} come with it`);
  const exits = orderClass === "oco" ? [first, ...legs] : legs;
  const lasts = exits.map((exit) => latest(orders, exit));
  const bought = latest(orders, first).filledQty;
  const leftBare = orderClass !== "oco" && bought > 0 && lasts.some(({ closeReason }) => closeReason === "parent");
  assert(!leftBare, `OB-30: the exits of ${first.id} do not end with it, which has bought ${bought}`);
  const sold = lasts.reduce((sum, { filledQty }) => sum + filledQty, 0);
  const parent = latest(orders, first);
  const profit = orderClass === "oco" ? parent : lasts.find(({ role }) => role === "take_profit");
  const loss = lasts.find(({ role }) => role === "stop_loss");
  if (profit !== undefined && loss !== undefined) checkApart(profit, loss);
  const members = [...orders.values()].filter(({ id }) => [first, ...exits].some((exit) => leadsTo(orders, exit, id)));
  const most = Math.max(...members.map(({ id }) => totals.most.get(id) ?? 0));
  const raised = members.reduce((sum, { id }) => sum + (totals.raises.get(id) ?? 0), 0);
  assert(sold <= most + raised, `OB-30: exits of ${first.id} have sold ${sold}, and were for ${most} at most`);
  if (orderClass === "oco" || sold === 0) return;
  assert(isClosed(parent.status), `OB-30: the exits of ${first.id} wait until it has ended`);
  if (exits.every(({ replacedBy }) => !replacedBy)) {
    assert(sold <= parent.filledQty, `OB-30: exits of ${first.id} sell no more than it has bought`);
  }
}

/** AC-24, AC-43: two pending exits do not cross, also after replaces. */
function checkApart(profit: Readonly<Order>, loss: Readonly<Order>): void {
  if (isClosed(profit.status) || isClosed(loss.status) || loss.triggeredAt) return;
  const ahead = (profit.limitPrice ?? 0) - (loss.stopPrice ?? 0);
  assert((profit.side === "sell" ? ahead : -ahead) > 0, `AC-43: the exits ${profit.id} and ${loss.id} do not cross`);
}

function leadsTo(orders: Orders, from: Readonly<Order>, id: string): boolean {
  for (let order: Readonly<Order> | undefined = from; order !== undefined;) {
    if (order.id === id) return true;
    order = orders.get(order.replacedBy ?? "");
  }
  return false;
}

const LAST_EVENTS: ReadonlySet<string> = new Set(["fill", "canceled", "expired", "rejected", "replaced"]);

/** AC-32, MD-20: the updates of an order start with `pending_new`, add up to its state, and end with one final update. */
function checkUpdates(account: ReplayedAccount, orders: Orders): void {
  const lives = new Map<string, { filled: number; over: boolean }>();
  for (const [nth, { sequence, event, order, qty }] of updatesOf(account).entries()) {
    const { id } = order;
    assertEqual(sequence, nth + 1, "MD-20: updates are numbered from one on");
    const life = lives.get(id) ?? { filled: 0, over: false };
    assertEqual(event === "pending_new", !lives.has(id), `AC-32: ${event} of ${id} in its place`);
    assert(!life.over, `AC-32: nothing follows on the last update of ${id}, not ${event}`);
    lives.set(id, life);
    life.filled += qty ?? 0;
    life.over = LAST_EVENTS.has(event);
    assertEqual(isClosed(order.status), life.over, `AC-32: ${event} of ${id} says what it is: ${order.status}`);
    const refused = event === "order_replace_rejected";
    assert(!refused || order.status !== "pending_replace", `AC-38: order ${id} goes on as without its replace`);
    if (event === "fill" || event === "partial_fill") assert((qty ?? 0) > 0, "AC-32: a fill is of something");
  }
  assertEqual(lives.size, orders.size, "AC-32: every order has its updates");
  for (const [id, { filled, over }] of lives) {
    const order = orders.get(id);
    assert(order !== undefined, `AC-32: updates of an order that there is, not ${id}`);
    assertEqual(over, isClosed(order.status), `AC-32: the last update of ${id} is told`);
    const before = orders.get(order.replaces ?? "");
    const inherited = before?.replacedBy === id ? before.filledQty : 0;
    assertEqual(filled + inherited, order.filledQty, `AC-32: the fills of ${id} that were told are all`);
  }
}

/** AU-20: the audit trail alone rebuilds the account. */
function checkFold(account: ReplayedAccount): void {
  const fold = new AccountFold();
  for (const record of recordsOf(account)) {
    // As read from the table.
    const wrong = fold.apply(JSON.parse(JSON.stringify(record)) as Facts);
    assertEqual(wrong, null, `AU-20: the trail of ${account.address} tells of ${record.action} ${record.resource}`);
  }
  const { ledger, open, lots } = account.state;
  for (const [symbol, position] of lots ?? []) {
    const rule = `PF-13: the trail of ${account.address} gives its tax lots of ${symbol}`;
    assertEqual(fold.lots.textOf(symbol), lotsText(position), rule);
  }
  const { available, held, house } = balances(ledger, CASH);
  const inWords = (facts: readonly (readonly unknown[])[]) =>
    facts
      .map((each) => each.join())
      .sort()
      .join("; ");
  const cash = `AU-20: the trail of ${account.address} gives its cash`;
  assertEqual([fold.cash, fold.held, fold.house].join(), [available, held, house].join(), cash);
  for (const symbol of ledger.keys()) {
    if (symbol === CASH) continue;
    const [told, there] = [fold.holding(symbol), balances(ledger, symbol)];
    const rule = `AU-20: the trail of ${account.address} gives its ${symbol}`;
    assertEqual([told.available, told.held].join(), [there.available, there.held].join(), rule);
  }
  const told = [...fold.open].map(([id, order]) => [id, order.qty, order.filled, order.held]);
  const there = [...open.values()].map((order) => [order.id, order.qty, order.filledQty, order.held]);
  assertEqual(inWords(told), inWords(there), `AU-20: the trail of ${account.address} gives its open orders`);
}
