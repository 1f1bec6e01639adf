import { DatabaseSync } from "node:sqlite";
import { expect, test, vi } from "vitest";
import type { ApprovalAsk, ApprovalView } from "../../protocol/rpc/approvals.ts";
import { storage } from "../../test/objectStorage.ts";
import { AdminLog } from "./adminLog.ts";
import { Administrators } from "./administrators.ts";
import { ApprovalService } from "./approvalService.ts";
import { createApprovalTable, EXPIRES_MS } from "./approvalTable.ts";

const ACCOUNT = "7d3c0a4e-0000-4000-8000-000000000001";
const [ANN, BEN, CAT] = ["ann", "ben", "cat"];
const by = (userId: string) => ({ userId, route: `route-${userId}` });
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
  const open = () => {
    const objects = storage(db);
    createApprovalTable(objects.sql);
    new AdminLog(objects.sql, () => known.now);
    return new ApprovalService(
      {
        storage: objects,
        now: () => known.now,
        postDeposit: async (accountId, deposit, decided, origin) => {
          known.calls.push({ accountId, deposit, by: decided, origin });
          await known.gate;
          if (known.away) throw new Error("away");
          if (known.refuses) return { ok: false, refusal: { reason: "deposit_reference_taken" } };
          if (!known.booked.has(deposit.reference)) known.booked.set(deposit.reference, decided);
          return { ok: true, value: null };
        },
        settleWithdrawal: async (accountId, id, approve, decider, origin) => {
          known.calls.push({ accountId, id, approve, by: decider, origin });
          if (known.away) throw new Error("away");
          if (known.refuses) return { ok: false, refusal: { reason: "withdrawal_decided" } };
          return { ok: true, value: null };
        },
        executeUserAction: async () => {
          throw new Error("no user is changed here");
        },
        loginStatus: async (route) => {
          return { userId: route.replace("route-", ""), isAdministrator: true, hasSecondFactor: true };
        },
        masters: () => {
          throw new Error("nothing is sealed here");
        },
        armBy: (at) => (known.armed = Math.min(known.armed, at)),
        failed: () => {},
      },
      new Administrators(objects.sql),
    );
  };
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
  expect(reasonOf(await desk.approve(id, by(ANN), ORIGIN))).toBe("approval_own");
  expect(reasonOf(await desk.approve(id, by(ACCOUNT), ORIGIN)), "whose account it is").toBe("approval_own");
  expect(reasonOf(await desk.approve("another", by(BEN), ORIGIN))).toBe("approval_not_found");
  expect(known.calls).toEqual([]);
  const approved = await desk.approve(id, by(BEN), ORIGIN);
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
  const deciding = [
    desk.approve(id, by(BEN), ORIGIN),
    desk.approve(id, by(CAT), ORIGIN),
    desk.approve(id, by(BEN), ORIGIN),
  ];
  await vi.waitFor(() => expect(desk.list("approved", 1)).toHaveLength(1));
  expect(reasonOf(desk.reject(id, CAT))).toBe("approval_decided");
  open();
  expect((await Promise.all(deciding)).map(reasonOf)).toEqual(["ok", "approval_decided", "ok"]);
  expect([...known.booked]).toEqual([["wire-1", { asked: ANN, approved: BEN }]]);
  // The one who decided may repeat it, and changes nothing.
  const calls = known.calls.length;
  expect(await desk.approve(id, by(BEN), ORIGIN)).toMatchObject({ ok: true, value: { state: "booked" } });
  expect(known.calls).toHaveLength(calls);
});

test("ID-81: a decision that could not be carried out is carried out when the account answers, also after a crash", async () => {
  const { known, desk, open, propose } = world();
  const { id } = propose();
  known.away = true;
  expect(await desk.approve(id, by(BEN), ORIGIN)).toMatchObject({ ok: true, value: { state: "approved" } });
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
  expect(await desk.approve(id, by(BEN), ORIGIN)).toMatchObject({
    ok: true,
    value: { state: "failed", refusal: "deposit_reference_taken" },
  });
  expect(propose().id).not.toBe(id);
});

test("ID-80: rejected or seven days old, it is never booked", async () => {
  const { known, desk, propose } = world();
  const rejected = propose();
  expect(desk.reject(rejected.id, ANN)).toMatchObject({ ok: true, value: { state: "rejected" } });
  expect(reasonOf(await desk.approve(rejected.id, by(BEN), ORIGIN))).toBe("approval_decided");
  const old = propose();
  expect(old.id).not.toBe(rejected.id);
  known.now += EXPIRES_MS;
  expect(reasonOf(await desk.approve(old.id, by(BEN), ORIGIN))).toBe("approval_decided");
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

test("ID-83: what administrators do is told newest first, a page at a time, and kept for seven years", () => {
  let now = 7;
  const { sql } = storage();
  const acts = new AdminLog(sql, () => now);
  const act = { by: ANN, what: "market.halted", facts: { reason: "T1" }, requestId: "r" };
  for (const target of ["AAPL", "MSFT"]) acts.begin({ ...act, target }, "done");
  const seq = acts.begin({ ...act, target: "TSLA" });
  const [newest, second] = acts.list(null, 2);
  expect(newest).toEqual({ seq: 3, at: 7, ...act, target: "TSLA", outcome: null });
  expect(acts.list(second?.seq ?? 0, 2).map(({ target }) => target)).toEqual(["AAPL"]);
  acts.end(seq, "refused", { why: "closed" });
  // An outcome stays.
  acts.end(seq, "done", {});
  expect(acts.list(null, 1)).toMatchObject([{ outcome: "refused", facts: { reason: "T1", why: "closed" } }]);
  now += 7 * 366 * 86_400_000;
  acts.begin({ ...act, target: "F" });
  expect(acts.list(null, 9).map(({ target }) => target)).toEqual(["F"]);
});

test("ID-83: acts of a release that wrote them afterwards are told as done", () => {
  const { sql } = storage();
  sql.exec(`CREATE TABLE act (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, by TEXT NOT NULL,
    what TEXT NOT NULL, target TEXT NOT NULL, facts TEXT NOT NULL, request_id TEXT NOT NULL)`);
  sql.exec("INSERT INTO act (at, by, what, target, facts, request_id) VALUES (?, 'a', 'w', 't', '{}', 'r')", 1);
  for (const acts of [new AdminLog(sql, () => 2), new AdminLog(sql, () => 2)]) {
    expect(acts.list(null, 1)).toMatchObject([{ outcome: "done" }]);
  }
});

const WITHDRAWAL: Partial<ApprovalAsk> = { kind: "withdrawal", withdrawalId: "w1" };

test("ID-68: of a withdrawal every end is carried out: approved, rejected, or decided by nobody in time", async () => {
  const { known, desk, propose } = world();
  const [first, second, third] = ["a", "b", "c"].map((reference) =>
    propose({ ...WITHDRAWAL, deposit: { ...ASKED.deposit, reference } }),
  );
  expect(reasonOf(await desk.approve(first?.id ?? "", by(ANN), ORIGIN))).toBe("approval_own");
  expect(await desk.approve(first?.id ?? "", by(BEN), ORIGIN)).toMatchObject({ ok: true, value: { state: "booked" } });
  expect(desk.reject(second?.id ?? "", BEN)).toMatchObject({ ok: true, value: { state: "rejected" } });
  await desk.execute(second?.id ?? "", ORIGIN);
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
  await desk.execute(id, ORIGIN);
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
