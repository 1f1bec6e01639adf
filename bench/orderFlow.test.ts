import { expect, test } from "vitest";
import { formatDecimal, PRICE_DECIMALS } from "../domain/decimal.ts";
import { requireInstrument } from "../domain/market/listing.ts";
import { OrderFlow } from "./orderFlow.ts";

const SHAPE = { accounts: 4, symbols: ["AAPL", "AMD", "F"] };

interface Sent {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly qty: string;
  readonly limit_price: string;
  readonly client_order_id: string;
}

/** Takes requests of a flow whose far orders are acknowledged at once. */
function take(flow: OrderFlow, count: number) {
  const orders: Sent[] = [];
  const cancels: string[] = [];
  for (let i = 0; i < count; i++) {
    const request = flow.next();
    if (request.kind === "cancel") {
      cancels.push(request.orderId);
      continue;
    }
    const order = JSON.parse(request.body) as Sent;
    orders.push(order);
    if (request.far) flow.rests(request.account, order.client_order_id);
  }
  return { orders, cancels };
}

test("every order that can trade meets one of the other side at the same price", () => {
  const { orders } = take(new OrderFlow(SHAPE, "f", 1), SHAPE.symbols.length * 100);
  for (const symbol of SHAPE.symbols) {
    const { referencePrice } = requireInstrument(symbol);
    for (const away of [-100, 100]) {
      const price = formatDecimal(referencePrice + away, PRICE_DECIMALS);
      const at = orders.filter((order) => order.symbol === symbol && order.limit_price === price);
      const bought = at.filter(({ side }) => side === "buy").length;
      expect(bought).toBeGreaterThan(0);
      expect(at.length - bought).toBe(bought);
    }
  }
});

test("what rests far from the market is cancelled again, so that the book does not grow", () => {
  const { orders, cancels } = take(new OrderFlow(SHAPE, "f", 1), 30_000);
  const far = orders.filter(({ symbol, limit_price }) => {
    return Number(limit_price) * 10_000 < 0.95 * requireInstrument(symbol).referencePrice;
  }).length;
  expect(cancels.length).toBeGreaterThan(2_000);
  expect(far - cancels.length).toBeLessThan(SHAPE.accounts * 60);
  expect(new Set(cancels).size).toBe(cancels.length);
});

test("AC-42: no account is on both sides of a symbol", () => {
  const flow = new OrderFlow(SHAPE, "f", 1);
  const sides = new Map<string, string>();
  for (let i = 0; i < 3_000; i++) {
    const request = flow.next();
    if (request.kind === "cancel") continue;
    const { symbol, side } = JSON.parse(request.body) as Sent;
    const key = `${request.account} ${symbol}`;
    expect(sides.get(key) ?? side).toBe(side);
    sides.set(key, side);
  }
});

test("client order ids never repeat, and a seed gives the same flow again", () => {
  const first = take(new OrderFlow(SHAPE, "f", 7), 1_000);
  expect(new Set(first.orders.map((order) => order.client_order_id)).size).toBe(first.orders.length);
  expect(take(new OrderFlow(SHAPE, "f", 7), 1_000)).toEqual(first);
});

test("batches have the requests of the flow, each those of one account, in its order", () => {
  const flow = new OrderFlow(SHAPE, "f", 3);
  const single = new OrderFlow(SHAPE, "f", 3);
  const sent: string[] = [];
  for (let batch = 0; batch < 20; batch++) {
    const { account, commands, body } = flow.nextBatch(7);
    expect(commands).toHaveLength(7);
    expect(commands.every((command) => command.account === account)).toBe(true);
    const listed = (JSON.parse(body) as { commands: (Sent & { action: string })[] }).commands;
    expect(listed.map(({ action }) => action)).toEqual(Array(7).fill("place"));
    sent.push(...listed.map(({ client_order_id: id }) => id));
  }
  // What is not sent yet waits for its batch: less than a batch of each account.
  const all = Array.from({ length: sent.length + SHAPE.accounts * 7 }, () => single.next());
  const ids = all.map((request) =>
    request.kind === "order" ? (JSON.parse(request.body) as Sent).client_order_id : "",
  );
  expect(ids).toEqual(expect.arrayContaining(sent));
  expect(new Set(sent).size).toBe(sent.length);
});

test("a batch cancels orders that rest", () => {
  const flow = new OrderFlow(SHAPE, "f", 4);
  for (let account = 0; account < SHAPE.accounts; account++) flow.rests(account, `far-${account}`);
  const batches = Array.from({ length: 40 }, () => flow.nextBatch(5));
  const cancels = batches.flatMap(({ commands }) => commands.filter(({ kind }) => kind === "cancel"));
  expect(cancels.length).toBeGreaterThan(0);
  const texts = batches.map(({ body }) => body).join("");
  for (const cancel of cancels) {
    if (cancel.kind === "cancel") expect(texts).toContain(`{"action":"cancel","order_id":"${cancel.orderId}"}`);
  }
});
