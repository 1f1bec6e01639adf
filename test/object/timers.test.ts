/** What cancels orders by itself, by the account's own alarm. */
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { ticketWith } from "../../domain/account/testing.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { AccountRpc } from "../../protocol/rpc/account.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const WAIT_OPTIONS = { timeout: 10_000 };
const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };
/** In the future: an alarm of the past would ring by itself, again and again. */
const START = Date.parse("2035-11-20T15:00:00Z");

afterEach(() => {
  vi.useRealTimers();
});

interface Trader {
  /** Anew each time: an object that was aborted answers no old stub. */
  readonly account: AccountRpc;
  readonly who: Principal;
  /** Sleeps and wakes the object's alarm. */
  ring(): Promise<boolean>;
  submit(): Promise<string>;
  statuses(...ids: readonly string[]): Promise<(string | undefined)[]>;
}

async function trader(): Promise<Trader> {
  const accountId = crypto.randomUUID();
  const who: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN);
  await account.deposit(who, { reference: "cash", symbol: null, amount: "10000" }, ORIGIN);
  return {
    get account() {
      return accountObject(env, accountId);
    },
    who,
    ring: () => runDurableObjectAlarm(env.ACCOUNT.getByName(accountId)),
    submit: async () => {
      const outcome = await accountObject(env, accountId).submitOrder(
        who,
        ticketWith({ symbol: "DIS", limitPrice: "1" }),
        ORIGIN,
      );
      if (!outcome.ok) throw new Error(outcome.refusal.reason);
      return outcome.value.id;
    },
    statuses: (...ids) => Promise.all(ids.map(async (id) => (await accountObject(env, accountId).order(id))?.status)),
  };
}

function at(ms: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: START + ms });
}

test("AC-14: the switch cancels every open order at its time, not before, and is off then", async () => {
  at(0);
  const { account, who, ring, submit, statuses } = await trader();
  const orders = [await submit(), await submit()];
  const set = await account.setCancelAfter(who, 60, ORIGIN);
  expect(set).toEqual({ ok: true, value: { currentTime: START, triggerTime: START + 60_000 } });
  at(59_999);
  expect(await ring()).toBe(true);
  expect(await statuses(...orders)).toEqual(["new", "new"]);
  expect(await account.cancelAfter()).toEqual({ currentTime: START + 59_999, triggerTime: START + 60_000 });
  at(60_000);
  expect(await ring(), "it armed itself again").toBe(true);
  await vi.waitFor(async () => expect(await statuses(...orders)).toEqual(["canceled", "canceled"]), WAIT_OPTIONS);
  expect((await account.cancelAfter()).triggerTime).toBeNull();
  expect(await account.summary()).toMatchObject({ cash: 100_000_000, cashHeld: 0 });
});

test("AC-14: a time that passed while the object was down is kept, and what came after it stays", async () => {
  at(0);
  const downed = await trader();
  const { who, submit, statuses, ring } = downed;
  const before = await submit();
  await downed.account.setCancelAfter(who, 10, ORIGIN);
  await abortAllDurableObjects();
  at(10_500);
  const after = await submit();
  await vi.waitFor(async () => expect(await statuses(before)).toEqual(["canceled"]), WAIT_OPTIONS);
  await ring();
  expect(await statuses(after)).toEqual(["new"]);
  expect((await downed.account.cancelAfter()).triggerTime).toBeNull();
});

test("AC-14: nobody needs to touch an object that sleeps: its alarm wakes it", async () => {
  at(0);
  const { account, who, submit, statuses, ring } = await trader();
  const order = await submit();
  await account.setCancelAfter(who, 10, ORIGIN);
  // One that a slow machine still has at work does not fall asleep: it is ended.
  await evictDurableObject(env.ACCOUNT.getByName(who.accountId)).catch(() => abortAllDurableObjects());
  at(10_000);
  expect(await ring()).toBe(true);
  await vi.waitFor(async () => expect(await statuses(order)).toEqual(["canceled"]), WAIT_OPTIONS);
}, 90_000);

test("WS-16: a lease that is renewed holds, one that is not cancels, and the switch keeps its own time", async () => {
  at(0);
  const { account, who, submit, statuses, ring } = await trader();
  const first = await submit();
  await account.setCancelAfter(who, 3_600, ORIGIN);
  await account.holdSession("s", 30_000, ORIGIN, who);
  at(20_000);
  await account.holdSession("s", 30_000, ORIGIN, who);
  at(49_999);
  await ring();
  expect(await statuses(first)).toEqual(["new"]);
  at(50_000);
  await ring();
  await vi.waitFor(async () => expect(await statuses(first)).toEqual(["canceled"]), WAIT_OPTIONS);
  expect(await account.holdSession("s", 30_000, ORIGIN, who)).toBe(false);
  const second = await submit();
  at(3_600_000);
  await ring();
  await vi.waitFor(async () => expect(await statuses(second)).toEqual(["canceled"]), WAIT_OPTIONS);
});

test("WS-18: the account itself takes no lease of who may not trade there, and does nothing for it", async () => {
  const { account, who, submit, statuses } = await trader();
  const kept = await submit();
  const reader: Principal = { ...who, scopes: ["read"] };
  const strangers: Principal[] = [reader, { ...who, roles: ["viewer"] }, { ...who, accountId: crypto.randomUUID() }];
  for (const by of strangers) expect(await account.holdSession("s", 60_000, ORIGIN, by)).toBe(false);
  await account.holdSession("of the owner", 60_000, ORIGIN, who);
  await account.endSession("of the owner", ORIGIN, reader);
  expect(await statuses(kept)).toEqual(["new"]);
});

test("WS-16: a closed socket cancels at once, a session given up or unknown cancels nothing", async () => {
  const { account, who, submit, statuses } = await trader();
  const kept = await submit();
  await account.holdSession("given up", 60_000, ORIGIN, who);
  await account.releaseSession("given up");
  await account.releaseSession("given up");
  await account.endSession("given up", ORIGIN, who);
  await account.endSession("never held", ORIGIN, who);
  expect(await statuses(kept)).toEqual(["new"]);
  await account.holdSession("closed", 60_000, ORIGIN, who);
  await Promise.all([account.endSession("closed", ORIGIN, who), account.endSession("closed", ORIGIN, who)]);
  await vi.waitFor(async () => expect(await statuses(kept)).toEqual(["canceled"]), WAIT_OPTIONS);
  const later = await submit();
  await account.endSession("closed", ORIGIN, who);
  expect(await statuses(later)).toEqual(["new"]);
});

test("WS-25: an end in the sequence of frames is decided after them, also after one that asks a book for prices", async () => {
  const { account, who, statuses } = await trader();
  await account.holdSession("socket", 60_000, ORIGIN, who);
  const stub = account;
  const ticket = ticketWith({ symbol: "DIS", type: "trailing_stop", limitPrice: null, trailPrice: "10" });
  const options = { allOrNone: false, sequence: "socket" };
  const placing = stub.executeCommands(who, [{ kind: "place", ticket }], options, ORIGIN);
  await stub.endSession("socket", ORIGIN, who, "socket");
  const [placed] = await placing;
  if (placed?.ok !== true || placed.value === null || "length" in placed.value) throw new Error("not placed");
  const { id } = placed.value;
  await vi.waitFor(async () => expect(await statuses(id)).toEqual(["canceled"]), WAIT_OPTIONS);
});
