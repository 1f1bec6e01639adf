import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { TransferCommand, TransferNotice } from "../../domain/transfers/messages.ts";
import { TRANSFER_EXPIRES_MS } from "../../domain/transfers/transfer.ts";
import type { DecisionCheckResult } from "../../protocol/rpc/approvals.ts";
import type { RequestedDeposit } from "../../protocol/rpc/transfers.ts";
import { transferActor } from "../../test/transferActor.ts";

const ACCOUNT = "7d3c0a4e-0000-4000-8000-000000000001";
const [OWNER, ANN, BEN, CAT] = ["owner", "ann", "ben", "cat"];
const by = (userId: string) => ({ userId, route: `route-${userId}` });
const ORIGIN = { requestId: "r2", ip: "192.0.2.1", userAgent: "test" };
const ASKED: RequestedDeposit = {
  accountId: ACCOUNT,
  ownerId: OWNER,
  deposit: { reference: "wire-1", symbol: null, amount: "100.00" },
  requestedBy: by(ANN),
  request: null,
  alone: false,
};

/** An account that posts each reference once, and can be away. */
function world(db = new DatabaseSync(":memory:")) {
  const known = {
    now: 1_760_000_000_000,
    away: false,
    refuses: false,
    checked: { deciderRefusal: null, requestRefusal: null } as DecisionCheckResult,
    checkMs: 0,
  };
  const account = ({ kind, transferId }: TransferCommand): TransferNotice | null => {
    if (known.away) return null;
    const ended = { kind: "transfer_ended", transferId } as const;
    if (known.refuses) return { ...ended, result: "refused", refusal: "account_closed" };
    return { ...ended, result: kind === "void_withdrawal" ? "voided" : "posted", refusal: null };
  };
  const check = async () => {
    known.now += known.checkMs;
    return known.checked;
  };
  const actor = transferActor({ now: () => known.now, check, account }, db);
  const propose = async (asked: Partial<RequestedDeposit> = {}) => {
    const proposed = await actor.requests.requestDeposit({ ...ASKED, ...asked }, ORIGIN);
    if (!proposed.ok) throw new Error(proposed.refusal.reason);
    return proposed.value.approval;
  };
  const withdraw = (withdrawalId: string, listed = true): string => {
    actor.tell({
      kind: "withdrawal_requested",
      withdrawalId,
      accountId: ACCOUNT,
      ownerId: OWNER,
      reference: `rent-${withdrawalId}`,
      amount: "300.5",
      requestedBy: OWNER,
      requestedRoute: "route-owner",
      requestedAt: known.now,
      expiresAt: known.now + TRANSFER_EXPIRES_MS,
      origin: ORIGIN,
    });
    if (listed) actor.notified(withdrawalId);
    return withdrawalId;
  };
  return { known, ...actor, propose, withdraw };
}

const reasonOf = (outcome: { ok: boolean; refusal?: { reason: string } }) => outcome.refusal?.reason ?? "ok";

test("ID-80: nothing is posted until another administrator than the one who requested it approves it", async () => {
  const { known, requests, propose, commands } = world();
  const { id, state, transferState, expiresAt } = await propose();
  expect([state, transferState, expiresAt]).toEqual(["pending", "pending", known.now + TRANSFER_EXPIRES_MS]);
  expect(reasonOf(await requests.approve(id, by(ANN), ORIGIN))).toBe("approval_own");
  expect(reasonOf(await requests.approve(id, by(OWNER), ORIGIN)), "whose account it is").toBe("approval_own");
  expect(reasonOf(await requests.approve("another", by(BEN), ORIGIN))).toBe("approval_not_found");
  expect(commands).toEqual([]);
  expect(await requests.approve(id, by(BEN), ORIGIN)).toMatchObject({
    ok: true,
    value: { state: "booked", transferState: "posted", askedBy: ANN, decidedBy: BEN, decidedAt: known.now },
  });
  // Where it was approved from goes to the account as the account keeps it.
  const origin = { ...ORIGIN, ip: "v1.192.0.2.1" };
  expect(commands).toMatchObject([{ accountId: ACCOUNT, command: { requestedBy: ANN, approvedBy: BEN, origin } }]);
});

test("ID-80: of administrators who approve at once one decides, and it is posted once", async () => {
  const { known, requests, propose, commands, list } = world();
  const { id } = await propose();
  known.away = true;
  const outcomes = await Promise.all([BEN, CAT, BEN].map((who) => requests.approve(id, by(who), ORIGIN)));
  expect(outcomes.map(reasonOf)).toEqual(["ok", "approval_decided", "ok"]);
  expect(list("approved", 9)).toHaveLength(1);
  expect(reasonOf(await requests.reject(id, by(CAT), ORIGIN))).toBe("approval_decided");
  known.away = false;
  // The one who decided may repeat it, and changes nothing.
  expect(await requests.approve(id, by(BEN), ORIGIN)).toMatchObject({ ok: true, value: { state: "booked" } });
  expect(commands).toHaveLength(1);
});

test("ID-81: a decision that did not reach the account waits for it", async () => {
  const { known, requests, propose, send, list } = world();
  const { id } = await propose();
  known.away = true;
  expect(await requests.approve(id, by(BEN), ORIGIN)).toMatchObject({ ok: true, value: { state: "approved" } });
  expect(list("approved", 10)).toMatchObject([{ id, transferState: "pending" }]);
  known.away = false;
  send();
  expect(list(null, 10)).toMatchObject([{ id, state: "booked", decidedBy: BEN }]);
});

test("ID-81: what the account refuses has failed, and may be requested again", async () => {
  const { known, requests, propose } = world();
  const { id } = await propose();
  known.refuses = true;
  expect(await requests.approve(id, by(BEN), ORIGIN)).toMatchObject({
    ok: true,
    value: { state: "failed", transferState: "voided", refusal: "account_closed" },
  });
  expect((await propose()).id).not.toBe(id);
});

test("ID-80: rejected or seven days old, it is never posted", async () => {
  const { known, requests, propose, commands, list } = world();
  const rejected = await propose();
  expect(await requests.reject(rejected.id, by(ANN), ORIGIN)).toMatchObject({ ok: true, value: { state: "rejected" } });
  expect(reasonOf(await requests.approve(rejected.id, by(BEN), ORIGIN))).toBe("approval_decided");
  const old = await propose();
  expect(old.id).not.toBe(rejected.id);
  known.now += TRANSFER_EXPIRES_MS;
  // Before its alarm, too.
  expect(reasonOf(await requests.approve(old.id, by(BEN), ORIGIN))).toBe("approval_decided");
  await requests.expire();
  expect(list("expired", 10).map(({ id }) => id)).toEqual([old.id]);
  expect(list(null, 10).map(({ state }) => state)).toEqual(["expired", "rejected"]);
  expect(commands).toEqual([]);
});

test("ID-82: the same request, and the same reference with the same content, is one transfer", async () => {
  const { requests, propose } = world();
  const request = { key: "k1", fingerprint: "f1" };
  const { id } = await propose({ request });
  const again = (asked: Partial<RequestedDeposit>) => requests.requestDeposit({ ...ASKED, ...asked }, ORIGIN);
  expect(await again({ request })).toMatchObject({ ok: true, value: { again: true, approval: { id } } });
  expect(reasonOf(await again({ request: { ...request, fingerprint: "f2" } }))).toBe("idempotency_key_reused");
  const amount = (text: string) => ({ deposit: { ...ASKED.deposit, amount: text } });
  expect(await again(amount("100"))).toMatchObject({ ok: true, value: { again: true } });
  expect(reasonOf(await again(amount("100.01")))).toBe("deposit_reference_taken");
  expect(await again({ accountId: "another", request })).toMatchObject({ ok: true, value: { again: false } });
});

test("ID-68: every decision about a withdrawal is executed at its account: approved, rejected, or decided by nobody in time", async () => {
  const { known, requests, withdraw, commands, list } = world();
  const [first = "", second = ""] = ["w1", "w2", "w3"].map((id) => withdraw(id));
  expect(reasonOf(await requests.approve(first, by(OWNER), ORIGIN))).toBe("approval_own");
  expect(await requests.approve(first, by(BEN), ORIGIN)).toMatchObject({ ok: true, value: { state: "booked" } });
  expect(await requests.reject(second, by(BEN), ORIGIN)).toMatchObject({ ok: true, value: { state: "rejected" } });
  known.now += TRANSFER_EXPIRES_MS;
  await requests.expire();
  expect(list("expired", 10)).toMatchObject([{ id: "w3", transferState: "expired" }]);
  const told = [
    { kind: "post_withdrawal", withdrawalId: "w1", by: BEN },
    { kind: "void_withdrawal", withdrawalId: "w2", by: BEN },
    { kind: "void_withdrawal", withdrawalId: "w3", by: "" },
  ];
  expect(commands.map(({ command }) => command)).toMatchObject(told);
  await requests.expire();
  expect(commands).toHaveLength(3);
});

test("ID-99: administrators see a withdrawal when its owner was notified, or when nobody can decide it any more", async () => {
  const { known, requests, withdraw, notified, list } = world();
  withdraw("w1", false);
  withdraw("w2", false);
  expect(list(null, 9)).toEqual([]);
  notified("w1");
  expect(list("pending", 9)).toMatchObject([{ id: "w1", withdrawalId: "w1", kind: "withdrawal" }]);
  known.now += TRANSFER_EXPIRES_MS;
  await requests.expire();
  expect(list(null, 9)).toHaveLength(2);
});

test("ID-102, ID-105: who may not decide does not, and a check that took too long counts for nothing", async () => {
  const { known, requests, propose, commands, list } = world();
  const { id } = await propose();
  known.checked = { deciderRefusal: { reason: "approval_needs_factor" }, requestRefusal: null };
  expect(reasonOf(await requests.approve(id, by(BEN), ORIGIN))).toBe("approval_needs_factor");
  known.checked = { deciderRefusal: null, requestRefusal: { reason: "approval_too_soon" } };
  expect(reasonOf(await requests.approve(id, by(BEN), ORIGIN))).toBe("approval_too_soon");
  known.checked = { deciderRefusal: null, requestRefusal: null };
  known.checkMs = 5_001;
  await expect(requests.approve(id, by(BEN), ORIGIN)).rejects.toThrow("too long ago");
  expect(list("pending", 9)).toHaveLength(1);
  expect(commands).toEqual([]);
});

test("ID-80: where one person is the whole staff a deposit is posted at once, and answered when it is", async () => {
  const { known, requests, propose } = world();
  const alone = { ...ASKED, alone: true };
  expect(await requests.requestDeposit(alone, ORIGIN)).toMatchObject({
    ok: true,
    value: { again: false, approval: { state: "booked", askedBy: ANN, decidedBy: ANN } },
  });
  expect(await requests.requestDeposit(alone, ORIGIN)).toMatchObject({ value: { again: true } });
  known.refuses = true;
  const other = { alone: true, deposit: { ...ASKED.deposit, reference: "wire-2" } };
  expect(await propose(other)).toMatchObject({ state: "failed", refusal: "account_closed" });
});
