/** Money on its way out, over real objects: the account, the administrators' approvals, and sleep in between. */
import { evictDurableObject } from "cloudflare:test";
import { env as coreEnv } from "cloudflare:workers";
import { expect, test } from "vitest";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import { gatewayHarness, type TestUser } from "./gatewayHarness.ts";

const env = coreEnv as typeof coreEnv & { readonly APPROVALS: DurableObjectNamespace };
const ORIGIN = { requestId: "r", ip: "", userAgent: "" };

/** Two administrators, and somebody who has $1,000. */
async function people() {
  const gateway = await gatewayHarness();
  const ann = await gateway.secured(await gateway.enrol("ann"));
  const ben = await gateway.secured(await gateway.enrol("ben"));
  const ada = await gateway.enrol("ada", ann);
  const cash = { reference: "cash", amount: "1000" };
  await ann.ask("POST", `/v1/admin/accounts/${ada.accountId}/deposits`, cash);
  return { ann, ben, ada };
}

async function moneyOf(person: TestUser): Promise<unknown[]> {
  const { body } = await person.ask("GET", "/v2/account");
  return [body["equity"], body["buying_power"]];
}

async function approvalOf(admin: TestUser, reference: string): Promise<string> {
  const { body } = await admin.ask("GET", "/v1/admin/approvals");
  const approvals = body["approvals"] as { approval_id: string; reference: string; kind: string }[];
  const found = approvals.find((each) => each.reference === reference);
  expect(found).toMatchObject({ kind: "withdrawal" });
  return found?.approval_id ?? "";
}

test("ID-66, ID-68: what is asked for is held, and leaves or is given back as another administrator decides", async () => {
  const { ann, ben, ada } = await people();
  const [out, back] = [crypto.randomUUID(), crypto.randomUUID()];
  const asked = await ada.ask("POST", "/v1/withdrawals", { amount: "300.5", reference: out });
  expect(asked).toMatchObject({ status: 202, body: { state: "pending", amount: "300.5" } });
  await ada.ask("POST", "/v1/withdrawals", { amount: "200", reference: back });
  expect(await moneyOf(ada)).toEqual(["1000", "499.5"]);
  expect((await ada.ask("GET", "/v2/account")).body).toMatchObject({ pending_transfer_out: "500.5" });
  const tooMuch = await ada.ask("POST", "/v1/withdrawals", { amount: "499.51", reference: "more" });
  expect(tooMuch).toMatchObject({ status: 403, body: { code: 40310000, buying_power: "499.5" } });
  await evictDurableObject(env.ACCOUNT.getByName(ada.accountId));
  await evictDurableObject(env.APPROVALS.getByName("approvals"));
  const approve = `/v1/admin/approvals/${await approvalOf(ann, out)}/approve`;
  expect((await ada.ask("POST", approve)).status).toBe(403);
  const decided = await Promise.all([ann.ask("POST", approve), ben.ask("POST", approve)]);
  expect(decided.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 409]));
  expect(await moneyOf(ada)).toEqual(["699.5", "499.5"]);
  const rejected = await ben.ask("POST", `/v1/admin/approvals/${await approvalOf(ann, back)}/reject`);
  expect(rejected).toMatchObject({ status: 200, body: { state: "rejected" } });
  expect(await moneyOf(ada)).toEqual(["699.5", "699.5"]);
  const { body } = await ada.ask("GET", "/v1/withdrawals");
  expect(body["withdrawals"]).toMatchObject([
    { reference: back, state: "rejected" },
    { reference: out, state: "settled" },
  ]);
});

test("ID-67: a request that comes many times at once is one withdrawal and one approval", async () => {
  const { ann, ada } = await people();
  const body = { amount: "10", reference: crypto.randomUUID() };
  const replies = await Promise.all(Array.from({ length: 8 }, () => ada.ask("POST", "/v1/withdrawals", body)));
  expect(new Set(replies.map((reply) => reply.body["withdrawal_id"])).size).toBe(1);
  expect(await moneyOf(ada)).toEqual(["1000", "990"]);
  const { body: listed } = await ann.ask("GET", "/v1/admin/approvals");
  const approvals = listed["approvals"] as { reference: string }[];
  expect(approvals.filter(({ reference }) => reference === body.reference)).toHaveLength(1);
  const key = { "Idempotency-Key": "k1" };
  const first = await ada.ask("POST", "/v1/withdrawals", { amount: "5" }, key);
  const { status, body: answer } = first;
  expect(await ada.ask("POST", "/v1/withdrawals", { amount: "5" }, key)).toMatchObject({ status, body: answer });
  expect((await ada.ask("POST", "/v1/withdrawals", { amount: "6" }, key)).status).toBe(422);
  expect(await moneyOf(ada)).toEqual(["1000", "985"]);
});

test("ID-67: an administrator cannot let go what is its own", async () => {
  const { ann } = await people();
  await ann.ask("POST", `/v1/admin/accounts/${ann.accountId}/deposits`, { reference: "own", amount: "50" });
  const reference = crypto.randomUUID();
  await ann.ask("POST", "/v1/withdrawals", { amount: "50", reference });
  const approve = `/v1/admin/approvals/${await approvalOf(ann, reference)}/approve`;
  expect(await ann.ask("POST", approve)).toMatchObject({ status: 403 });
  const [waiting] = await accountObject(env, ann.accountId).withdrawals(null, 1);
  const direct = accountObject(env, ann.accountId).settleWithdrawal(ann.accountId, waiting?.id ?? "", true, ORIGIN);
  expect(await direct).toEqual({ ok: false, refusal: { reason: "approval_own" } });
});
