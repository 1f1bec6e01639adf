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
  for (const path of ["verify", "journals", `accounts/${VIEW.accountId}`]) {
    expect((await send("GET", `/v1/audit/${path}`)).status).toBe(401);
    expect((await trade("GET", `/v1/audit/${path}`)).status).toBe(403);
  }
});
