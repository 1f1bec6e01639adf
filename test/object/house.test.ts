/** The daily sweep of fees in the objects: by the alarm of a sleeping account, through crashes, and while the house is away. */
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { SWEEP_SPREAD_MS } from "../../domain/account/fees/sweep.ts";
import { NO_ORIGIN } from "../../domain/account/state/origin.ts";
import { endOfTradingDay, tradingDayOf } from "../../domain/market/session.ts";
import {
  accountAddress,
  accountObject,
  auditShardCounts,
  auditShardObject,
  houseAddress,
  houseObject,
} from "../../durable-objects/actor/namespaces.ts";
import { FIELD_SEPARATOR } from "../../protocol/audit/line.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import { auditShardOf, houseAccountId, houseOf } from "../../protocol/ids/residency.ts";
import type { HouseRpc } from "../../protocol/rpc/house.ts";
import { gatewayHarness } from "./gatewayHarness.ts";

const DAY = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

const alarmOf = (accountId: string) => runDurableObjectAlarm(env.ACCOUNT.getByName(accountId));
const house = (accountId: string) => houseObject(env, houseOf(accountId));
const received = async (accountId: string) => (await house(accountId).fees(0, 99_999)).balance;

/** Runs the alarm of an account until what it sends has arrived. */
function arrives(accountId: string, exchange: number): Promise<void> {
  return vi.waitFor(
    async () => {
      await alarmOf(accountId);
      expect((await received(accountId)).exchange).toBe(exchange);
    },
    { timeout: 20_000, interval: 50 },
  );
}

/** An account under the plan `per_share`, whose orders for one share pay a dollar each. */
async function trader(symbol: string) {
  const make = async (plan: string | null) => {
    const accountId = crypto.randomUUID();
    const principal: Principal = { userId: accountId, accountId, roles: ["trader"] };
    const account = accountObject(env, accountId);
    await account.open(accountId, NO_ORIGIN);
    await account.deposit(principal, { reference: "cash", symbol: null, amount: "1000000" }, NO_ORIGIN);
    await account.deposit(principal, { reference: "shares", symbol, amount: "1000" }, NO_ORIGIN);
    if (plan !== null) await account.setFeePlan(plan, { ownerId: accountId, asked: "a", approved: "b" }, NO_ORIGIN);
    return { accountId, principal };
  };
  const [ada, other] = [await make("per_share"), await make(null)];
  const submit = async ({ accountId, principal }: typeof ada, side: string) => {
    const ticket = { symbol, side, type: "limit", timeInForce: "gtc", qty: "1", notional: null, limitPrice: "100" };
    const rest = { stopPrice: null, orderClass: "simple", extendedHours: false, clientOrderId: null };
    const outcome = await accountObject(env, accountId).submitOrder(principal, { ...ticket, ...rest }, NO_ORIGIN);
    if (!outcome.ok) throw new Error(outcome.refusal.reason);
    return outcome.value;
  };
  const trade = async () => {
    await submit(other, "sell");
    const order = await submit(ada, "buy");
    await vi.waitFor(async () => {
      expect((await accountObject(env, ada.accountId).order(order.id))?.status).toBe("filled");
    });
  };
  return { ...ada, other: other.accountId, trade };
}

test("PF-52: a sleeping account wakes after the day, sends its fees once, and sleeps again; who charged nothing never wakes", async () => {
  const { accountId, other, trade } = await trader("KO");
  await trade();
  const end = endOfTradingDay(Date.now());
  await evictDurableObject(env.ACCOUNT.getByName(accountId));
  const sleeping = await runInDurableObject(env.ACCOUNT.getByName(accountId), (_, { storage }) => storage.getAlarm());
  expect(sleeping).toBeLessThan(end + SWEEP_SPREAD_MS);
  expect(await received(accountId)).toEqual({ exchange: 0, regulatory: [] });

  vi.useFakeTimers({ toFake: ["Date"], now: end + SWEEP_SPREAD_MS });
  await arrives(accountId, 10_000);
  // Killed before and after the house has acknowledged; the same day again, and days later.
  for (const later of [0, 1, DAY, 9 * DAY]) {
    vi.setSystemTime(end + SWEEP_SPREAD_MS + later);
    await abortAllDurableObjects();
    await alarmOf(accountId);
    await house(accountId).reconcile({ from: accountAddress(accountId), cursors: { sent: 0, acknowledged: 0, applied: 0 }, orders: null }); // prettier-ignore
    expect(await received(accountId)).toEqual({ exchange: 10_000, regulatory: [] });
  }
  const days = (await house(accountId).fees(0, 99_999)).days;
  expect(days).toEqual([{ day: tradingDayOf(end - 1), accounts: 1, exchange: 10_000, regulatory: [] }]);
  await vi.waitFor(async () => {
    await alarmOf(accountId);
    for (const id of [accountId, other]) {
      expect((await accountObject(env, id).inspect()).peers.filter(({ sent, acknowledged }) => sent > acknowledged)).toEqual([]); // prettier-ignore
    }
  });
  expect((await accountObject(env, other).inspect()).peers.map(({ peer }) => peer)).not.toContain(
    houseAddress(houseOf(other)),
  );
});

test("PF-52: a house account that is away for days gets every day, in order; an erased account sends the last", async () => {
  const { accountId, principal, trade } = await trader("WMT");
  const name = houseOf(accountId);
  await runInDurableObject(env.HOUSE_ACCOUNT.getByName(name), (object: HouseRpc) => {
    vi.spyOn(Object.getPrototypeOf(object) as HouseRpc, "deliver").mockRejectedValue(new Error("away"));
  });
  const before = await received(accountId);
  let end = endOfTradingDay(Date.now());
  for (let day = 0; day < 3; day++) {
    await trade();
    vi.useFakeTimers({ toFake: ["Date"], now: end + SWEEP_SPREAD_MS });
    await alarmOf(accountId);
    end = endOfTradingDay(Date.now());
  }
  const pending = async () =>
    (await accountObject(env, accountId).inspect()).peers.find(({ peer }) => peer === houseAddress(name));
  expect(await pending()).toMatchObject({ sent: 3, acknowledged: 0 });
  expect(await received(accountId)).toEqual(before);
  await trade();
  await accountObject(env, accountId).erase(true);
  vi.restoreAllMocks();
  await evictDurableObject(env.HOUSE_ACCOUNT.getByName(name));
  vi.setSystemTime(end + SWEEP_SPREAD_MS);
  await arrives(accountId, before.exchange + 40_000);
  const { days } = await house(accountId).fees(0, 99_999);
  expect(days.filter(({ exchange }) => exchange > 0).length).toBeGreaterThanOrEqual(4);
  expect(principal.accountId).toBe(accountId);
});

test("PF-53: the house account has an audit trail of its own, and administrators and auditors read it", async () => {
  const { accountId, trade } = await trader("KO");
  await trade();
  vi.useFakeTimers({ toFake: ["Date"], now: endOfTradingDay(Date.now()) + SWEEP_SPREAD_MS });
  const { exchange } = await received(accountId);
  await arrives(accountId, exchange + 10_000);
  const id = houseAccountId(houseOf(accountId));
  const shard = auditShardObject(env, auditShardOf(id, auditShardCounts(env)));
  await vi.waitFor(async () => {
    await runDurableObjectAlarm(env.HOUSE_ACCOUNT.getByName(houseOf(accountId)));
    const lines = (await shard.waitingEvents(id, 200)).map(({ line }) => line.split(FIELD_SEPARATOR));
    const actions = lines.map((fields) => fields[6]);
    expect(actions[0]).toBe("house.opened");
    expect(lines.some((fields) => fields[12]?.includes(accountId) === true)).toBe(true);
  });
  vi.useRealTimers();
  const gateway = await gatewayHarness();
  const admin = await gateway.enrol("ann");
  const ada = await gateway.enrol("ada", admin);
  const all = await admin.ask("GET", "/v1/admin/fees/house?region=world");
  expect(all).toMatchObject({ status: 200, body: { balance: { regulatory: {} } } });
  expect(Number((all.body["balance"] as { exchange: string }).exchange)).toBeGreaterThanOrEqual(1);
  expect(await admin.ask("GET", `/v1/audit/accounts/${id}`)).toMatchObject({ status: 200, body: { account_id: id } });
  expect((await ada.ask("GET", "/v1/admin/fees/house")).status).toBe(403);
  const report = await admin.ask("GET", `/v1/admin/actors/house/${houseOf(accountId)}`);
  expect(report).toMatchObject({ status: 200, body: { address: houseAddress(houseOf(accountId)) } });
});
