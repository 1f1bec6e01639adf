/** Withdrawals over real objects: the account, transfers, the administrators' decisions, with evictions in between. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { Transfer } from "../../domain/transfers/transfer.ts";
import { accountObject, transfersObject } from "../../durable-objects/actor/namespaces.ts";
import { gatewayHarness, type TestUser } from "./gatewayHarness.ts";

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

interface Listed {
  readonly approval_id: string;
  readonly reference: string;
  readonly kind: string;
  readonly state: string;
  readonly transfer_state: string | null;
}

async function listed(admin: TestUser): Promise<Listed[]> {
  const { body } = await admin.ask("GET", "/v1/admin/approvals");
  return body["approvals"] as Listed[];
}

/** The withdrawal of a reference, once administrators see it. */
function transferOf(admin: TestUser, reference: string): Promise<Listed> {
  return vi.waitFor(async () => {
    const found = (await listed(admin)).find((each) => each.reference === reference);
    expect(found).toMatchObject({ kind: "withdrawal" });
    return found as Listed;
  }, 5_000);
}

async function approvalOf(admin: TestUser, reference: string): Promise<string> {
  return (await transferOf(admin, reference)).approval_id;
}

test("ID-66, ID-68, ID-121: what is asked for is held, and leaves or is given back as another administrator decides", async () => {
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
  await transferOf(ann, out);
  await evictDurableObject(env.TRANSFERS.getByName("world"));
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
  await transferOf(ann, body.reference);
  expect((await listed(ann)).filter(({ reference }) => reference === body.reference)).toHaveLength(1);
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
  expect(await accountObject(env, ann.accountId).withdrawals(null, 1)).toMatchObject([{ reference, state: "pending" }]);
});

const TRANSFERS = () => env.TRANSFERS.getByName("world");

/** A transfer of the release before, as it was kept there. */
function kept(changes: Partial<Transfer> & Pick<Transfer, "accountId">): Transfer {
  const now = Date.now();
  // A user's first account has the user's id.
  const owner = String(changes.accountId);
  return {
    id: crypto.randomUUID(),
    kind: "withdrawal",
    ownerId: owner,
    reference: "rent",
    symbol: null,
    amount: "100",
    withdrawalId: null,
    requestedBy: owner,
    requestedRoute: null,
    requestedAt: now,
    expiresAt: now + 60_000_000,
    requestId: "r",
    request: null,
    origin: null,
    notified: true,
    decision: null,
    decidedBy: null,
    decidedAt: null,
    result: null,
    refusal: null,
    ...changes,
  };
}

test("ID-68: a withdrawal that nobody decided in time expires by the actor's alarm, once, and is given back", async () => {
  const { ann, ada } = await people();
  const reference = crypto.randomUUID();
  const asked = await ada.ask("POST", "/v1/withdrawals", { amount: "100", reference });
  await transferOf(ann, reference);
  // Its deadline comes sooner: the same withdrawal as another release would have kept it.
  const withdrawalId = String(asked.body["withdrawal_id"]);
  const old = kept({ accountId: ada.accountId, reference, withdrawalId, expiresAt: Date.now() + 300 });
  await transfersObject(env, "world").adopt([old]);
  await vi.waitFor(() => transferOf(ann, reference).then((found) => expect(found.approval_id).toBe(old.id)));
  await evictDurableObject(TRANSFERS());
  await vi.waitFor(
    async () => {
      await runDurableObjectAlarm(TRANSFERS());
      expect(await transferOf(ann, reference)).toMatchObject({ state: "expired", transfer_state: "expired" });
    },
    { timeout: 8_000, interval: 100 },
  );
  await vi.waitFor(async () => expect(await moneyOf(ada)).toEqual(["1000", "1000"]), 5_000);
  const { body } = await ada.ask("GET", "/v1/withdrawals");
  expect(body["withdrawals"]).toMatchObject([{ state: "rejected", transfer_state: "expired" }]);
  const late = await ann.ask("POST", `/v1/admin/approvals/${old.id}/approve`);
  expect(late.status).toBe(409);
  await evictDurableObject(env.ACCOUNT.getByName(ada.accountId));
  expect(await moneyOf(ada)).toEqual(["1000", "1000"]);
});

test("ID-120: what waited in the release before is handed over once, and is approved here", async () => {
  const { ann, ben, ada } = await people();
  const reference = crypto.randomUUID();
  const asked = await ada.ask("POST", "/v1/withdrawals", { amount: "100", reference });
  await transferOf(ann, reference);
  const approvals = env.APPROVALS.getByName("approvals");
  const row = (id: string, kind: string, body: object, by: string) => [id, kind, JSON.stringify(body), by] as const;
  const wire = crypto.randomUUID();
  const [withdrawal, deposit] = [crypto.randomUUID(), crypto.randomUUID()];
  await runInDurableObject(approvals, (_, { storage }) => {
    const money = { reference, symbol: null, amount: "100", withdrawalId: asked.body["withdrawal_id"] };
    for (const [id, kind, body, by] of [
      row(withdrawal, "withdrawal", money, ada.accountId),
      row(deposit, "deposit", { reference: wire, symbol: null, amount: "7" }, ann.accountId),
    ]) {
      storage.sql.exec(
        `INSERT INTO approval (id, kind, state, account_id, reference, body, asked_by, asked_at, request_id, due_at)
         VALUES (?, ?, 'pending', ?, ?, ?, ?, ?, 'r', ?)`,
        id,
        kind,
        ada.accountId,
        kind === "deposit" ? wire : reference,
        body,
        by,
        Date.now(),
        Date.now() + 1e8,
      );
    }
  });
  await evictDurableObject(approvals);
  const found = await vi.waitFor(async () => {
    const ids = (await listed(ann)).map(({ approval_id: id }) => id);
    expect(ids).toEqual(expect.arrayContaining([withdrawal, deposit]));
    return ids;
  }, 5_000);
  expect(new Set(found).size).toBe(found.length);
  expect(found).not.toContain(asked.body["withdrawal_id"]);
  for (const [id, admin] of [
    [withdrawal, ben],
    [deposit, ben],
  ] as const) {
    const decided = await admin.ask("POST", `/v1/admin/approvals/${id}/approve`);
    expect(decided).toMatchObject({ status: 200, body: { state: "booked", transfer_state: "posted" } });
  }
  expect(await moneyOf(ada)).toEqual(["907", "907"]);
  expect(
    await runInDurableObject(approvals, (_, { storage }) => [
      ...storage.sql.exec("SELECT id FROM approval WHERE kind NOT LIKE 'user_%'"),
    ]),
  ).toEqual([]);
});

test("ID-99: the owner is notified of a withdrawal once, with where it was requested from", async () => {
  const { ann, ada } = await people();
  const reference = crypto.randomUUID();
  const body = { amount: "10", reference };
  const { body: made } = await ada.ask("POST", "/v1/withdrawals", body, { "X-Forwarded-For": "192.0.2.7" });
  await ada.ask("POST", "/v1/withdrawals", body);
  await transferOf(ann, reference);
  await evictDurableObject(TRANSFERS());
  await transferOf(ann, reference);
  const { body: log } = await ada.ask("GET", "/v1/auth/events");
  const noted = JSON.stringify(log).match(new RegExp(String(made["withdrawal_id"]), "g"));
  expect(noted).toHaveLength(1);
});
