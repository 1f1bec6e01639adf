/** Demo accounts inside workerd: what a guest has, what it is refused, and that nothing of it stays. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { accountObject, devMailboxObject, identityObject } from "../../durable-objects/actor/namespaces.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import { isPaperAccount } from "../../protocol/ids/residency.ts";
import { GUEST_MS } from "../../protocol/rpc/identity/sessions.ts";
import { gatewayHarness, type GatewayHarness, type Reply } from "./gatewayHarness.ts";

const ORIGIN = { requestId: "test", ip: "203.0.113.77", userAgent: "test" };
const OWN_PAGE = { Origin: "https://exchange.test" };

/** A guest with the cookies of the session. */
async function newGuest(gateway: GatewayHarness) {
  const begun = await gateway.send("POST", "/v1/demo", OWN_PAGE);
  expect(begun.status, JSON.stringify(begun.body)).toBe(200);
  const cookie = begun.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  const csrf = String(begun.body["csrf_token"]);
  const ask = (method: string, path: string, body?: unknown): Promise<Reply> =>
    gateway.send(method, path, { ...OWN_PAGE, Cookie: cookie, "X-CSRF-Token": csrf }, body);
  const me = (await ask("GET", "/v1/me")).body as {
    user: { id: string; email: string; demo_until: string };
    accounts: { id: string }[];
  };
  const route = await routeOfEmail(me.user.email);
  return { ask, me, cookie, email: me.user.email, accountId: me.accounts[0]?.id ?? "", route };
}

test("ID-124: a guest has one paper account with 100,000 dollars and trades against the live book", async () => {
  const gateway = await gatewayHarness({ DEMO_ACCOUNTS: "on" });
  const guest = await newGuest(gateway);
  expect(guest.me.accounts).toHaveLength(1);
  expect(isPaperAccount(guest.accountId)).toBe(true);
  expect(guest.email).toMatch(/^guest-[a-z2-7]{32}@demo\.invalid$/);
  const left = Date.parse(guest.me.user.demo_until) - Date.now();
  expect(left).toBeGreaterThan(GUEST_MS - 60_000);
  expect(left).toBeLessThanOrEqual(GUEST_MS);
  expect((await guest.ask("GET", "/v2/account")).body).toMatchObject({ cash: "100000" });

  const seller = crypto.randomUUID();
  const principal = { userId: seller, accountId: seller, roles: ["trader"] } as const;
  await accountObject(env, seller).open(seller, ORIGIN);
  await accountObject(env, seller).deposit(principal, { reference: "s", symbol: "KO", amount: "5" }, ORIGIN);
  const resting = { type: "limit", timeInForce: "gtc", notional: null, stopPrice: null, orderClass: "simple" } as const;
  await accountObject(env, seller).submitOrder(
    principal,
    { ...resting, symbol: "KO", side: "sell", qty: "5", limitPrice: "70", extendedHours: false, clientOrderId: "a" },
    ORIGIN,
  );
  const order = { symbol: "KO", side: "buy", type: "market", qty: "2", time_in_force: "day" };
  const bought = await guest.ask("POST", "/v2/orders", order);
  expect(bought.body).toMatchObject({ status: "filled", filled_avg_price: "70" });
});

test("ID-125: a guest gets no key, no other account, no grant, no app, no money in or out, and no password", async () => {
  const gateway = await gatewayHarness({ DEMO_ACCOUNTS: "on" });
  const guest = await newGuest(gateway);
  const refusal = async (method: string, path: string, body?: unknown) => {
    const { status, body: answer } = await guest.ask(method, path, body);
    return [status, answer["reason"]];
  };
  const unproved = [403, "step_up_required"];
  const account = `/v1/accounts/${guest.accountId}`;
  expect(await refusal("POST", "/v1/keys", { name: "k", scopes: ["read"] })).toEqual(unproved);
  expect(await refusal("POST", `${account}/grants`, { email: "ann@example.com", access: "read" })).toEqual(unproved);
  expect(await refusal("POST", "/v1/mfa/totp")).toEqual(unproved);
  expect(await refusal("POST", "/v1/mfa/passkeys/options")).toEqual(unproved);
  expect(await refusal("POST", "/v1/apps", { name: "app", redirect_uris: ["https://a.example/"] })).toEqual(unproved);
  expect(await refusal("POST", "/v1/accounts", { type: "cash" })).toEqual([403, "guest_login"]);
  expect(await refusal("POST", "/v1/accounts", { type: "paper" })).toEqual([403, "guest_login"]);
  expect((await guest.ask("POST", "/v1/withdrawals", { amount: "1", reference: "w" })).status).toBe(403);
  expect((await guest.ask("POST", "/v1/auth/password", { current: "", new: "a horse that is correct" })).status).toBe(
    401,
  );
  // No proof can be given, so none of these can be tried again with one.
  expect((await guest.ask("POST", "/v1/auth/step-up/options")).body).toMatchObject({ methods: [] });
  expect((await guest.ask("POST", "/v1/auth/step-up", { password: "" })).status).toBe(401);
  // The same from within, should a way around the step-up be found.
  const login = identityObject(env, guest.route);
  const key = { name: "k", accountId: guest.accountId, scopes: ["read"], allowedIps: [], expiresAt: null } as const;
  expect(await login.apiKeys.create(guest.me.user.id, key, ORIGIN)).toEqual({ ok: false, reason: "guest_login" });
  const given = await login.accountGrants.give(guest.accountId, "ann@example.com", "read", ORIGIN);
  expect(given).toEqual({ ok: false, reason: "guest_login" });
});

test("ID-125: nobody sends a guest anything: no mail, no code for a password, no account to look at", async () => {
  const gateway = await gatewayHarness({ DEMO_ACCOUNTS: "on" });
  const guest = await newGuest(gateway);
  const login = identityObject(env, guest.route);
  expect((await gateway.send("POST", "/v1/auth/password/forgot", {}, { email: guest.email })).status).toBe(202);
  const password = "a horse that is correct";
  expect((await gateway.send("POST", "/v1/auth/register", {}, { email: guest.email, password })).status).toBe(202);
  const offer = {
    id: crypto.randomUUID(),
    ownerRoute: "R",
    ownerEmail: "bob@example.com",
    createdAt: 1,
    access: "read",
  } as const;
  await login.accountGrants.offered({ ...offer, accountId: crypto.randomUUID() });
  expect(await login.accountGrants.accounts()).toHaveLength(1);
  await runDurableObjectAlarm(env.IDENTITY.getByName(guest.route));
  expect((await devMailboxObject(env).list()).filter(({ to }) => to === guest.email)).toEqual([]);
  expect((await gateway.send("POST", "/v1/auth/login", {}, { email: guest.email, password })).status).toBe(401);
});

test("ID-126: a guest's login is erased when its days are over, whatever its account has", async () => {
  const gateway = await gatewayHarness({ DEMO_ACCOUNTS: "on" });
  const guest = await newGuest(gateway);
  const rests = { symbol: "F", side: "buy", type: "limit", limit_price: "10", qty: "1", time_in_force: "gtc" };
  const { body: order } = await guest.ask("POST", "/v2/orders", rests);
  expect(order["status"]).toBe("new");
  const stub = env.IDENTITY.getByName(guest.route);
  const tables = () =>
    runInDurableObject(stub, (_, { storage }) => [
      ...storage.sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'login'"),
    ]);
  await runDurableObjectAlarm(stub);
  expect(await tables()).toHaveLength(1);
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec("UPDATE login SET guest_until = ?", Date.now() - 1);
    return storage.setAlarm(Date.now() + 60_000);
  });
  await runDurableObjectAlarm(stub);
  expect(await tables()).toEqual([]);
  expect((await guest.ask("GET", "/v1/me")).status).toBe(401);
  expect((await accountObject(env, guest.accountId).order(String(order["id"])))?.status).toBe("canceled");
});
