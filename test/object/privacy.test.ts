/** Erasure inside workerd: what is on the disks of a login and its account before and after. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { accountObject, identityObject } from "../../durable-objects/actor/namespaces.ts";
import { EXPORTED_ACCOUNT_TABLES, INTERNAL_ACCOUNT_TABLES } from "../../protocol/rpc/accountPrivacy.ts";
import { CURRENT } from "../../protocol/rpc/identity/passwords.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import { rejectWithdrawal } from "./waitingTransfers.ts";

const ORIGIN = { requestId: "test", ip: "203.0.113.77", userAgent: "Recognisable-Agent/9.1" };
const USER = { roles: ["trader"], plan: "standard", region: "world" } as const;

async function newUser(email: string) {
  const route = await routeOfEmail(email);
  const login = identityObject(env, route);
  const bytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const created = await login.registration.createUser({
    ...USER,
    email,
    password: { ...CURRENT, salt: bytes(16), key: bytes(32) },
  });
  if (!created.ok) throw new Error(created.reason);
  const me: Principal = created.value;
  const account = accountObject(env, me.accountId);
  await account.open(me.accountId, ORIGIN);
  return { login, me, account, stub: env.IDENTITY.getByName(route), accountStub: env.ACCOUNT.getByName(me.accountId) };
}

function tablesOf(stub: DurableObjectStub): Promise<string[]> {
  return runInDurableObject(stub, (_, { storage }) =>
    Array.from(storage.sql.exec("SELECT name FROM sqlite_master WHERE type = 'table'"), ({ name }) =>
      String(name),
    ).filter((name) => !/^(?:sqlite_|_cf_)/.test(name)),
  );
}

test("PV-6: every table of an account is exported or has a reason", async () => {
  const { account, me, accountStub } = await newUser(`${crypto.randomUUID()}@example.com`);
  await account.deposit(me, { reference: "cash", symbol: null, amount: "1" }, ORIGIN);
  const named = [...Object.keys(EXPORTED_ACCOUNT_TABLES), ...INTERNAL_ACCOUNT_TABLES.map(({ table }) => table)];
  expect((await tablesOf(accountStub)).sort()).toEqual(named.sort());
});

test("PV-7, PV-9: an erased login leaves no table, its account decrypts no client info, and the e-mail registers as a new user", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const { login, account, me, stub } = await newUser(email);
  await login.privacy.changeDetails({ name: "Ann Recognisable" });
  await account.deposit(me, { reference: "cash", symbol: null, amount: "1" }, ORIGIN);
  expect(await login.privacy.erase(false)).toMatchObject({ kind: "refused", left: { cash: 10_000 } });
  expect((await login.privacy.details()).name).toBe("Ann Recognisable");

  const [sealed] = await runInDurableObject(env.ACCOUNT.getByName(me.accountId), (_, { storage }) => [
    JSON.stringify([...storage.sql.exec("SELECT * FROM vault")]),
  ]);
  expect(sealed).toContain("k1.");
  expect(await login.privacy.erase(true)).toEqual({ kind: "erased" });
  expect(await tablesOf(stub)).toEqual([]);
  expect(await login.privacy.erase(true)).toEqual({ kind: "erased" });
  expect(await runDurableObjectAlarm(stub)).toBe(false);
  const left = await runInDurableObject(env.ACCOUNT.getByName(me.accountId), (_, { storage }) => [
    ...storage.sql.exec("SELECT * FROM vault"),
  ]);
  expect(left).toEqual([{ id: 1, wrapped: "" }]);
  await evictDurableObject(env.ACCOUNT.getByName(me.accountId));
  const more = await account.deposit(me, { reference: "more", symbol: null, amount: "1" }, ORIGIN);
  expect(more).toEqual({ ok: false, refusal: { reason: "account_closed" } });

  const again = await newUser(email);
  expect(again.me.userId).not.toBe(me.userId);
  expect((await again.login.privacy.details()).name).toBeNull();
  // Its alarms ring as those of any other login.
  expect(await again.login.privacy.erase(false)).toEqual({ kind: "erased" });
});

test("PV-7: an erasure is of every account of the login, closed ones included, or of none", async () => {
  const { login, me } = await newUser(`${crypto.randomUUID()}@example.com`);
  const open = async () => {
    const opened = await login.ownAccounts.open({ type: "cash", name: "secret plan", request: null }, ORIGIN);
    if (!opened.ok) throw new Error(opened.reason);
    return opened.value.account.accountId;
  };
  const [second, closed] = [await open(), await open()];
  expect(await login.ownAccounts.close(closed, ORIGIN)).toMatchObject({ ok: true, value: { kind: "closed" } });
  const ids = [me.accountId, second, closed];
  const keys = () =>
    Promise.all(
      ids.map((id) =>
        runInDurableObject(env.ACCOUNT.getByName(id), (_, { storage }) =>
          Array.from(storage.sql.exec("SELECT wrapped FROM vault"), ({ wrapped }) => String(wrapped)),
        ),
      ),
    );
  const there = accountObject(env, second);
  await there.deposit({ ...me, accountId: second }, { reference: "cash", symbol: null, amount: "1" }, ORIGIN);
  expect(await login.privacy.erase(false)).toMatchObject({ kind: "refused", left: { cash: 10_000 } });
  expect((await keys()).every(([wrapped]) => wrapped !== "")).toBe(true);
  expect(JSON.stringify(await login.privacy.exportLogin())).toContain("secret plan");
  expect(await login.privacy.erase(true)).toEqual({ kind: "erased" });
  expect(await keys()).toEqual([[""], [""], [""]]);
});

test("PV-16: an erased account has no orders, and refuses those of cached credentials", async () => {
  const { login, account, me } = await newUser(`${crypto.randomUUID()}@example.com`);
  await account.deposit(me, { reference: "cash", symbol: null, amount: "1000" }, ORIGIN);
  const ticket: OrderTicket = {
    symbol: "AAPL",
    side: "buy",
    type: "limit",
    limitPrice: "1",
    qty: "1",
    notional: null,
    timeInForce: "gtc",
    stopPrice: null,
    orderClass: "",
    extendedHours: false,
    clientOrderId: null,
  };
  const change: ReplaceTicket = {
    qty: "2",
    limitPrice: null,
    stopPrice: null,
    trail: null,
    timeInForce: null,
    clientOrderId: null,
    goodTil: null,
  };
  const before = await account.submitOrder(me, ticket, ORIGIN);
  if (!before.ok) throw new Error(before.refusal.reason);
  const waiting = await account.requestWithdrawal(me, { reference: "out", amount: "5" }, ORIGIN);
  if (!waiting.ok) throw new Error(waiting.refusal.reason);
  // Asked for at once: orders that come with an erasure are either cancelled by it or refused.
  const racing = Array.from({ length: 5 }, () => account.submitOrder(me, ticket, ORIGIN));
  expect(await login.privacy.erase(true)).toEqual({ kind: "erased" });
  await Promise.all(racing);

  const closed = { ok: false, refusal: { reason: "account_closed" } };
  expect(await account.submitOrder(me, ticket, ORIGIN)).toEqual(closed);
  expect(await account.replaceOrder(me, before.value.id, change, ORIGIN)).toEqual(closed);
  expect(await account.requestWithdrawal(me, { reference: "more", amount: "5" }, ORIGIN)).toEqual(closed);
  expect(await account.setCancelAfter(me, 60, ORIGIN)).toEqual(closed);
  expect(await account.metered("standard", "submitOrder", [me, ticket, ORIGIN])).toMatchObject({ value: closed });
  expect(await account.audited()).toMatchObject({ open: [], account: { withdrawing: 50_000 } });
  // What waited for a decision still gets one.
  expect(await rejectWithdrawal(me.accountId, "out", "ben", ORIGIN)).toMatchObject({ ok: true });
  expect(await account.audited()).toMatchObject({ account: { cash: 10_000_000, cashHeld: 0 } });
  await evictDurableObject(env.ACCOUNT.getByName(me.accountId));
  expect(await account.submitOrder(me, ticket, ORIGIN)).toEqual(closed);
});

test("PV-7: a forced erasure during one that is refused is carried out", async () => {
  const { login, account, me } = await newUser(`${crypto.randomUUID()}@example.com`);
  await account.deposit(me, { reference: "cash", symbol: null, amount: "1" }, ORIGIN);
  const [own, forced] = await Promise.all([login.privacy.erase(false), login.privacy.erase(true)]);
  expect(own.kind).toMatch(/refused|erased/);
  expect(forced).toEqual({ kind: "erased" });
});
