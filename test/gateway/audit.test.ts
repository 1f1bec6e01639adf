import { expect, test } from "vitest";
import { account, asAdminGet, auditShard, send, trade } from "./fakes.ts";
import { ORDER, VIEW } from "./samples.ts";

test("AU-6: anybody may read the newest checkpoints of every shard, and the keys that verify them", async () => {
  expect(await send("GET", "/v1/audit/checkpoints")).toMatchObject({
    status: 200,
    body: {
      checkpoints: [0, 1, 2].map((shard) => ({ shard, seq: 100 + shard, jws: "a.b.c" })),
      keys: [{ kid: "k1" }],
    },
  });
  expect(await send("GET", "/v1/audit/checkpoints?shard=2&limit=7")).toMatchObject({
    status: 200,
    body: { checkpoints: [{ shard: 2, seq: 702, jws: "a.b.c" }], keys: [{ kid: "k1" }] },
  });
});

test.each(["shard=3", "shard=-1", "shard=x", "shard=999999", "limit=0", "limit=101", "limit=1.5"])(
  "AU-6, WS-9: a shard that does not exist is not asked: %s",
  async (query) => {
    const { status, body } = await send("GET", `/v1/audit/checkpoints?${query}`);
    expect([status, (body as { code: number }).code]).toEqual([422, expect.any(Number)]);
    expect(auditShard.checkpoints).not.toHaveBeenCalled();
  },
);

test("AU-6: an unreachable shard is 503 with Retry-After", async () => {
  auditShard.status.mockRejectedValueOnce(new Error("overloaded"));
  expect(await send("GET", "/v1/audit/checkpoints")).toMatchObject({ status: 503 });
});

test("AU-24: an administrator verifies the chains page by page, each from the `next` of the page before", async () => {
  const first = await asAdminGet("/v1/audit/verify?limit=100");
  expect(first).toMatchObject({ status: 200, body: { ok: false, next: "1.100" } });
  expect((first.body as { shards: unknown[] }).shards[2]).toEqual({
    shard: 2,
    from: 1,
    through: 100,
    events: 100,
    head: { seq: 9, hash: "cc" },
    ok: false,
    first_difference: { seq: 7, event_id: null, kind: "missing", detail: "gone" },
  });
  const next = await asAdminGet("/v1/audit/verify?limit=7&next=1.100,0.3");
  expect(next).toMatchObject({ body: { ok: true, next: "1.107", shards: [{ from: 101 }, { shard: 0, through: 10 }] } });
});

test("AU-24: an administrator reads the positions of the shards, and an account with the number of its last event", async () => {
  const place = { drained: { seq: 1, hash: "aa" }, taken: { seq: 2, hash: "bb" }, broken_at: null, checked_through: 2 };
  const { body } = await asAdminGet("/v1/audit/journals");
  expect(body).toEqual({ journals: [0, 1, 2].map((shard) => ({ shard, ...place })) });
  expect(await asAdminGet(`/v1/audit/accounts/${VIEW.accountId}`)).toMatchObject({
    status: 200,
    body: {
      account_id: VIEW.accountId,
      events: 12,
      cash: "1000",
      cash_held: "0",
      positions: [{ symbol: "BTC/USD", qty: "1", qty_held: "0", cost_basis: "200" }],
      open_orders: [{ order_id: ORDER.id, qty: "1", filled_qty: "0", limit_price: "268", held: "268" }],
    },
  });
  account.audited.mockResolvedValueOnce(null);
  expect(await asAdminGet(`/v1/audit/accounts/${VIEW.accountId}`)).toMatchObject({ status: 404 });
  expect(await asAdminGet("/v1/audit/accounts/nobody")).toMatchObject({ status: 404 });
});

test.each(["next=1", "next=9.1", "next=0.1;1.2", "limit=0", "limit=5001"])(
  "AU-24, WS-9: a query that no answer gave is refused: %s",
  async (query) => {
    expect(await asAdminGet(`/v1/audit/verify?${query}`)).toMatchObject({ status: 422 });
    expect(auditShard.verify).not.toHaveBeenCalled();
  },
);

test("AU-24: the auditors' endpoints are closed to others", async () => {
  for (const path of ["verify", "journals", "events", `accounts/${VIEW.accountId}`]) {
    expect((await send("GET", `/v1/audit/${path}`)).status).toBe(401);
    expect((await trade("GET", `/v1/audit/${path}`)).status).toBe(403);
  }
});

const AT = Date.parse("2026-11-30T12:00:00Z");
/** An event of an account, as a shard finds it. */
const found = (seq: number, at = AT) => {
  const ids = [`00000000-0000-4000-8000-00000000000${seq}`, at, VIEW.accountId, VIEW.accountId];
  const line = [
    2,
    seq,
    ...ids,
    "order.filled",
    `order/${ORDER.id}`,
    "ok",
    "",
    "",
    "r",
    '{"qty":"1"}',
    "",
    '{"cash":"5"}',
  ];
  return { line: [...line, 2, "", "system", ""].join("\u001f"), hash: "ff" };
};

test("AU-27: auditors find events by account, a page at a time, newest first", async () => {
  auditShard.search.mockResolvedValueOnce([found(3), found(2)]);
  const page = await asAdminGet(`/v1/audit/events?account_id=${VIEW.accountId}&action=order.&limit=1`);
  expect(page).toMatchObject({
    status: 200,
    body: {
      events: [
        {
          shard: 2,
          seq: 3,
          action: "order.filled",
          actor: { user_id: null },
          body: { qty: "1" },
          after: { cash: "5" },
        },
      ],
      next: `${AT}.2.3`,
    },
  });
  expect(auditShard.search.mock.calls[0]?.at(-1)).toMatchObject({ action: "order.", since: null, limit: 2 });
  await asAdminGet(`/v1/audit/events?account_id=${VIEW.accountId}&next=${AT}.2.3`);
  expect(auditShard.search.mock.calls[1]?.at(-1)).toMatchObject({ after: { at: AT, shard: 2, seq: 3 }, limit: 51 });
});

test("AU-27: the events of an order are found by the time in its id, then by its account", async () => {
  const id = "019aa0b2-0000-7000-8000-000000000001";
  expect(await asAdminGet(`/v1/audit/events?order_id=${id}`)).toMatchObject({ body: { events: [], next: null } });
  const at = Number.parseInt("019aa0b20000", 16);
  expect(auditShard.search.mock.calls[0]?.at(-1)).toMatchObject({ orderId: id, since: at - 3_600_000, limit: 1 });
  auditShard.search.mockResolvedValueOnce([found(1)]).mockResolvedValueOnce([found(2), found(1)]);
  const { body } = await asAdminGet(`/v1/audit/events?order_id=${id}`);
  expect((body as { events: unknown[] }).events).toHaveLength(2);
  expect(auditShard.search.mock.calls.at(-1)?.at(-1)).toMatchObject({ accountId: VIEW.accountId, orderId: id });
});

test("AU-27: a search is bounded in time, and one that takes too long is refused", async () => {
  const long = "since=2026-01-01&until=2026-11-30";
  expect(await asAdminGet(`/v1/audit/events?${long}`)).toMatchObject({ status: 422 });
  expect(auditShard.search).not.toHaveBeenCalled();
  auditShard.search.mockResolvedValueOnce(null);
  expect(await asAdminGet("/v1/audit/events")).toMatchObject({ status: 422 });
});
