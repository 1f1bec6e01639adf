/** The record of activities inside workerd: real storage, restarts, and 100,000 rows through the gateway. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { FillActivity } from "../../domain/account/activities/activity.ts";
import { ActivityLog } from "../../durable-objects/account/activityLog.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { ActivityFilter, StoredActivity } from "../../protocol/rpc/activities.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import { gatewayHarness } from "./gatewayHarness.ts";

const ORIGIN = { requestId: "test", ip: "", userAgent: "" };
const ALL: ActivityFilter = {
  types: null,
  afterMicros: null,
  untilMicros: null,
  direction: "asc",
  limit: 1_000,
  pageToken: null,
};
const ROWS = 100_000;
const START = Date.parse("2026-01-02T15:00:00Z");

const fill: FillActivity = {
  type: "FILL",
  at: START,
  tradedAt: START,
  orderId: "5a8f2d0e-1b2c-4d3e-8f90-0123456789ab",
  symbol: "AAPL",
  side: "buy",
  price: 2_680_000,
  qty: 1_000_000,
  cumQty: 1_000_000,
  leavesQty: 0,
  status: "filled",
  cash: 2_680_000,
  tradeId: 1,
  liquidity: "taker",
  fees: [],
  lots: [],
  disposalId: null,
  washSales: [],
};

/** Writes 100,000 activities into the account's tables: fills, and every 640th a deposit. Then wakes it anew. */
async function fillRecord(accountId: string): Promise<void> {
  const stub = env.ACCOUNT.getByName(accountId);
  await runInDurableObject(stub, (_, { storage }) => {
    const log = new ActivityLog(storage.sql);
    for (let nth = 0; nth < ROWS; nth++) {
      const at = START + nth;
      const cash = { type: "CSD", at, cash: nth, symbol: null, qty: 0, cost: 0 } as const;
      if (nth % 640 === 0) log.add({ ...cash, reference: String(nth), description: "", lots: [] });
      else log.add({ ...fill, at, tradedAt: at, tradeId: nth });
      if (nth % 6_400 === 0) log.write();
    }
    log.write();
  });
  await evictDurableObject(stub);
}

test("AC-83: activities are there at once, and after a restart with the same ids", async () => {
  const accountId = crypto.randomUUID();
  const account = accountObject(env, accountId);
  const who = { userId: accountId, accountId, roles: ["trader"] } as const;
  const page = async (): Promise<readonly StoredActivity[]> => {
    const read = await account.activities(ALL);
    return "unknown" in read ? [] : read.activities;
  };
  expect(await page()).toEqual([]);
  await account.open(accountId, ORIGIN);
  await account.deposit(who, { reference: "cash", symbol: null, amount: "10" }, ORIGIN);
  await account.deposit(who, { reference: "shares", symbol: "AAPL", amount: "2" }, ORIGIN);
  const before = await page();
  expect(before).toMatchObject([
    { type: "CSD", cash: 100_000 },
    { type: "JNLS", symbol: "AAPL", qty: 2_000_000 },
  ]);
  await evictDurableObject(env.ACCOUNT.getByName(accountId));
  expect(await page()).toEqual(before);
});

test("AC-86: 100,000 activities are streamed, and again from the middle; a filter by type finds what it should", async () => {
  const { request, enrol } = await gatewayHarness();
  const user = await enrol("exporter");
  await fillRecord(user.accountId);
  const headers = { Authorization: `Bearer ${user.token}` };
  const read = async (query: string): Promise<string[]> => {
    const response = await request(`/v1/account/activities/export?${query}`, { headers });
    expect(response.status).toBe(200);
    return (await response.text()).trimEnd().split("\r\n");
  };
  const [header, ...lines] = await read("format=csv");
  expect(header?.startsWith("id,activity_type,")).toBe(true);
  expect(lines).toHaveLength(ROWS);
  const ids = lines.map((line) => line.slice(0, line.indexOf(",")));
  expect(new Set(ids).size).toBe(ROWS);
  expect(ids).toEqual([...ids].sort());
  expect(await read(`page_token=${ids[60_000]}`)).toEqual(lines.slice(60_001));

  const cash = await user.ask("GET", "/v2/account/activities/CSD?page_size=100");
  const found = cash.body as unknown as { readonly id: string; readonly net_amount: string }[];
  const expected = ids.filter((_, nth) => nth % 640 === 0).reverse();
  expect(found.map(({ id }) => id)).toEqual(expected.slice(0, 100));
  const rest = await user.ask("GET", `/v2/account/activities/CSD?page_token=${found.at(-1)?.id}`);
  expect((rest.body as unknown as { id: string }[]).map(({ id }) => id)).toEqual(expected.slice(100));
  const after = new Date(START + 50_000).toISOString();
  const until = new Date(START + 50_003).toISOString();
  const between = await user.ask("GET", `/v2/account/activities?after=${after}&until=${until}&direction=asc`);
  expect((between.body as unknown as { id: string }[]).map(({ id }) => id)).toEqual(ids.slice(50_001, 50_003));
});

test("AC-88, AC-89: statements and the tax report of an account, as CSV and as PDF", async () => {
  const { request, enrol } = await gatewayHarness();
  const user = await enrol("statements");
  const account = accountObject(env, user.accountId);
  const who: Principal = { userId: user.accountId, accountId: user.accountId, roles: ["trader"] };
  await account.deposit(who, { reference: "cash", symbol: null, amount: "1000" }, ORIGIN);
  await account.deposit(who, { reference: "shares", symbol: "AAPL", amount: "2" }, ORIGIN);
  const headers = { Authorization: `Bearer ${user.token}` };
  const { body } = await user.ask("GET", "/v1/account/statements");
  const [{ month, csv, pdf }] = body["statements"] as [{ month: string; csv: string; pdf: string }];
  const text = await (await request(csv, { headers })).text();
  expect(text).toContain(",CSD,,,,,1000,,,,Deposit cash");
  expect(text).toMatch(/closing,[\d-]+,,position,AAPL,,2,/);
  for (const path of [pdf, `/v1/account/tax/${month.slice(0, 4)}.pdf`]) {
    const response = await request(path, { headers });
    expect([response.status, response.headers.get("Content-Type")]).toEqual([200, "application/pdf"]);
    expect((await response.text()).startsWith("%PDF-")).toBe(true);
  }
});
