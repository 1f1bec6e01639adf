/** Shared accounts, users and approvals by the gateway and real objects. */
import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { directoryObject } from "../../durable-objects/actor/namespaces.ts";
import { directoryShardOf } from "../../protocol/rpc/directory.ts";
import { gatewayHarness, type TestUser, type Reply } from "./gatewayHarness.ts";

beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(() => void vi.useRealTimers());

/** Lets what was remembered of checks go out of date. */
const fiveSecondsLater = (): void => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5_001 });

const ENTRIES = (reply: Reply) => reply.body["accounts"] as readonly Readonly<Record<string, unknown>>[];
const listed = async (person: TestUser) => ENTRIES(await person.ask("GET", "/v1/accounts"));

test("ID-75, ID-78: the receiver reads the owner's account, makes keys that read, and loses both with the grant", async () => {
  const gateway = await gatewayHarness();
  const admin = await gateway.enrol("admin");
  const [ada, bob] = [await gateway.enrol("ada", admin), await gateway.enrol("bob", admin)];
  const onAda = { "X-Account-ID": ada.accountId };
  const accountsOf = async (who: TestUser) => (await who.ask("GET", "/v1/me")).body["accounts"];
  expect(await accountsOf(bob)).toEqual([{ id: bob.accountId }]);
  expect((await bob.ask("GET", "/v2/account", undefined, onAda)).status).toBe(403);
  const given = await ada.ask("POST", `/v1/accounts/${ada.accountId}/grants`, { email: bob.email });
  expect(given.status).toBe(202);
  await vi.waitFor(async () => expect(await listed(bob)).toHaveLength(2), 5_000);
  expect(await accountsOf(bob)).toEqual([{ id: bob.accountId }, { id: ada.accountId }]);
  expect((await listed(bob))[1]).toMatchObject({ account_id: ada.accountId, access: "read", owner_email: ada.email });
  expect(await bob.ask("GET", "/v2/account", undefined, onAda)).toMatchObject({
    status: 200,
    body: { id: ada.accountId },
  });
  expect((await bob.ask("DELETE", "/v2/orders", undefined, onAda)).status).toBe(403);
  const asked = { account_id: ada.accountId };
  expect((await bob.ask("POST", "/v1/keys", asked)).status, "a key that trades").toBe(403);
  const made = await bob.ask("POST", "/v1/keys", { ...asked, scopes: ["read"] });
  expect(made).toMatchObject({ status: 201, body: { account_id: ada.accountId, scopes: ["read"] } });
  const key = { "APCA-API-KEY-ID": String(made.body["key_id"]), "APCA-API-SECRET-KEY": String(made.body["secret"]) };
  expect(await gateway.send("GET", "/v2/account", key)).toMatchObject({ status: 200, body: { id: ada.accountId } });
  expect((await gateway.send("DELETE", "/v2/orders", key)).status).toBe(403);

  expect((await ada.ask("DELETE", `/v1/accounts/${ada.accountId}/grants/${String(given.body["id"])}`)).status).toBe(
    204,
  );
  await vi.waitFor(async () => expect(await listed(bob)).toHaveLength(1), 5_000);
  fiveSecondsLater();
  expect((await gateway.send("GET", "/v2/account", key)).status).toBe(401);
  expect((await bob.ask("GET", "/v2/account", undefined, onAda)).status).toBe(403);
  expect((await bob.ask("GET", "/v1/keys")).body).toEqual({ keys: [] });
});

test("ID-71: a key that was revoked, has run out or comes from elsewhere is refused like one that never was", async () => {
  const gateway = await gatewayHarness();
  const ada = await gateway.enrol("ada", await gateway.enrol("admin"));
  const made = async (asked: object) => {
    const { body } = await ada.ask("POST", "/v1/keys", asked);
    return { id: String(body["key_id"]), secret: String(body["secret"]) };
  };
  const use = ({ id, secret }: { id: string; secret: string }, ip = "192.0.2.1") =>
    gateway.send("GET", "/v2/account", { Authorization: `Basic ${btoa(`${id}:${secret}`)}`, "CF-Connecting-IP": ip });
  const [plain, tied] = [await made({}), await made({ allowed_ips: ["192.0.2.0/24"] })];
  const short = await made({ expires_at: new Date(Date.now() + 300).toISOString() });
  for (const key of [plain, tied]) expect((await use(key)).status).toBe(200);
  const refused = [await use(tied, "198.51.100.1"), await use({ ...plain, secret: `${plain.secret}x` })];
  refused.push(await use({ ...plain, id: `${plain.id.slice(0, -1)}${plain.id.endsWith("A") ? "B" : "A"}` }));
  expect((await ada.ask("DELETE", `/v1/keys/${plain.id}`)).status).toBe(204);
  // From a new address each time: what is right is remembered.
  let last = 0;
  await vi.waitFor(async () => expect((await use(short, `203.0.113.${++last}`)).status).toBe(401), 5_000);
  fiveSecondsLater();
  refused.push(await use(plain), await use(short));
  for (const [at, reply] of refused.entries())
    expect({ status: reply.status, body: reply.body }, `refusal ${at}`).toEqual({
      status: 401,
      body: { code: 40110000, message: "request is not authorized", reason: "unauthorized" },
    });
});

test("ID-77, ID-79: administrators find a user, change what it may do, and close it", async () => {
  const gateway = await gatewayHarness();
  const admin = await gateway.enrol("admin");
  const ada = await gateway.enrol("ada", admin);
  const path = `/v1/admin/users/${ada.accountId}`;
  await vi.waitFor(async () => expect((await admin.ask("GET", path)).status).toBe(200), 5_000);
  expect((await admin.ask("GET", path)).body).toMatchObject({
    email: ada.email,
    roles: ["trader"],
    sessions: 1,
    keys: 0,
  });
  expect((await admin.ask("GET", `/v1/admin/users?email=${ada.email}`)).body["users"]).toHaveLength(1);
  const rows = await runInDurableObject(env.DIRECTORY.getByName(String(directoryShardOf(ada.accountId))), (_, state) =>
    JSON.stringify(state.storage.sql.exec("SELECT * FROM user").toArray()),
  );
  expect(rows).toContain(ada.accountId);
  expect(rows).not.toContain("@");

  expect((await admin.ask("PATCH", path, { roles: ["viewer"] })).status).toBe(200);
  fiveSecondsLater();
  expect((await ada.ask("DELETE", "/v2/orders")).status).toBe(403);
  expect((await ada.ask("GET", "/v2/account")).status).toBe(200);
  expect((await admin.ask("PATCH", path, { disabled: true })).status).toBe(200);
  fiveSecondsLater();
  expect((await ada.ask("GET", "/v2/account")).status).toBe(401);
  await vi.waitFor(async () => {
    const entry = await directoryObject(env, directoryShardOf(ada.accountId)).find(ada.accountId);
    expect(entry?.disabledAt).not.toBeNull();
  }, 5_000);
  expect((await admin.ask("PATCH", `/v1/admin/users/${admin.accountId}`, { disabled: true })).status).toBe(403);
  const acts = (await admin.ask("GET", "/v1/admin/acts")).body["acts"] as {
    what: string;
    facts: { user?: string };
    by: string;
  }[];
  const mine = acts.filter(({ facts }) => facts.user === ada.accountId);
  expect(mine.map(({ what }) => what)).toEqual(["user.changed", "user.changed", "user.invited"]);
  expect(mine.every(({ by }) => by === admin.accountId)).toBe(true);
});

test("PF-47, ID-79: a fee plan charges the orders that follow, and the admin log and the audit trail name who set it", async () => {
  const gateway = await gatewayHarness();
  const admin = await gateway.enrol("admin");
  const ada = await gateway.enrol("ada", admin);
  const path = `/v1/admin/accounts/${ada.accountId}/fee-plan`;
  await vi.waitFor(async () => {
    expect((await admin.ask("GET", `/v1/admin/users/${ada.accountId}`)).status).toBe(200);
  }, 5_000);
  expect((await admin.ask("GET", path)).body).toEqual({ account_id: ada.accountId, fee_plan: null, volume_30d: "0" });
  const set = await admin.ask("PUT", path, { fee_plan: "per_share" });
  expect(set).toMatchObject({ status: 200, body: { fee_plan: "per_share" } });
  expect((await ada.ask("PUT", path, { fee_plan: "zero" })).status).toBe(403);
  const deposits = `/v1/admin/accounts/${ada.accountId}/deposits`;
  await admin.ask("POST", deposits, { reference: "wire", amount: "1000" });
  const order = { symbol: "AAPL", side: "buy", type: "limit", qty: "5", limit_price: "100", time_in_force: "gtc" };
  expect((await ada.ask("POST", "/v2/orders", order)).status).toBe(200);
  // The order and the least fee of an order, a dollar.
  expect((await ada.ask("GET", "/v2/account")).body["cash"]).toBe("499");
  const acts = (await admin.ask("GET", "/v1/admin/acts")).body["acts"] as { what: string; by: string }[];
  expect(acts.find(({ what }) => what === "user.fee_plan_set")).toMatchObject({ by: admin.accountId });
});

test("ID-80: a deposit waits for the second administrator, and administrators who approve at once book it once", async () => {
  const gateway = await gatewayHarness({ FOUR_EYES: "on" });
  const ann = await gateway.enrol("ann");
  const ben = await gateway.secured(await gateway.enrol("ben"));
  const cat = await gateway.secured(await gateway.enrol("cat"));
  const ada = await gateway.enrol("ada", ann, ["trader"], ben);
  const cash = async () => (await ada.ask("GET", "/v2/account")).body["cash"];
  const deposits = `/v1/admin/accounts/${ada.accountId}/deposits`;
  const asked = await ann.ask("POST", deposits, { reference: "wire", amount: "100" }, { "Idempotency-Key": "k" });
  expect(asked).toMatchObject({ status: 202, body: { state: "pending", asked_by: ann.accountId } });
  const approve = `/v1/admin/approvals/${String(asked.body["approval_id"])}/approve`;
  expect((await ann.ask("POST", approve)).status).toBe(403);
  expect((await ada.ask("POST", approve)).status).toBe(403);
  expect(await cash()).toBe("0");
  // Its object sleeps in between, as it will.
  await evictDurableObject(env.APPROVALS.getByName("approvals"));
  const decided = await Promise.all([ben.ask("POST", approve), cat.ask("POST", approve)]);
  expect(decided.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 409]));
  expect(await cash()).toBe("100");
  const again = await ann.ask("POST", deposits, { reference: "wire", amount: "100" }, { "Idempotency-Key": "k" });
  expect(again.body).toMatchObject({ approval_id: asked.body["approval_id"], state: "booked" });
  expect(await cash()).toBe("100");
});

test("RK-7, RK-14: one administrator blocks at once, two lift the block and set the limits of a plan", async () => {
  const gateway = await gatewayHarness({ FOUR_EYES: "on" });
  const ann = await gateway.enrol("ann");
  const ben = await gateway.secured(await gateway.enrol("ben"));
  const ada = await gateway.enrol("ada", ann, ["trader"], ben);
  const risk = `/v1/admin/accounts/${ada.accountId}/risk`;
  const order = { symbol: "AAPL", side: "sell", type: "limit", qty: "1", limit_price: "300", time_in_force: "gtc" };
  const refused = async () => (await ada.ask("POST", "/v2/orders", order)).body["reason"];
  const blocked = await ann.ask("PATCH", risk, { blocked: true, blocked_symbols: ["MSFT"] });
  expect(blocked).toMatchObject({ status: 200, body: { blocked: true, blocked_symbols: ["MSFT"] } });
  expect(await refused()).toBe("account_blocked");
  const lift = await ann.ask("PATCH", risk, { blocked: false, blocked_symbols: ["NVDA"] });
  expect(lift).toMatchObject({
    status: 202,
    body: { kind: "user_controls", state: "pending", user: { unblock: true, unblock_symbols: ["MSFT"] } },
  });
  expect(await refused()).toBe("account_blocked");
  // What is blocked while the approval waits stays blocked.
  expect((await ben.ask("PATCH", risk, { blocked_symbols: ["MSFT", "NVDA", "AMZN"] })).status).toBe(200);
  const approve = (id: unknown) => `/v1/admin/approvals/${String(id)}/approve`;
  expect((await ann.ask("POST", approve(lift.body["approval_id"]))).status).toBe(403);
  expect((await ben.ask("POST", approve(lift.body["approval_id"]))).status).toBe(200);
  expect((await ann.ask("GET", risk)).body).toMatchObject({ blocked: false, blocked_symbols: ["NVDA", "AMZN"] });
  expect(await refused()).toBe("insufficient_qty");

  const path = "/v1/admin/plans/standard/limits";
  const asked = await ann.ask("PUT", path, { max_order_qty: "3" });
  expect(asked).toMatchObject({ status: 202, body: { kind: "plan_limits", user: { plan: "standard" } } });
  const versions = async () => {
    const { plans } = (await ann.ask("GET", "/v1/admin/plans")).body as { plans: { plan: string; version: number }[] };
    return plans.find(({ plan }) => plan === "standard")?.version;
  };
  const before = await versions();
  expect((await ben.ask("POST", approve(asked.body["approval_id"]))).body).toMatchObject({ state: "booked" });
  expect(await versions()).toBe((before ?? 0) + 1);
  const many = { ...order, qty: "4" };
  const preview = async () => JSON.stringify((await ada.ask("POST", "/v1/orders/preview", many)).body["refusals"]);
  // A preview knows the limits of the plan before an order has taken them over, and no longer than they are in force.
  await vi.waitFor(async () => expect(await preview()).toMatch(/"reason":"order_limit".*"set_by":"plan"/), 10_000);
  await vi.waitFor(async () => {
    expect((await ada.ask("POST", "/v2/orders", many)).body).toMatchObject({ reason: "order_limit", set_by: "plan" });
  }, 10_000);
  const back = await ann.ask("PUT", path, {});
  expect((await ben.ask("POST", approve(back.body["approval_id"]))).body).toMatchObject({ state: "booked" });
  await vi.waitFor(async () => expect(await preview()).not.toContain("order_limit"), 10_000);
});
