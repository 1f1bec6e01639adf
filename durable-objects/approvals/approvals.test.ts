import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { ApprovalAsk, ApprovalView } from "../../protocol/approvalRpc.ts";
import { storage } from "../../test/objectStorage.ts";
import { Acts } from "./acts.ts";
import { ApprovalDesk, EXPIRES_MS } from "./approvals.ts";

const ACCOUNT = "7d3c0a4e-0000-4000-8000-000000000001";
const [ANN, BEN, CAT] = ["ann", "ben", "cat"];
const ORIGIN = { requestId: "r2", ip: "192.0.2.1", userAgent: "test" };
const ASKED: ApprovalAsk = {
  kind: "deposit",
  accountId: ACCOUNT,
  deposit: { reference: "wire-1", symbol: null, amount: "100.00" },
  askedBy: ANN,
  request: null,
  requestId: "r1",
};

/** An account that books each reference once, and can be away; `gate` holds it up. */
function world(db = new DatabaseSync(":memory:")) {
  const known = {
    now: 1_760_000_000_000,
    away: false,
    refuses: false,
    gate: Promise.resolve(),
    armed: Infinity,
    calls: [] as unknown[],
    booked: new Map<string, unknown>(),
  };
  const open = () =>
    new ApprovalDesk({
      storage: storage(db),
      now: () => known.now,
      book: async (accountId, deposit, by, origin) => {
        known.calls.push({ accountId, deposit, by, origin });
        await known.gate;
        if (known.away) throw new Error("away");
        if (known.refuses) return { ok: false, refusal: { reason: "deposit_reference_taken" } };
        if (!known.booked.has(deposit.reference)) known.booked.set(deposit.reference, by);
        return { ok: true, value: null };
      },
      settle: async (accountId, id, approve, by, origin) => {
        known.calls.push({ accountId, id, approve, by, origin });
        if (known.away) throw new Error("away");
        if (known.refuses) return { ok: false, refusal: { reason: "withdrawal_decided" } };
        return { ok: true, value: null };
      },
      armBy: (at) => (known.armed = Math.min(known.armed, at)),
      failed: () => {},
    });
  const desk = open();
  const propose = (asked: Partial<ApprovalAsk> = {}): ApprovalView => {
    const proposed = desk.propose({ ...ASKED, ...asked });
    if (!proposed.ok) throw new Error(proposed.refusal.reason);
    return proposed.value.approval;
  };
  return { db, known, desk, open, propose };
}

const reasonOf = (outcome: { ok: boolean; refusal?: { reason: string } }) => outcome.refusal?.reason ?? "ok";

test("ID-80: nothing is booked until another administrator than the one who asked approves it", async () => {
  const { known, desk, propose } = world();
  const { id, state, expiresAt } = propose();
  expect([state, expiresAt]).toEqual(["pending", known.now + EXPIRES_MS]);
  expect(reasonOf(await desk.approve(id, ANN, ORIGIN))).toBe("approval_own");
  expect(reasonOf(await desk.approve(id, ACCOUNT, ORIGIN)), "whose account it is").toBe("approval_own");
  expect(reasonOf(await desk.approve("another", BEN, ORIGIN))).toBe("approval_not_found");
  expect(known.calls).toEqual([]);
  const approved = await desk.approve(id, BEN, ORIGIN);
  expect(approved).toMatchObject({
    ok: true,
    value: { state: "booked", askedBy: ANN, decidedBy: BEN, decidedAt: known.now },
  });
  expect(known.calls).toEqual([
    { accountId: ACCOUNT, deposit: ASKED.deposit, by: { asked: ANN, approved: BEN }, origin: ORIGIN },
  ]);
});

test("ID-80: of administrators who approve at once one decides, and it is booked once", async () => {
  const { known, desk, propose } = world();
  const { id } = propose();
  let open = (): void => {};
  known.gate = new Promise((resolve) => (open = resolve));
  const deciding = [desk.approve(id, BEN, ORIGIN), desk.approve(id, CAT, ORIGIN), desk.approve(id, BEN, ORIGIN)];
  expect(reasonOf(desk.reject(id, CAT))).toBe("approval_decided");
  open();
  expect((await Promise.all(deciding)).map(reasonOf)).toEqual(["ok", "approval_decided", "ok"]);
  expect([...known.booked]).toEqual([["wire-1", { asked: ANN, approved: BEN }]]);
  // The one who decided may repeat it, and changes nothing.
  const calls = known.calls.length;
  expect(await desk.approve(id, BEN, ORIGIN)).toMatchObject({ ok: true, value: { state: "booked" } });
  expect(known.calls).toHaveLength(calls);
});

test("ID-81: a decision that could not be carried out is carried out when the account answers, also after a crash", async () => {
  const { known, desk, open, propose } = world();
  const { id } = propose();
  known.away = true;
  expect(await desk.approve(id, BEN, ORIGIN)).toMatchObject({ ok: true, value: { state: "approved" } });
  expect(known.armed).toBeLessThanOrEqual(known.now + 1_000);
  known.now += 1_000;
  // A new object on the same disk: what it does is told by its alarm alone.
  const later = open();
  await later.due();
  expect(later.list("approved", 10)).toHaveLength(1);
  known.away = false;
  known.now += 60_000;
  await later.due();
  expect(later.list(null, 10)).toMatchObject([{ id, state: "booked", decidedBy: BEN }]);
  expect([...known.booked.values()]).toEqual([{ asked: ANN, approved: BEN }]);
  const calls = known.calls.length;
  known.now += 60_000;
  await later.due();
  expect(known.calls).toHaveLength(calls);
});

test("ID-81: what the account refuses has failed, and may be asked for again", async () => {
  const { known, desk, propose } = world();
  const { id } = propose();
  known.refuses = true;
  expect(await desk.approve(id, BEN, ORIGIN)).toMatchObject({
    ok: true,
    value: { state: "failed", refusal: "deposit_reference_taken" },
  });
  expect(propose().id).not.toBe(id);
});

test("ID-80: rejected or seven days old, it is never booked", async () => {
  const { known, desk, propose } = world();
  const rejected = propose();
  expect(desk.reject(rejected.id, ANN)).toMatchObject({ ok: true, value: { state: "rejected" } });
  expect(reasonOf(await desk.approve(rejected.id, BEN, ORIGIN))).toBe("approval_decided");
  const old = propose();
  expect(old.id).not.toBe(rejected.id);
  known.now += EXPIRES_MS;
  expect(reasonOf(await desk.approve(old.id, BEN, ORIGIN))).toBe("approval_decided");
  await desk.due();
  expect(desk.list("expired", 10).map(({ id }) => id)).toEqual([old.id]);
  expect(desk.list(null, 10).map(({ state }) => state)).toEqual(["expired", "rejected"]);
  expect(known.calls).toEqual([]);
});

test("ID-82: the same request, and the same reference with the same content, is one approval", () => {
  const { desk, propose } = world();
  const request = { key: "k1", fingerprint: "f1" };
  const { id } = propose({ request });
  const again = (asked: Partial<ApprovalAsk>) => desk.propose({ ...ASKED, ...asked });
  expect(again({ request })).toMatchObject({ ok: true, value: { again: true, approval: { id } } });
  expect(reasonOf(again({ request: { ...request, fingerprint: "f2" } }))).toBe("idempotency_key_reused");
  expect(again({ deposit: { ...ASKED.deposit, amount: "100" } })).toMatchObject({ ok: true, value: { again: true } });
  expect(reasonOf(again({ deposit: { ...ASKED.deposit, amount: "100.01" } }))).toBe("deposit_reference_taken");
  expect(again({ accountId: "another", request })).toMatchObject({ ok: true, value: { again: false } });
  for (const amount of ["0", "-1", "1e3", "", "99999999999999999999"]) {
    expect(reasonOf(again({ deposit: { reference: "x", symbol: null, amount } })), amount).toBe("deposit_invalid");
  }
  expect(reasonOf(again({ deposit: { reference: "x", symbol: "NOPE", amount: "1" } }))).toBe("asset_not_found");
});

test("ID-83: what administrators did is told newest first, a page at a time", () => {
  const acts = new Acts(storage().sql, () => 7);
  for (const target of ["AAPL", "MSFT", "TSLA"]) {
    acts.record({ by: ANN, what: "market.halted", target, facts: { reason: "T1" }, requestId: "r" });
  }
  const [newest, second] = acts.list(null, 2);
  expect(newest).toEqual({
    seq: 3,
    at: 7,
    by: ANN,
    what: "market.halted",
    target: "TSLA",
    facts: { reason: "T1" },
    requestId: "r",
  });
  expect(acts.list(second?.seq ?? 0, 2).map(({ target }) => target)).toEqual(["AAPL"]);
});

const WITHDRAWAL: Partial<ApprovalAsk> = { kind: "withdrawal", withdrawalId: "w1" };

test("ID-68: of a withdrawal every end is carried out: approved, rejected, or decided by nobody in time", async () => {
  const { known, desk, propose } = world();
  const [first, second, third] = ["a", "b", "c"].map((reference) =>
    propose({ ...WITHDRAWAL, deposit: { ...ASKED.deposit, reference } }),
  );
  expect(reasonOf(await desk.approve(first?.id ?? "", ANN, ORIGIN))).toBe("approval_own");
  expect(await desk.approve(first?.id ?? "", BEN, ORIGIN)).toMatchObject({ ok: true, value: { state: "booked" } });
  expect(desk.reject(second?.id ?? "", BEN)).toMatchObject({ ok: true, value: { state: "rejected" } });
  await desk.carryOut(second?.id ?? "", ORIGIN);
  known.now += EXPIRES_MS;
  await desk.due();
  expect(desk.list("expired", 10)).toMatchObject([{ id: third?.id }]);
  expect(known.calls).toMatchObject([
    { id: "w1", approve: true, by: BEN },
    { id: "w1", approve: false, by: BEN },
    { id: "w1", approve: false, by: "" },
  ]);
  await desk.due();
  expect(known.calls).toHaveLength(3);
});

test("ID-68: a rejection that did not reach the account is carried out later", async () => {
  const { known, desk, open, propose } = world();
  const { id } = propose(WITHDRAWAL);
  known.away = true;
  expect(reasonOf(desk.reject(id, BEN))).toBe("ok");
  await desk.carryOut(id, ORIGIN);
  known.away = false;
  known.now = known.armed;
  await open().due();
  expect(known.calls).toMatchObject([{ approve: false }, { approve: false, by: BEN }]);
  expect(desk.list("rejected", 10)).toMatchObject([{ id }]);
});

test("ID-68: a withdrawal is proposed once for ever, beside a deposit of the same reference", () => {
  const { desk, propose } = world();
  const [deposit, withdrawal] = [propose(), propose(WITHDRAWAL)];
  expect(withdrawal.id).not.toBe(deposit.id);
  expect(desk.reject(withdrawal.id, BEN).ok).toBe(true);
  expect(propose(WITHDRAWAL)).toMatchObject({ id: withdrawal.id, state: "rejected", withdrawalId: "w1" });
});
