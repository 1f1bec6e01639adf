import { DAY, HOUR } from "../../domain/market/newYork.ts";
import { viewSettlement } from "../../durable-objects/account/settlementView.ts";
import type { SettlementView } from "../../protocol/rpc/accountSettlement.ts";
import { parseDecimal } from "../../domain/decimal.ts";
import { isClosed } from "../../domain/account/state/order.ts";
import { balances, CASH } from "../../domain/account/ledger/ledger.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { duePhases } from "../../domain/market/duePhases.ts";
import { phaseAt } from "../../domain/market/schedule.ts";
import type { BookState } from "../../domain/matching/bookState.ts";
import { loadBook, saveBook } from "../../domain/matching/bookSnapshot.ts";
import { liveOrders, nextDue, resting } from "../../domain/matching/views.ts";
import { viewAccount } from "../../durable-objects/account/queries.ts";
import { liveViews, marketView } from "../../durable-objects/orderbook/views.ts";
import type { AccountView } from "../../protocol/rpc/account.ts";
import type { OrderView } from "../../protocol/rpc/orderViews.ts";
import type { LiveOrder, MarketView } from "../../protocol/rpc/orderBook.ts";
import { assert, assertEqual } from "../model/assert.ts";
import { checkAllDelivered, checkConserved, checkSnapshot } from "./checks.ts";
import { checkAdminActions } from "./adminActions.ts";
import { latest, ordersOf } from "./orderChecks.ts";
import {
  readSnapshot,
  recordsOf,
  updatesOf,
  type ExchangeSnapshot,
  type ReplayedAccount,
  type ReplayedBook,
} from "./replay.ts";
import { plainOrder, regress } from "./seenOrders.ts";
import type { Trader } from "./trader.ts";
import type { ApprovalView } from "../../protocol/rpc/approvals.ts";
import { checkSweptInTime } from "./houseChecks.ts";
import { checkMarketData } from "./marketDataClient.ts";
import { checkPaperQuiescent } from "./paperChecks.ts";
import { checkBoard } from "./boardChecks.ts";
import { checkTapes } from "./tapeChecks.ts";
import { checkTransfersDelivered, expiresSoon, listedTransfers, postedTransfers } from "./transferChecks.ts";
import type { World } from "./world.ts";

/** Longest delay of due work. */
const PUNCTUAL_MS = 4_000;

/** Length of a limit state before the trading pause. */
const LIMIT_STATE_MS = 15_000;

/** All messages that follow from it are delivered by then. */
const ARRIVAL_MS = 12_000;

/** Checks that all messages are delivered and that all actors agree. */
export async function checkQuiescent(world: World, traders: readonly Trader[]): Promise<ExchangeSnapshot> {
  let snapshot = checkSnapshot(world);
  for (let soon = dueSoon(world, snapshot); soon !== null; soon = dueSoon(world, snapshot)) {
    await world.time.runFor(soon + ARRIVAL_MS);
    snapshot = checkSnapshot(world);
  }
  await checkPaperQuiescent(world);
  snapshot = checkSnapshot(world);
  checkAllDelivered(world, snapshot);
  checkTransfersDelivered(world, snapshot);
  await checkListedTransfers(world, snapshot);
  for (const trader of traders) {
    const account = snapshot.accounts.get(`account/${trader.accountId}`);
    assert(account !== undefined, "AK-1: an account that was opened is there");
    world.accountClients.get(trader.accountId)?.check(updatesOf(account), true);
    checkRequests(trader, account);
    checkDeposits(trader, account, postedTransfers(snapshot, trader.accountId));
    await checkAnswers(world, account);
  }
  for (const book of snapshot.books.values()) {
    checkMarketData(world, book, true);
    checkTapes(world, book, true);
    checkBoard(world, book);
    checkUncrosses(world, book);
    await checkBookAnswers(world, book);
  }
  checkAdminActions(world, snapshot);
  checkConserved(snapshot, world.time.now);
  return snapshot;
}

/** In how many milliseconds a book or a transfers actor does something of itself, if that is before everybody can have answered. */
function dueSoon(world: World, snapshot: ExchangeSnapshot): number | null {
  const { time, objects } = world;
  for (const { address, state } of snapshot.books.values()) {
    const now = time.now + (objects.get(address)?.clock.skew ?? 0);
    const { calendar, until } = state.status;
    for (const due of [endsNext(state), phaseAt(calendar, now).until, until]) {
      if (due !== null && due > now - PUNCTUAL_MS && due < now + PUNCTUAL_MS) return due - now;
    }
  }
  return expiresSoon(world, snapshot);
}

/** The next expiry after a restart: before it a market may still count canceled orders. */
function endsNext(state: BookState): number | null {
  return nextDue(loadBook(structuredClone(saveBook(state))));
}

/** Checks that due work is done without any request. */
export function checkDueWork(world: World): void {
  const snapshot = readSnapshot(world.objects.values());
  for (const book of snapshot.books.values()) checkBookDueWork(world, book, snapshot);
  checkSweptInTime(world, snapshot, PUNCTUAL_MS);
}

/** MD-34: a book has done its due work by its own clock, which does not run backwards. */
function checkBookDueWork(
  { time, objects }: World,
  { address, state, history }: ReplayedBook,
  { accounts }: ExchangeSnapshot,
): void {
  const now = Math.max(time.now + (objects.get(address)?.clock.skew ?? 0), history.at(-1)?.at ?? 0);
  const { calendar, limitState } = state.status;
  const late = [now, now - PUNCTUAL_MS].every((at) => duePhases(calendar, state.status, at).length > 0);
  assert(!late, `MD-34: ${address} has the phase of its calendar, not ${JSON.stringify(state.status)}`);
  const isOver = (end: number | null) => end !== null && end < now - PUNCTUAL_MS;
  assert(!isOver(endsNext(state)), `MD-34: ${address} has nothing to end that is over`);
  assert(!isOver(limitState && limitState.since + LIMIT_STATE_MS), `MK-13: ${address} is paused`);
  for (const account of accounts.values()) {
    for (const { id, symbol, expiresAt } of account.state.open.values()) {
      if (symbol === state.symbol) assert(!isOver(expiresAt), `OB-7: order ${id} has ended at its time`);
    }
  }
}

/** The auction that starts each session. */
const BEGINS_WITH = { regular: "opening", post: "closing", closed: null, pre: null, overnight: null } as const;

/** MK-9: a book has one opening and one closing auction a trading day, unless its clock was set back. */
function checkUncrosses({ totals }: World, { address, history }: ReplayedBook): void {
  if (totals.clockJumps > 0) return;
  const known = new Set<string>();
  for (const step of history) {
    if (!("local" in step) || step.local.kind !== "phase") continue;
    const { uncross, session } = step.local;
    // A call period of an earlier day may end with an uncross in any session.
    if (uncross !== BEGINS_WITH[session]) continue;
    const name = `${uncross} of ${phaseAt("us_equities", step.at).tradingDate}`;
    assert(!known.has(name), `MK-9: ${address} has a second ${name}`);
    known.add(name);
  }
}

/** The running book agrees with its replayed journal. */
async function checkBookAnswers(world: World, { address, state }: ReplayedBook): Promise<void> {
  const { bids, asks } = await ask<{ bids: object[]; asks: object[] }>(world, address, "resting");
  const kept = [...resting(state, "buy"), ...resting(state, "sell")];
  const views = kept.map(({ ref, price, qty }) => ({ ref, price, qty }));
  assertEqual(JSON.stringify([...bids, ...asks]), JSON.stringify(views), "AK-1: a book is what its journal says");
  // Left out: the indicative price and the start of an unscheduled phase depend on the book's clock.
  const since = state.status.since > 0 ? {} : { since: 0 };
  const inWords = ({ indicative: _indicative, ...view }: MarketView) =>
    JSON.stringify({ ...view, status: { ...view.status, ...since } });
  const view = await ask<MarketView>(world, address, "status");
  assertEqual(inWords(view), inWords(marketView(state, world.time.now)), "AK-1: so is how its market stands");
  const ids = [...liveOrders(state)].map(({ orderId }) => orderId);
  const live = await ask<LiveOrder[]>(world, address, "live", ids);
  assertEqual(JSON.stringify(live), JSON.stringify(liveViews(state, ids)), "AK-1: so is what waits in it");
}

/** Every order that a client has seen exists in that or a later state, and every order was requested. */
function checkRequests(trader: Trader, account: ReplayedAccount): void {
  const orders = ordersOf(account);
  const byClientId = new Map([...orders.values()].map((order) => [order.clientOrderId, order]));
  assertEqual(byClientId.size, orders.size, "AC-3: every client order id has one order, and it one outcome");
  for (const [clientOrderId, seen] of trader.seen) {
    const order = byClientId.get(clientOrderId);
    assert(order !== undefined, `AK-1: order ${clientOrderId} was acknowledged`);
    const broken = regress(seen, order);
    assertEqual(broken, null, `AC-3: order ${clientOrderId} has the outcome that was shown`);
  }
  for (const clientOrderId of trader.refused) {
    const status = byClientId.get(clientOrderId)?.status;
    assertEqual(status, "rejected", `AC-36: the replace ${clientOrderId} was acknowledged, and then refused`);
  }
  for (const id of trader.canceled) {
    const order = orders.get(id);
    const last = order && latest(orders, order).status;
    assert(
      last !== undefined && isClosed(last),
      `AC-39: order ${id} was cancelled, and goes on as one that is ${last}`,
    );
  }
  const filled = new Map<string, bigint>();
  for (const { action, resource, body } of recordsOf(account)) {
    if (action !== "order.filled") continue;
    const { qtyDecimals } = requireInstrument(String(body["symbol"]));
    const lots = BigInt(parseDecimal(String(body["qty"]), qtyDecimals));
    filled.set(resource, (filled.get(resource) ?? 0n) + lots);
  }
  for (const order of orders.values()) {
    assert(trader.mayHave(order), `AC-3, AC-13: no order that cannot be: ${JSON.stringify(order)}`);
    assert(!order.status.startsWith("pending_"), `AK-3: the book has answered about every order, not ${order.status}`);
    assertEqual(order.status === "filled", order.filledQty === order.qty, "OB-4: an order is filled when it is filled");
    const before = orders.get(order.replaces ?? "");
    const inherited = before?.replacedBy === order.id ? before.filledQty : 0;
    const onRecord = (filled.get(`order/${order.id}`) ?? 0n) + BigInt(inherited);
    assertEqual(onRecord, BigInt(order.filledQty), "AU-1: the fills on record are the order's");
  }
}

/** `posted`: by asset, what transfers have brought, less what they took. */
function checkDeposits(trader: Trader, { state }: ReplayedAccount, posted: ReadonlyMap<string, number>): void {
  const expected = new Map(posted);
  for (const { symbol, amount } of trader.deposits.values()) {
    const asset = symbol ?? CASH;
    expected.set(
      asset,
      (expected.get(asset) ?? 0) +
        Number(parseDecimal(amount, symbol === null ? 4 : requireInstrument(symbol).qtyDecimals)),
    );
  }
  for (const [asset, amount] of expected) {
    assertEqual(balances(state.ledger, asset).outside, -amount, `AC-10: ${asset} was deposited once per reference`);
  }
}

/** The living transfers actor lists what its journal says. */
async function checkListedTransfers(world: World, snapshot: ExchangeSnapshot): Promise<void> {
  if (snapshot.transfers.size === 0) return;
  const listed = await ask<ApprovalView[]>(world, "transfers/world", "transfers", null, 9_999);
  const told = listed.map(({ id, state }) => `${id} ${state}`).sort();
  assertEqual(told.join(), listedTransfers(snapshot).join(), "AK-1: administrators see what the journal says");
}

/** The running account agrees with its replayed journal. */
async function checkAnswers(world: World, account: ReplayedAccount): Promise<void> {
  const { address, state } = account;
  const summary: Partial<AccountView> = (await ask<AccountView | null>(world, address, "summary")) ?? {};
  const { atClose: _, limits: __, blocked = false, ...view } = summary;
  assertEqual(blocked, state.risk.controls.killedByOwner, `RK-6: the kill switch of ${address}`);
  // What was acquired today depends on the clock.
  const positions = view.positions?.map(({ today: _today, ...position }) => position);
  const said = JSON.stringify(positions === undefined ? view : { ...view, positions });
  assertEqual(said, JSON.stringify(viewAccount(state)), "AK-1: an account is what its journal says");
  const settled = await ask<SettlementView>(world, address, "settlement");
  // Noon in New York of the same trading day.
  const expectedCash = viewSettlement(state, settled.day * DAY + 17 * HOUR);
  assertEqual(JSON.stringify(settled), JSON.stringify(expectedCash), "PF-65: settled cash is what the journal says");
  const nothing = { after: null, until: null, symbols: null, side: null, beforeOrderId: null, afterOrderId: null };
  const views = await ask<OrderView[]>(world, address, "orders", {
    status: "all",
    limit: 9_999,
    direction: "asc",
    ...nothing,
  });
  const orders = views.map(plainOrder);
  const expected = [...ordersOf(account).values()].sort((a, b) => a.sequence - b.sequence);
  assertEqual(JSON.stringify(orders), JSON.stringify(expected), "AK-1: an account's orders are what its journal says");
  const { triggerTime } = await ask<{ triggerTime: number | null }>(world, address, "cancelAfter");
  assertEqual(triggerTime, state.timers.cancelAfter?.at ?? null, "AC-14: the dead-man's switch survives restarts");
  const { peers } = await ask<{ peers: { peer: string; sent: number; acknowledged: number }[] }>(
    world,
    address,
    "inspect",
  );
  for (const { peer, sent, acknowledged } of peers) {
    assertEqual(sent, account.sent.get(peer)?.length ?? 0, `AK-1: ${address} counts what it sent to ${peer}`);
    assertEqual(acknowledged, sent, `AK-3: all messages of ${address} to ${peer} are acknowledged`);
  }
}

/** Calls an object without faults. */
async function ask<T>(world: World, address: string, method: string, ...args: unknown[]): Promise<T> {
  let answer: { readonly value: unknown } | null = null;
  let error: unknown = null;
  world.call(null, address, method, args).then(
    (value) => (answer = { value }),
    (reason: unknown) => (error = reason),
  );
  await world.time.runUntil(() => answer !== null || error !== null, 5_000);
  if (answer === null) throw new Error(`broken: AK-3: ${address} answers when nothing goes wrong: ${String(error)}`);
  return (answer as { readonly value: T }).value;
}

/** Checks an account long after all deadlines. */
export function checkAfterDayEnd(world: World, trader: Trader, snapshot: ExchangeSnapshot): void {
  const state = snapshot.accounts.get(`account/${trader.accountId}`)?.state;
  const { now } = world.time;
  for (const order of state?.open.values() ?? []) {
    assertEqual(order.timeInForce, "gtc", "OB-7: only gtc orders outlive the day");
    // A late request may have set or stopped the switch again.
    const deadline = world.totals.late === 0 ? (trader.cancelAfter ?? 0) : 0;
    assert(order.submittedAt >= deadline, `AC-14: order ${order.clientOrderId} was to be cancelled at ${deadline}`);
  }
  assert((state?.timers.cancelAfter?.at ?? now) >= now, "AC-14: a dead-man's switch that was due has fired");
  for (const { at } of state?.timers.leases.values() ?? []) assert(at >= now, "AC-14: a lease that was over has fired");
}
