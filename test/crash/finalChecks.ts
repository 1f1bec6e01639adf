/** The checks after a run, by the public API, by the audit trail in PostgreSQL and by the streams. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { Funds, Trader } from "../rig/traders.ts";
import type { AuditTrail } from "./auditTrail.ts";
import type { Client, Order } from "./client.ts";
import type { Acknowledged, Placed } from "./acknowledged.ts";
import { exact, ownFills, QTY_DECIMALS } from "./lots.ts";
import type { MarketWatcher } from "./marketWatcher.ts";
import { SYMBOLS } from "./traffic.ts";
import type { TradingWatcher } from "./tradingWatcher.ts";

const LOOKUPS_AT_ONCE = 16;
/** Orders looked up individually; the others are checked in lists only. */
const LOOKUPS_MAX = 5_000;
const CATCH_UP_MS = 120_000;
/** Differences shown. */
const SHOWN = 10;

/**
 * Cancels all orders and lists those of every trader. Throws unless each acknowledged order is listed exactly once, each
 * acknowledged replace has replaced its order, and no order is open whose cancel was acknowledged.
 */
export async function cancelAndCollectOrders(
  client: Client,
  traders: readonly Trader[],
  acknowledged: Acknowledged,
): Promise<Map<Trader, Order[]>> {
  const { placed, canceled, refusedReplaces } = acknowledged;
  for (const trader of traders) {
    await eventually(async () => {
      const open = await client.orders(trader, "open");
      return open.filter(({ id, replaces }) => canceled.has(id) || canceled.has(replaces ?? "")).map(({ id }) => id);
    });
  }
  await Promise.all(traders.map((trader) => client.cancelAll(trader)));
  const found = new Map<Trader, Order[]>();
  for (const trader of traders) {
    const orders = await client.orders(trader);
    const mine = placed.filter((each) => each.trader === trader);
    // A book may have refused a replace: the new order is rejected, and the client was told so.
    const isRefused = ({ status, client_order_id: id }: Order) => status === "rejected" && refusedReplaces.has(id);
    const listed = orders.filter((order) => !isRefused(order)).map((order) => `${order.id} ${order.client_order_id}`);
    const wanted = mine.map(({ orderId, clientOrderId }) => `${orderId} ${clientOrderId}`);
    expect(difference(listed, wanted)).toEqual([]);
    expect(wrongReplaces(orders, mine)).toEqual([]);
    found.set(trader, orders);
  }
  const step = Math.max(1, placed.length / LOOKUPS_MAX);
  const queue = Array.from(
    { length: Math.min(placed.length, LOOKUPS_MAX) },
    (_, nth) => placed[Math.floor(nth * step)],
  );
  const lookUp = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      expect(await client.find(next.trader, next.clientOrderId)).toMatchObject({ id: next.orderId });
    }
  };
  await Promise.all(Array.from({ length: LOOKUPS_AT_ONCE }, lookUp));
  return found;
}

/** Acknowledged replaces that have not replaced their order, or not with the price that was asked for. */
function wrongReplaces(orders: readonly Order[], placed: readonly Placed[]): string[] {
  const byId = new Map(orders.map((order) => [order.id, order]));
  return placed
    .filter(({ orderId, replaces, limitPrice }) => {
      if (replaces === null) return false;
      const [order, old] = [byId.get(orderId), byId.get(replaces)];
      const isDone = old?.status === "replaced" && old.replaced_by === orderId;
      const isAsAsked = order?.replaces === replaces && Number(order.limit_price) === Number(limitPrice);
      // An acknowledgement without the book's reply says pending_new, and the book may have refused it.
      return !isAsAsked || !(isDone || order.status === "rejected");
    })
    .map(({ orderId, replaces }) => `${orderId} replaces ${replaces}`);
}

/**
 * Shares over all traders equal the deposits to the last lot, and cash except for what has left the accounts (1/10,000
 * dollar: fees, transfers) and the rounding of this number of orders. Nothing is held and nothing rests.
 */
export async function checkHoldings(
  client: Client,
  traders: readonly Trader[],
  funds: Funds,
  orders: number,
  left = 0,
): Promise<void> {
  const totals = new Map<string, number>();
  const add = (asset: string, amount: string, decimals: number): void =>
    void totals.set(asset, (totals.get(asset) ?? 0) + exact(amount, decimals));
  for (const trader of traders) {
    const { cash, buying_power: buyingPower } = await client.account(trader);
    expect(buyingPower).toBe(cash);
    add("USD", cash, PRICE_DECIMALS);
    for (const { symbol, qty, qty_available: available } of await client.positions(trader)) {
      expect(available).toBe(qty);
      add(symbol, qty, requireInstrument(symbol).qtyDecimals);
    }
  }
  const expected = new Map([["USD", exact(funds.dollars, PRICE_DECIMALS) * traders.length - left]]);
  for (const [symbol, shares] of Object.entries(funds.shares)) {
    expected.set(symbol, exact(shares, requireInstrument(symbol).qtyDecimals) * traders.length);
  }
  const kept = (expected.get("USD") ?? 0) - (totals.get("USD") ?? 0);
  expect(kept).toBeGreaterThanOrEqual(0);
  expect(kept).toBeLessThan(orders);
  expected.set("USD", (expected.get("USD") ?? 0) - kept);
  expect(totals).toEqual(expected);
  const [anybody] = traders;
  if (anybody === undefined) throw new Error("no traders");
  for (const symbol of SYMBOLS) expect(await client.resting(anybody, symbol)).toBe(0);
}

/** Checks that the audit trail becomes complete, with each order and each side of each trade once and without gaps. */
export async function checkAudit(trail: AuditTrail, exchangeUrl: string, orders: readonly Order[]): Promise<void> {
  const count = (isCounted: (order: Order) => boolean): number => orders.filter(isCounted).length;
  const filledLots = ownFills(orders);
  const wanted = {
    accepted: count(({ replaces }) => replaces === null),
    asked: count(({ replaces }) => replaces !== null),
    replaced: count(({ status }) => status === "replaced"),
    rejected: count(({ status }) => status === "rejected"),
    canceled: count(({ status }) => status === "canceled"),
    filled: formatDecimal(
      [...filledLots.values()].reduce((sum, lots) => sum + lots, 0),
      QTY_DECIMALS,
    ),
  };
  await eventually(async () => {
    const [found] = await trail.rows(`select
      count(*) filter (where action = 'order.accepted')::int as accepted,
      count(*) filter (where action = 'order.replace_requested')::int as asked,
      count(*) filter (where action = 'order.replaced')::int as replaced,
      count(*) filter (where action = 'order.replace_rejected')::int as rejected,
      count(*) filter (where action = 'order.canceled')::int as canceled,
      (select trim_scale(coalesce(sum(qty), 0))::text from fills) as filled from audit_events`);
    return difference([JSON.stringify(found)], [JSON.stringify(wanted)]);
  });
  expect(await trail.violations()).toEqual([]);
  expect(await trail.unverified(exchangeUrl)).toEqual([]);
  const entered = await trail.rows(
    `select body->>'order_id' as order_id from audit_events where action in ('order.accepted', 'order.replace_requested')`,
  );
  expect(
    difference(
      entered.map((row) => String(row["order_id"])),
      orders.map(({ id }) => id),
    ),
  ).toEqual([]);
  const filled = await trail.rows(
    `select order_id::text, trim_scale(sum(qty))::text as qty from fills group by order_id`,
  );
  expect(
    difference(
      filled.map((row) => `${row["order_id"]} ${row["qty"]}`),
      [...filledLots].filter(([, lots]) => lots > 0).map(([id, lots]) => `${id} ${formatDecimal(lots, QTY_DECIMALS)}`),
    ),
  ).toEqual([]);
}

/** Checks that every trader's stream sent each update once, in order, and the final state of every order. */
export async function checkUpdates(
  watchers: ReadonlyMap<Trader, TradingWatcher>,
  orders: ReadonlyMap<Trader, readonly Order[]>,
): Promise<void> {
  for (const [trader, watcher] of watchers) {
    expect(watcher.stream.violations).toEqual([]);
    await eventually(() => Promise.resolve(watcher.differences(orders.get(trader) ?? []).slice(0, SHOWN)));
    expect(watcher.stream.violations).toEqual([]);
  }
}

/** Checks that every symbol's stream sent each trade once, in order, with the price and size of the audit trail. */
export async function checkMarketData(watchers: readonly MarketWatcher[], trail: AuditTrail): Promise<void> {
  for (const { symbol, stream, trades } of watchers) {
    expect(stream.violations).toEqual([]);
    const rows = await trail.rows(
      `select trade_id::int as id, price::text, qty::text from fills where symbol = $1 and liquidity = 'taker' order by 1`,
      [symbol],
    );
    const audited = rows.map((row) => `${row["id"]} ${Number(row["price"])} ${Number(row["qty"])}`);
    await eventually(() => {
      const told = trades.map(({ price, size }, index) => `${index + 1} ${price} ${size}`);
      return Promise.resolve(difference(told, audited));
    });
    expect(stream.violations).toEqual([]);
  }
}

/** The first elements that one list has and the other has not, with their multiplicity. */
function difference(found: readonly string[], wanted: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const item of wanted) counts.set(item, (counts.get(item) ?? 0) - 1);
  for (const item of found) counts.set(item, (counts.get(item) ?? 0) + 1);
  const differing = [...counts].filter(([, count]) => count !== 0).slice(0, SHOWN);
  return differing.map(([item, count]) => `${count > 0 ? "not wanted" : "missing"}: ${item}`);
}

/**
 * Waits until there is no difference. Throws those that have not changed for CATCH_UP_MS. Waits as long as a look takes,
 * because a look at millions of rows slows the writer of others.
 */
async function eventually(differences: () => Promise<string[]>): Promise<void> {
  let [before, changed] = ["", Date.now()];
  for (;;) {
    const started = Date.now();
    const found = await differences();
    const now = Date.now();
    if (found.join() !== before) [before, changed] = [found.join(), now];
    if (found.length === 0 || now - changed > CATCH_UP_MS) return expect(found).toEqual([]);
    await sleep(Math.max(100, now - started));
  }
}
