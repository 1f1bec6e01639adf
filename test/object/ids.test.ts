/** One user with the ids of another: every route that takes an id, over real objects. */
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { identityObject, transfersObject } from "../../durable-objects/actor/namespaces.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import { regionOfAccount } from "../../protocol/ids/residency.ts";
import type { MethodRules } from "../../workers/gateway/accessRule.ts";
import { ACCESS, type Path } from "../../workers/gateway/resources/registry.ts";
import { Authenticator, SITE } from "../authenticator.ts";
import { gatewayHarness, type TestUser } from "./gatewayHarness.ts";

/** What A has, by id. */
interface Belongings {
  readonly userId: string;
  readonly orderId: string;
  readonly keyId: string;
  readonly sessionId: string;
  readonly grantId: string;
  readonly appId: string;
  readonly passkeyId: string;
  readonly approvalId: string;
  readonly watchlistId: string;
}

/** The paths with ids of something that somebody owns: the address of A's thing, and bodies that would do if it were one's own. */
const OWNED: { readonly [P in Path]?: (a: Belongings, method: string) => readonly [path: string, body?: unknown] } = {
  "/v2/orders/:id": (a) => [`/v2/orders/${a.orderId}`, { qty: "2" }],
  "/v1/keys/:id": (a) => [`/v1/keys/${a.keyId}`, { name: "mine now" }],
  "/v1/accounts/:id": (a) => [`/v1/accounts/${a.userId}`, { name: "mine now" }],
  "/v1/accounts/:id/reset": (a) => [`/v1/accounts/${a.userId}/reset`, {}],
  "/v1/accounts/:id/grants": (a) => [`/v1/accounts/${a.userId}/grants`, { email: "eve@example.com" }],
  "/v1/accounts/:id/grants/:grant": (a) => [`/v1/accounts/${a.userId}/grants/${a.grantId}`],
  "/v1/auth/sessions/:id": (a) => [`/v1/auth/sessions/${a.sessionId}`],
  "/v1/mfa/passkeys/:id": (a) => [`/v1/mfa/passkeys/${a.passkeyId}`],
  "/v1/apps/:id": (a) => [`/v1/apps/${a.appId}`],
  "/v1/auth/apps/:id": (a) => [`/v1/auth/apps/${a.appId}`],
  "/v1/admin/users/:id": (a) => [`/v1/admin/users/${a.userId}`, { roles: ["trader"] }],
  "/v1/admin/users/:id/erase": (a) => [`/v1/admin/users/${a.userId}/erase`, {}],
  "/v1/admin/users/:id/sessions": (a) => [`/v1/admin/users/${a.userId}/sessions`],
  "/v1/admin/users/:id/keys": (a) => [`/v1/admin/users/${a.userId}/keys`],
  "/v1/admin/users/:id/keys/:key": (a) => [`/v1/admin/users/${a.userId}/keys/${a.keyId}`],
  "/v1/admin/approvals/:id/approve": (a) => [`/v1/admin/approvals/${a.approvalId}/approve`],
  "/v1/admin/approvals/:id/reject": (a) => [`/v1/admin/approvals/${a.approvalId}/reject`],
  "/v1/admin/accounts/:id/deposits": (a) => [
    `/v1/admin/accounts/${a.userId}/deposits`,
    { reference: "r", amount: "1" },
  ],
  "/v1/admin/accounts/:id/fee-plan": (a) => [`/v1/admin/accounts/${a.userId}/fee-plan`, { plan: "zero" }],
  "/v1/admin/plans/:plan/limits": () => ["/v1/admin/plans/pro/limits", {}],
  "/v1/admin/accounts/:id/risk": (a) => [`/v1/admin/accounts/${a.userId}/risk`, { blocked: true }],
  "/v1/admin/accounts/:id/kill_switch": (a) => [`/v1/admin/accounts/${a.userId}/kill_switch`, { on: true }],
  "/v2/watchlists/:id": (a, method) => [
    `/v2/watchlists/${a.watchlistId}`,
    method === "POST" ? { symbol: "MSFT" } : { name: "mine now" },
  ],
  "/v2/watchlists/:id/:symbol": (a) => [`/v2/watchlists/${a.watchlistId}/AAPL`],
  "/v2/wallets/transfers/:id": (a) => [`/v2/wallets/transfers/${a.approvalId}`],
  "/v1/admin/actors/:kind/:name": (a) => [`/v1/admin/actors/account/${a.userId}`],
  "/v1/audit/accounts/:id": (a) => [`/v1/audit/accounts/${a.userId}`],
  "/v1/audit/accounts/:id/origins": (a) => [`/v1/audit/accounts/${a.userId}/origins`],
};

/** Their parameters name what belongs to nobody: symbols, providers, months; names are of the caller's account. */
const NOBODYS: readonly Path[] = [
  "/v2/orders:by_client_order_id",
  "/v2/positions/:asset",
  "/v2/assets/:asset",
  "/v1/admin/instruments/:symbol",
  "/v1/admin/symbols/:symbol",
  "/v1/admin/symbols/:symbol/halt",
  "/v1/admin/symbols/:symbol/resume",
  "/v1/auth/external/:provider",
  "/v1/auth/external/:provider/callback",
  "/v2/account/activities/:type",
  "/v1/account/statements/:file",
  "/v1/account/tax/:file",
  "/v2/watchlists:by_name",
  "/v2/corporate_actions/announcements/:id",
  "/v3/calendar/:market",
  "/v1/indicators/:name",
  "/v1/history/:symbol",
  "/v1/admin/history/:symbol/bars",
  "/v1/audit/history/:symbol",
  "/v1/audit/history/:symbol/:month",
  "/v1/audit/history/:symbol/:month/:first/:file",
  // There are none.
  "/v2/wallets/whitelists/:id",
];

async function belongingsOf(
  a: TestUser,
  admin: TestUser,
  gateway: Awaited<ReturnType<typeof gatewayHarness>>,
): Promise<Belongings> {
  await admin.ask("POST", `/v1/admin/accounts/${a.accountId}/deposits`, { reference: "cash", amount: "10000" });
  const ticket = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "gtc", qty: "1", limit_price: "200" };
  const order = await a.ask("POST", "/v2/orders", { ...ticket, client_order_id: "mine" });
  const key = await a.ask("POST", "/v1/keys", { name: "bot" });
  const grant = await a.ask("POST", `/v1/accounts/${a.accountId}/grants`, { email: "carol@example.com" });
  const list = await a.ask("POST", "/v2/watchlists", { name: "tech", symbols: ["AAPL"] });
  const made = { name: "App", redirect_uris: ["https://app.example.com/back"] };
  const app = await a.ask("POST", "/v1/apps", made);
  await gateway.signIn(a.email, a.accountId);
  const { body: listed } = await a.ask("GET", "/v1/auth/sessions");
  const sessions = listed["sessions"] as readonly { readonly id: string }[];
  const login = identityObject(env, await routeOfEmail(a.email));
  const authenticator = await Authenticator.create();
  const [sessionId = ""] = sessions.map(({ id }) => id);
  const registration = await authenticator.register(await login.factors.passkeyRegistration(sessionId, SITE));
  const passkey = await login.factors.addPasskey(sessionId, registration, "key", SITE, {
    requestId: "",
    ip: "",
    userAgent: "",
  });
  if (!passkey.ok) throw new Error(passkey.reason);
  const passkeys = (await a.ask("GET", "/v1/mfa/passkeys")).body["passkeys"] as readonly { readonly id: string }[];
  const asked = await transfersObject(env, regionOfAccount(a.accountId)).requestDeposit(
    {
      accountId: a.accountId,
      ownerId: a.accountId,
      requestedBy: { userId: a.accountId, route: "of a" },
      request: null,
      deposit: { reference: crypto.randomUUID(), symbol: null, amount: "1" },
      alone: false,
    },
    { requestId: "r", ip: "", userAgent: "" },
  );
  const ids = {
    userId: a.accountId,
    orderId: String(order.body["id"]),
    keyId: String(key.body["key_id"]),
    sessionId,
    grantId: String(grant.body["id"]),
    appId: String(app.body["client_id"]),
    passkeyId: passkeys[0]?.id ?? "undefined",
    approvalId: asked.ok ? asked.value.approval.id : "undefined",
    watchlistId: String(list.body["id"]),
  };
  for (const [name, id] of Object.entries(ids))
    if (id === "undefined" || id === "") throw new Error(`A has no ${name}`);
  return ids;
}

/** What A can see of what it has. */
async function inventory(a: TestUser): Promise<unknown> {
  const paths = ["/v2/orders", "/v1/keys", "/v1/auth/sessions", "/v1/mfa/passkeys", "/v1/apps", "/v1/accounts"];
  paths.push("/v2/watchlists", "/v1/account/kill_switch", "/v1/account/settings");
  const seen = await Promise.all([...paths, `/v1/accounts/${a.accountId}/grants`].map((path) => a.ask("GET", path)));
  // When a session was used last changes by looking.
  return JSON.parse(JSON.stringify(seen, (field, value: unknown) => (/used/.test(field) ? null : value)));
}

test("ID-84: a user who has the ids of another's things gets nothing of them, on every route that takes an id", async () => {
  const withIds = (Object.keys(ACCESS) as Path[]).filter((path) => path.includes(":"));
  const listed = [...(Object.keys(OWNED) as Path[]), ...NOBODYS];
  expect(
    withIds.filter((path) => !listed.includes(path)),
    "say whose the ids of these routes are",
  ).toEqual([]);

  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
  const gateway = await gatewayHarness();
  const admin = await gateway.enrol("admin");
  const [a, b] = [await gateway.enrol("ada", admin), await gateway.enrol("bob", admin)];
  const ids = await belongingsOf(a, admin, gateway);
  const before = await inventory(a);
  for (const [path, address] of Object.entries(OWNED)) {
    for (const method of Object.keys((ACCESS as Readonly<Record<string, MethodRules>>)[path] ?? {})) {
      const [at, body] = address(ids, method);
      for (const headers of [{}, { "X-Account-ID": a.accountId }]) {
        const reply = await b.ask(method, at, method === "GET" || method === "DELETE" ? undefined : body, headers);
        expect([403, 404], `${method} ${path} as B: ${JSON.stringify(reply)}`).toContain(reply.status);
        expect(JSON.stringify(reply.body), `${method} ${path}`).not.toContain(a.email);
      }
    }
  }
  expect(await inventory(a)).toEqual(before);
  // Ids in queries and headers are no better.
  expect((await b.ask("GET", "/v2/orders:by_client_order_id?client_order_id=mine")).status).toBe(404);
  // An order of another is to a list what one that nobody has is.
  const [others, nobodys] = await Promise.all(
    [ids.orderId, crypto.randomUUID()].map(async (id) => {
      const { status, body } = await b.ask("GET", `/v2/orders?after_order_id=${id}`);
      return { status, body: JSON.parse(JSON.stringify(body).replaceAll(id, "id")) as unknown };
    }),
  );
  expect(others).toMatchObject({ status: 404, body: { reason: "order_not_found" } });
  expect(others).toEqual(nobodys);
  for (const [path, rules] of Object.entries<MethodRules>(ACCESS)) {
    for (const [method, rule] of Object.entries(rules)) {
      if (rule.who === "anyone" || path.includes(":") || path.includes("*")) continue;
      const reply = await b.ask(method, path, undefined, { "X-Account-ID": a.accountId });
      expect(reply.status, `${method} ${path} on A's account`).toBe(403);
    }
  }
  expect(await inventory(a)).toEqual(before);
  // And A is not refused what B is: the walk would be no test if those addresses led nowhere.
  expect((await a.ask("GET", `/v2/orders/${ids.orderId}`)).status).toBe(200);
  expect((await a.ask("DELETE", `/v1/keys/${ids.keyId}`)).status).toBe(204);
  expect((await a.ask("DELETE", `/v1/accounts/${a.accountId}/grants/${ids.grantId}`)).status).toBe(204);
  expect((await a.ask("DELETE", `/v1/apps/${ids.appId}`)).status).toBeLessThan(300);
  expect((await a.ask("DELETE", `/v1/auth/sessions/${ids.sessionId}`)).status).toBe(204);
});
