/** A login of the EU through the whole exchange: the same for its person, elsewhere for its data. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { regionOfAccount } from "../../protocol/ids/residency.ts";
import { startExchange } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";

let exchange: Exchange;
beforeAll(async () => {
  exchange = await startExchange();
});
afterAll(async () => {
  await exchange.close();
});

test("PV-20, PV-22: a login of the EU signs in by its e-mail, trades, and is audited and verified in its own shards", async () => {
  const ada = await exchange.trader(10_000, { AAPL: 10 }, { region: "eu" });
  const bob = await exchange.trader(10_000, { AAPL: 10 });
  expect([ada, bob].map(({ accountId }) => regionOfAccount(accountId))).toEqual(["eu", "world"]);
  expect(ada.keyId).toMatch(/^PK8/);
  const me = await exchange.call(null, "GET", "/v1/me", undefined, { Authorization: `Bearer ${ada.token}` });
  expect(me.body).toMatchObject({ user: { id: ada.accountId, region: "eu" } });

  const order = { symbol: "AAPL", type: "limit", time_in_force: "gtc", qty: 1, limit_price: 200 };
  const rests = await exchange.call(bob, "POST", "/v2/orders", { ...order, side: "sell" });
  expect(rests).toMatchObject({ status: 200, body: { status: "new" } });
  const takes = await exchange.call(ada, "POST", "/v2/orders", { ...order, side: "buy" });
  expect(takes).toMatchObject({ status: 200, body: { status: "filled" } });

  const admin = await exchange.admin();
  const rows = await vi.waitFor(
    async () => {
      const found = await exchange.rows("SELECT DISTINCT shard FROM audit_events WHERE account_id = $1", [
        ada.accountId,
      ]);
      expect(found).toHaveLength(1);
      return found;
    },
    { timeout: 20_000, interval: 200 },
  );
  const shard = Number(rows[0]?.["shard"]);
  expect(shard).toBeGreaterThanOrEqual(1_000);
  const others = await exchange.rows(
    "SELECT count(*)::int AS n FROM audit_events WHERE shard >= 1000 AND account_id <> $1",
    [ada.accountId],
  );
  expect(others).toEqual([{ n: 0 }]);

  const { body: verified } = await exchange.call(admin, "GET", "/v1/audit/verify");
  expect(verified.ok).toBe(true);
  const mine = verified.shards.find((page: { shard: number }) => page.shard === shard);
  expect(mine.events).toBeGreaterThan(0);
  const { body: journals } = await exchange.call(admin, "GET", "/v1/audit/journals");
  expect(journals.journals.map((journal: { shard: number }) => journal.shard)).toContain(shard);
  const checkpoints = await exchange.call(null, "GET", `/v1/audit/checkpoints?shard=${shard}`);
  expect(checkpoints.status).toBe(200);
  const unknown = await exchange.call(null, "GET", "/v1/audit/checkpoints?shard=999");
  expect(unknown).toMatchObject({
    status: 422,
    body: { detail: expect.stringMatching(/0 to 15, or 1000 to 1003$/) as string },
  });
  const actor = await exchange.call(admin, "GET", `/v1/admin/actors/audit/${shard}`);
  expect(actor).toMatchObject({ status: 200, body: { address: `audit/${shard}` } });
});

test("PV-21: an e-mail with a login in the EU gets no second login, and a wrong password gets the same error in every region", async () => {
  const ada = await exchange.trader(0, {}, { region: "eu" });
  const { token } = await exchange.admin();
  const by = { Authorization: `Bearer ${token}` };
  const again = { email: ada.email };
  for (const region of ["world", "eu"]) {
    const reply = await exchange.call(null, "POST", "/v1/admin/users", { ...again, region }, by);
    expect(reply.status).toBe(409);
  }
  const found = await exchange.call(null, "GET", `/v1/admin/users?email=${ada.email}`, undefined, by);
  expect(found).toMatchObject({ status: 200, body: { users: [{ user_id: ada.accountId, region: "eu" }] } });
  for (const email of [ada.email, "nobody1@example.com", "nobody2@example.com"]) {
    const reply = await exchange.call(null, "POST", "/v1/auth/login", { email, password: "not the right password" });
    expect(reply).toMatchObject({ status: 401, body: { detail: "email or password is wrong" } });
  }
});
