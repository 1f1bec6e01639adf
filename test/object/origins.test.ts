/** That no disk of an account, its shard and its books ever has an address or a user agent in clear. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import {
  accountObject,
  auditShardObject,
  orderBookObject,
  transfersObject,
} from "../../durable-objects/actor/namespaces.ts";
import { auditShardOf } from "../../protocol/ids/residency.ts";
import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import { rejectWithdrawal } from "./waitingTransfers.ts";

const MARKS = ["203.0.113.77", "Recognisable-Agent"];
const ORIGIN = { requestId: "test", ip: "203.0.113.77", userAgent: "Recognisable-Agent/9.1 (of one person)" };

/** Every value of every table, as text; blobs byte by byte, because rows of a journal hold text in them. */
async function everything(stub: object): Promise<string> {
  return runInDurableObject(stub as DurableObjectStub, (_object, { storage: { sql } }) => {
    const tables = [
      ...sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'"),
    ];
    const values = tables.flatMap(({ name }) => [...sql.exec(`SELECT * FROM "${String(name)}"`).raw()].flat());
    return values
      .map((value) => (value instanceof ArrayBuffer ? new TextDecoder("latin1").decode(value) : String(value)))
      .join("\n");
  });
}

const ticket = (changes: Partial<OrderTicket>): OrderTicket => ({
  symbol: "F",
  side: "buy",
  type: "limit",
  timeInForce: "gtc",
  qty: "1",
  notional: null,
  limitPrice: "9",
  stopPrice: null,
  orderClass: "",
  extendedHours: false,
  clientOrderId: null,
  ...changes,
});

const CHANGE: ReplaceTicket = {
  qty: "2",
  limitPrice: null,
  stopPrice: null,
  trail: null,
  timeInForce: null,
  clientOrderId: null,
  goodTil: null,
};

test("PV-1: whatever is asked of an account, no disk has the address or the user agent it came from", async () => {
  const accountId = crypto.randomUUID();
  const me: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN);
  await account.deposit(me, { reference: "cash", symbol: null, amount: "10000" }, ORIGIN);
  const placed = await account.submitOrder(me, ticket({}), ORIGIN);
  if (!placed.ok) throw new Error(placed.refusal.reason);
  await account.submitOrder(me, ticket({ qty: "nonsense" }), ORIGIN);
  const replaced = await account.replaceOrder(me, placed.value.id, CHANGE, ORIGIN);
  if (!replaced.ok) throw new Error(replaced.refusal.reason);
  await account.cancelOrder(me, replaced.value.id, ORIGIN);
  await account.submitOrder(me, ticket({}), ORIGIN);
  await account.cancelAllOrders(me, ORIGIN);
  await account.setCancelAfter(me, 600, ORIGIN);
  await account.holdSession("relay s1", 60_000, ORIGIN, me);
  await account.endSession("relay s1", ORIGIN, me);
  const asked = await account.requestWithdrawal(me, { reference: "out", amount: "1" }, ORIGIN);
  if (!asked.ok) throw new Error(asked.refusal.reason);
  expect(await rejectWithdrawal(accountId, "out", "somebody", ORIGIN)).toMatchObject({ ok: true });

  const shard = auditShardObject(env, auditShardOf(accountId, { world: Number(env.AUDIT_SHARDS), eu: 0 }));
  // Mail for the trail gathers for a second.
  await expect.poll(() => everything(shard), { timeout: 10_000 }).toContain(accountId);
  const objects = [account, shard, orderBookObject(env, "F"), transfersObject(env, "world")];
  const kept = await Promise.all(objects.map(everything));
  for (const mark of MARKS) expect(kept.join("\n")).not.toContain(mark);
  // What is kept is the sealed form, which the account opens.
  const line =
    kept[1]
      ?.split("\u001e")
      .join("\n")
      .split("\n")
      .find((text) => text.includes(accountId)) ?? "";
  const [ip = "", userAgent = ""] = line.split("\u001f").slice(9, 11);
  expect(await account.openOrigins([{ ip, userAgent }])).toEqual([{ ip: ORIGIN.ip, userAgent: ORIGIN.userAgent }]);
});
