/** What must be true afterwards, by the public API and by the audit trail in PostgreSQL. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { expect } from "vitest";
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { Funds, Trader } from "../rig/traders.ts";
import type { Client, Order } from "./client.ts";
import { SYMBOLS } from "./traffic.ts";
import type { Placed } from "./traffic.ts";

const LOOKUPS_AT_ONCE = 16;
const AUDIT_MS = 60_000;

/** Cancels everything and lists every order of every trader. Throws unless each acknowledged one is there exactly once. */
export async function settleOrders(client: Client, traders: readonly Trader[], placed: readonly Placed[]) {
  await Promise.all(traders.map((trader) => client.cancelAll(trader)));
  const orders = (await Promise.all(traders.map((trader) => client.orders(trader)))).flat();
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  const listed = orders.map((order) => ({ id: order.id, clientOrderId: order.client_order_id })).sort(byId);
  expect(listed).toEqual(placed.map(({ orderId, clientOrderId }) => ({ id: orderId, clientOrderId })).sort(byId));
  const queue = [...placed];
  const lookUp = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      expect(await client.find(next.trader, next.clientOrderId)).toMatchObject({ id: next.orderId });
    }
  };
  await Promise.all(Array.from({ length: LOOKUPS_AT_ONCE }, lookUp));
  return orders;
}

/** Cash and shares over all traders are what was deposited, to the last unit; nothing is held, nothing rests. */
export async function checkHoldings(client: Client, traders: readonly Trader[], funds: Funds): Promise<void> {
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
  const expected = new Map([["USD", exact(funds.dollars, PRICE_DECIMALS) * traders.length]]);
  for (const [symbol, shares] of Object.entries(funds.shares)) {
    expected.set(symbol, exact(shares, requireInstrument(symbol).qtyDecimals) * traders.length);
  }
  expect(totals).toEqual(expected);
  const [anybody] = traders;
  if (anybody === undefined) throw new Error("no traders");
  for (const symbol of SYMBOLS) expect(await client.resting(anybody, symbol)).toBe(0);
}

/** The audit trail becomes complete, and then has each order and each side of each trade exactly once, without gaps. */
export async function checkAudit(databaseUrl: string, orders: readonly Order[]): Promise<void> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const rows: Rows = async (text) => (await database.query<Record<string, string | number>>(text)).rows;
    await untilComplete(rows, orders);
    expect(await rows(GAPS)).toEqual([]);
    expect(await rows(REPEATED_EVENTS)).toEqual([]);
    expect(await rows(LOPSIDED_TRADES)).toEqual([]);
    const accepted = await rows("select order_id::text from orders_accepted order by order_id::text");
    expect(accepted.map((row) => row["order_id"])).toEqual(orders.map(({ id }) => id).sort());
    const filled = await rows("select order_id::text, sum(qty)::text as qty from fills group by order_id");
    const byOrder = new Map(filled.map((row) => [row["order_id"], row["qty"]]));
    for (const order of orders) {
      const { qtyDecimals } = requireInstrument(order.symbol);
      const audited = exact(String(byOrder.get(order.id) ?? "0"), qtyDecimals);
      expect([order.id, formatDecimal(audited, qtyDecimals)]).toEqual([order.id, order.filled_qty]);
    }
  } finally {
    await database.end();
  }
}

type Rows = (text: string) => Promise<Record<string, string | number>[]>;

/** A shard numbers its rows 1, 2, 3, … */
const GAPS = `select shard, count(*), min(seq), max(seq) from audit_events group by shard
  having min(seq) <> 1 or max(seq) <> count(*)`;
const REPEATED_EVENTS = "select event_id from audit_events group by event_id having count(*) > 1";
/** A trade is two fills: one of each side and each role, of one price and quantity, in two orders. */
const LOPSIDED_TRADES = `select symbol, trade_id from fills group by symbol, trade_id
  having count(*) <> 2 or count(distinct side) <> 2 or count(distinct liquidity) <> 2 or count(distinct order_id) <> 2
    or count(distinct (price, qty, notional)) <> 1`;

/** Complete: as many accepted orders, cancels and filled shares as the accounts themselves report. */
async function untilComplete(rows: Rows, orders: readonly Order[]): Promise<void> {
  const closed = orders.filter(({ status }) => status === "canceled").length;
  const lots = orders.reduce((sum, { filled_qty: qty }) => sum + exact(qty, 6), 0);
  const wanted = { accepted: orders.length, canceled: closed, filled: formatDecimal(lots, 6) };
  const deadline = Date.now() + AUDIT_MS;
  for (;;) {
    const [found] = await rows(`select
      (select count(*)::int from audit_events where action = 'order.accepted') as accepted,
      (select count(*)::int from audit_events where action = 'order.canceled') as canceled,
      (select trim_scale(coalesce(sum(qty), 0))::text from fills) as filled`);
    if (Date.now() > deadline || JSON.stringify(found) === JSON.stringify(wanted)) return expect(found).toEqual(wanted);
    await sleep(50);
  }
}

function exact(text: string, decimals: number): number {
  const value = parseDecimal(text, decimals);
  if (typeof value !== "number") throw new Error(`not exact: ${text}`);
  return value;
}
