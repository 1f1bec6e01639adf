/** Tax lots of an account inside workerd: trades, a restart, the lot method, and what the API shows. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test, vi } from "vitest";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { WireRealized, WireTaxLots } from "../../protocol/wire/taxLots.ts";
import { gatewayHarness } from "./gatewayHarness.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };
const SYMBOL = "KO";

beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});

async function submit(who: Principal, side: "buy" | "sell", qty: string, limitPrice: string): Promise<void> {
  const none = { notional: null, stopPrice: null, orderClass: "", extendedHours: false, clientOrderId: null };
  const ticket: OrderTicket = { symbol: SYMBOL, side, type: "limit", timeInForce: "gtc", qty, limitPrice, ...none };
  const outcome = await accountObject(env, who.accountId).submitOrder(who, ticket, ORIGIN);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
}

test("PF-10, PF-14: lots follow trades and the lot method, also over a restart, and realised gains name them", async () => {
  const gateway = await gatewayHarness();
  const user = await gateway.enrol("lots");
  const trader: Principal = { userId: user.accountId, accountId: user.accountId, roles: ["trader"] };
  const makerId = crypto.randomUUID();
  const maker: Principal = { userId: makerId, accountId: makerId, roles: ["trader"] };
  await accountObject(env, makerId).open(makerId, ORIGIN);
  for (const [who, symbol] of [
    [trader, null],
    [maker, null],
    [maker, SYMBOL],
  ] as const) {
    const deposit = { reference: String(symbol), symbol, amount: "100000" };
    expect(await accountObject(env, who.accountId).deposit(who, deposit, ORIGIN)).toMatchObject({ ok: true });
  }
  const lots = async () => {
    const { status, body } = await user.ask("GET", `/v1/portfolio/lots?symbol=${SYMBOL}`);
    expect(status).toBe(200);
    return body as unknown as WireTaxLots;
  };
  const short = ({ lots: all }: WireTaxLots) => all.map(({ lot_id: id, qty, cost_basis: cost }) => [id, qty, cost]);
  const trade = async (side: "buy" | "sell", qty: string, price: string, after: string) => {
    await submit(maker, side === "buy" ? "sell" : "buy", qty, price);
    await submit(trader, side, qty, price);
    await vi.waitFor(async () => expect((await lots()).qty).toBe(after));
  };
  expect(short(await lots())).toEqual([]);
  await trade("buy", "2", "60", "2");
  await trade("buy", "3", "61", "5");
  await trade("sell", "1", "62", "4");
  await evictDurableObject(env.ACCOUNT.getByName(user.accountId));
  expect(short(await lots())).toEqual([
    [1, "1", "60"],
    [2, "3", "183"],
  ]);
  expect(await user.ask("PATCH", "/v1/account/settings", { lot_method: "lifo" })).toMatchObject({ status: 200 });
  await trade("sell", "1", "62", "3");
  const left = await lots();
  expect(left).toMatchObject({ symbol: SYMBOL, qty: "3", cost_basis: "182", next_page_token: null });
  expect(short(left)).toEqual([
    [1, "1", "60"],
    [2, "2", "122"],
  ]);
  const { body } = await user.ask("GET", `/v1/portfolio/realized?symbol=${SYMBOL}`);
  expect((body as unknown as WireRealized).items).toMatchObject([
    {
      type: "disposal",
      disposal_id: 1,
      lot_id: 1,
      qty: "1",
      cost_basis: "60",
      proceeds: "62",
      gain: "2",
      term: "short",
    },
    { type: "disposal", disposal_id: 2, lot_id: 2, qty: "1", cost_basis: "61", proceeds: "62", gain: "1" },
  ]);
  const [{ avg_entry_price: average, cost_basis: basis } = {}] = (await user.ask("GET", "/v2/positions"))
    .body as unknown as Record<string, string>[];
  expect([Number(average).toFixed(4), basis]).toEqual(["60.6667", "182"]);
});

test("PF-16: named lots are reserved, survive a restart, and are sold in their sequence by single orders, batches and closings", async () => {
  const gateway = await gatewayHarness();
  const user = await gateway.enrol("named-lots");
  const trader: Principal = { userId: user.accountId, accountId: user.accountId, roles: ["trader"] };
  const makerId = crypto.randomUUID();
  const maker: Principal = { userId: makerId, accountId: makerId, roles: ["trader"] };
  await accountObject(env, makerId).open(makerId, ORIGIN);
  await accountObject(env, makerId).deposit(maker, { reference: "cash", symbol: null, amount: "100000" }, ORIGIN);
  // Lots 1, 2 and 3 of 5, 3 and 2 shares.
  for (const amount of ["5", "3", "2"]) {
    const deposit = { reference: amount, symbol: SYMBOL, amount };
    expect(await accountObject(env, trader.accountId).deposit(trader, deposit, ORIGIN)).toMatchObject({ ok: true });
  }
  const free = async () => {
    const { body } = await user.ask("GET", `/v1/portfolio/lots?symbol=${SYMBOL}`);
    return (body as unknown as WireTaxLots).lots.map(({ lot_id: id, qty, qty_available: left }) => [id, qty, left]);
  };
  const sale = (qty: string, lots: readonly (readonly [number, string])[], price = "62") => ({
    symbol: SYMBOL,
    side: "sell",
    type: "limit",
    time_in_force: "gtc",
    qty,
    limit_price: price,
    ...(lots.length === 0 ? {} : { tax_lots: lots.map(([lot, each]) => ({ lot_id: lot, qty: each })) }),
  });
  const chosen = [
    [2, "2"],
    [1, "1"],
  ] as const;
  const preview = await user.ask("POST", "/v1/orders/preview", sale("4", chosen));
  expect(preview.body).toMatchObject({ refusals: [{ rule: "tax_lots", error: { reason: "tax_lots_quantity" } }] });
  const placed = await user.ask("POST", "/v2/orders", sale("3", chosen));
  const named = [
    { lot_id: 2, qty: "2" },
    { lot_id: 1, qty: "1" },
  ];
  expect(placed).toMatchObject({ status: 200, body: { tax_lots: named } });
  expect(await user.ask("POST", "/v2/orders", sale("2", [[2, "2"]], "63"))).toMatchObject({
    status: 403,
    body: { reason: "tax_lot_insufficient", lot_id: 2, requested: "2", available: "1", reserved: "2" },
  });
  await evictDurableObject(env.ACCOUNT.getByName(user.accountId));
  expect(await free()).toEqual([
    [1, "5", "4"],
    [2, "3", "1"],
    [3, "2", "2"],
  ]);
  expect((await user.ask("GET", `/v2/orders/${String(placed.body["id"])}`)).body).toMatchObject({ tax_lots: named });
  // The book fills the sale in two parts.
  await submit(maker, "buy", "1", "62");
  await submit(maker, "buy", "2", "62");
  await vi.waitFor(async () =>
    expect(await free()).toEqual([
      [1, "4", "4"],
      [2, "1", "1"],
      [3, "2", "2"],
    ]),
  );
  const batch = await user.ask("POST", "/v1/orders/batch", {
    commands: [
      { action: "place", ...sale("2", [[3, "2"]], "64") },
      { action: "place", ...sale("1", [[3, "1"]], "64") },
      { action: "place", ...sale("4", [[1, "4"]], "64") },
    ],
  });
  const results =
    (batch.body as unknown as { results?: { status: number; body: { reason?: string } }[] }).results ??
    (batch.body as unknown as { status: number; body: { reason?: string } }[]);
  expect(results.map(({ status, body }) => [status, body.reason])).toEqual([
    [200, undefined],
    [403, "tax_lot_insufficient"],
    [200, undefined],
  ]);
  expect((await free()).map(([, , left]) => left)).toEqual(["0", "1", "0"]);
  expect((await user.ask("DELETE", "/v2/orders")).status).toBe(207);
  await vi.waitFor(async () => expect((await free()).map(([, , left]) => left)).toEqual(["4", "1", "2"]));
  await submit(maker, "buy", "3", "61.5");
  expect(await user.ask("DELETE", `/v2/positions/${SYMBOL}?tax_lots=3:2,1:1`)).toMatchObject({
    status: 200,
    body: {
      qty: "3",
      tax_lots: [
        { lot_id: 3, qty: "2" },
        { lot_id: 1, qty: "1" },
      ],
    },
  });
  await vi.waitFor(async () =>
    expect(await free()).toEqual([
      [1, "3", "3"],
      [2, "1", "1"],
    ]),
  );
  const { body } = await user.ask("GET", `/v1/portfolio/realized?symbol=${SYMBOL}`);
  expect((body as unknown as WireRealized).items.map((item) => [item.lot_id, item.qty])).toEqual([
    [2, "1"],
    [2, "1"],
    [1, "1"],
    [3, "2"],
    [1, "1"],
  ]);
}, 30_000);
