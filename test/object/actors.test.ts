/** Who acted, as the audit trail has it: a session, a key, an app, an administrator, nobody. */
import { env as coreEnv } from "cloudflare:workers";
import { expect, test } from "vitest";
import {
  accountObject,
  auditShardCounts,
  auditShardObject,
  transfersObject,
} from "../../durable-objects/actor/namespaces.ts";
import { AUDIT_FIELDS, FIELD_SEPARATOR } from "../../protocol/audit/line.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import { auditShardOf } from "../../protocol/ids/residency.ts";
import { gatewayHarness, type TestUser } from "./gatewayHarness.ts";
import { transferIdOf } from "./waitingTransfers.ts";

const env = coreEnv;
const ORIGIN = { requestId: "r", ip: "192.0.2.1", userAgent: "test" };
const ORDER = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "gtc", qty: "1", limit_price: "200" };

interface Event {
  readonly action: string;
  readonly resource: string;
  readonly user_id: string;
  readonly who: readonly [kind: string, userId: string, credentialId: string];
}

/** Every event of an account, in order. */
async function trail(accountId: string): Promise<Event[]> {
  await accountObject(env, accountId).auditSettled();
  const shard = auditShardObject(env, auditShardOf(accountId, auditShardCounts(env)));
  return (await shard.waitingEvents(accountId, 200)).map(({ line }) => {
    const fields = line.split(FIELD_SEPARATOR);
    const field = (name: (typeof AUDIT_FIELDS)[number]): string => fields[AUDIT_FIELDS.indexOf(name)] ?? "absent";
    const who = [field("credential_kind"), field("actor_id"), field("credential_id")] as const;
    return { action: field("action"), resource: field("resource"), user_id: field("user_id"), who };
  });
}

const whoOf = (events: readonly Event[], action: string) =>
  events.filter((event) => event.action === action).map(({ who }) => who);

/** The id of the session that a person has signed in with. */
async function sessionOf({ token }: TestUser): Promise<string> {
  const claims = JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"))) as {
    sid: string;
  };
  return claims.sid;
}

async function customer() {
  const gateway = await gatewayHarness();
  const ann = await gateway.enrol("ann");
  const ada = await gateway.enrol("ada", ann);
  const cash = { reference: crypto.randomUUID(), amount: "5000" };
  expect((await ann.ask("POST", `/v1/admin/accounts/${ada.accountId}/deposits`, cash)).status).toBe(200);
  return { gateway, ann, ada };
}

test("AU-25: an order's event names the session, the key or the app that placed it, and the administrator who paid in", async () => {
  const { gateway, ann, ada } = await customer();
  const key = (await ada.ask("POST", "/v1/keys")).body as { key_id: string; secret: string };
  const headers = { "APCA-API-KEY-ID": key.key_id, "APCA-API-SECRET-KEY": key.secret };
  const bySession = await ada.ask("POST", "/v2/orders", ORDER);
  const byKey = await gateway.send("POST", "/v2/orders", headers, ORDER);
  expect([bySession.status, byKey.status]).toEqual([200, 200]);
  const account = accountObject(env, ada.accountId);
  const login = { userId: ada.accountId, accountId: ada.accountId, roles: ["trader"] } as const;
  const app: Principal = { ...login, credential: { kind: "app", id: "client/session" } };
  const ticket = {
    symbol: "AAPL",
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    orderClass: "",
    extendedHours: false,
    qty: "1",
    notional: null,
    limitPrice: "200",
    stopPrice: null,
    clientOrderId: null,
  };
  // An origin that says otherwise is not believed.
  const forged = { ...ORIGIN, actor: { userId: "x", credentialKind: "system", credentialId: "" } } as const;
  expect(await account.submitOrder(app, ticket, forged)).toMatchObject({ ok: true });
  const late = await gateway.send("DELETE", `/v2/orders/${String(bySession.body["id"])}`, headers);
  expect(late.status).toBe(204);

  const events = await trail(ada.accountId);
  const session = await sessionOf(ada);
  expect(whoOf(events, "order.accepted")).toEqual([
    ["session", ada.accountId, session],
    ["api_key", ada.accountId, key.key_id],
    ["app", ada.accountId, "client/session"],
  ]);
  expect(whoOf(events, "order.cancel_requested")).toEqual([["api_key", ada.accountId, key.key_id]]);
  // What the book did with it nobody asked for by itself.
  expect(whoOf(events, "order.canceled")).toEqual([["system", "", ""]]);
  expect(whoOf(events, "deposit")).toEqual([["admin", ann.accountId, await sessionOf(ann)]]);
  expect(new Set(events.map(({ user_id: owner }) => owner))).toEqual(new Set([ada.accountId]));
});

test("AU-25: what a caller of an earlier release asks for has no actor, and its line is of version 1", async () => {
  const { ada } = await customer();
  const account = accountObject(env, ada.accountId);
  const before: Principal = { userId: ada.accountId, accountId: ada.accountId, roles: ["trader"] };
  await account.setCancelAfter(before, 60, ORIGIN);
  expect(whoOf(await trail(ada.accountId), "cancel_after.set")).toEqual([["absent", "absent", "absent"]]);
});

test("AU-25: a timer and a lease say who set them, and nobody when they run out", async () => {
  const { ada } = await customer();
  const account = accountObject(env, ada.accountId);
  const login = { userId: ada.accountId, accountId: ada.accountId, roles: ["trader"] } as const;
  const by: Principal = { ...login, credential: { kind: "api_key", id: "PK1" } };
  await account.setCancelAfter(by, 60, ORIGIN);
  await account.setCancelAfter(by, 0, ORIGIN);
  await account.holdSession("s1", 60_000, ORIGIN, by);
  await account.releaseSession("s1", ORIGIN, by);
  await account.holdSession("s2", 60_000, ORIGIN, by);
  await account.endSession("s2", ORIGIN, by);
  const key = ["api_key", ada.accountId, "PK1"];
  const events = await trail(ada.accountId);
  for (const action of ["cancel_after.set", "cancel_after.off", "cancel_on_disconnect.fired"]) {
    expect(whoOf(events, action), action).toEqual([key]);
  }
  expect(whoOf(events, "cancel_on_disconnect.set")).toEqual([key, key]);
  expect(whoOf(events, "cancel_on_disconnect.off")).toEqual([key]);
});

test("AU-25: an account that is opened says who signed in, or which administrator invited its user", async () => {
  const { ann, ada } = await customer();
  expect(whoOf(await trail(ada.accountId), "account.opened")).toEqual([["admin", ann.accountId, await sessionOf(ann)]]);
  // Whoever has the bootstrap secret has no login yet.
  expect(whoOf(await trail(ann.accountId), "account.opened")).toEqual([["system", "", ""]]);
});

test("AC-52: an account knows its owner, whose id is not its own: the trail names the owner, who approves no withdrawal of it", async () => {
  const [accountId, ownerId] = [crypto.randomUUID(), crypto.randomUUID()];
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN, ownerId);
  // Whoever opens it again does not take it over.
  await account.open(accountId, ORIGIN, crypto.randomUUID());
  const admin: Principal = { userId: crypto.randomUUID(), accountId: crypto.randomUUID(), roles: ["admin"] };
  await account.deposit(admin, { reference: "cash", symbol: null, amount: "100" }, ORIGIN);
  const owner: Principal = { userId: ownerId, accountId, roles: ["trader"], credential: { kind: "session", id: "s" } };
  const asked = await account.requestWithdrawal(owner, { reference: "out", amount: "10" }, ORIGIN);
  expect(asked).toMatchObject({ ok: true });
  const id = await transferIdOf(accountId, "out");
  const approve = (userId: string) => transfersObject(env, "world").approve(id, { userId, route: "of nobody" }, ORIGIN);
  expect(await approve(ownerId)).toEqual({ ok: false, refusal: { reason: "approval_own" } });
  expect(await approve(accountId), "nobody is named like an account").toEqual({
    ok: false,
    refusal: { reason: "forbidden" },
  });
  const events = await trail(accountId);
  expect(new Set(events.map(({ user_id: user }) => user))).toEqual(new Set([ownerId]));
  expect(whoOf(events, "withdrawal.requested")).toEqual([["session", ownerId, "s"]]);
});
