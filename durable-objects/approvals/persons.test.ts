/** Acts on users that two administrators decide, and who may decide. */
import { NO_LIMITS } from "../../domain/risk/limits.ts";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { SETTLING_MS } from "./administrators.ts";
import { TransferHandover } from "./transferHandover.ts";
import { storage } from "../../test/objectStorage.ts";
import { annAndBen, change, erase, invite, reasonOf, world } from "../../test/administrators.ts";
import type { UserAction } from "../../protocol/rpc/approvals.ts";

const ORIGIN = { requestId: "r", ip: "", userAgent: "" };

test("ID-103: a user is invited, changed and erased when a second administrator approves it, and not before", async () => {
  const { logins, ask, approve, approvals } = await annAndBen();
  for (const [act, done] of [
    [invite("cat", ["trader", "admin"]), () => logins.get("cat")?.roles.includes("admin")],
    [change("cat", { roles: ["viewer"] }), () => logins.get("cat")?.roles.join() === "viewer"],
    [change("cat", { disabled: true }), () => logins.get("cat")?.disabledAt !== null],
    [erase("cat"), () => !logins.has("cat")],
  ] as const) {
    const asked = await ask("ann", act);
    expect(asked).toMatchObject({ ok: true, value: { again: false, approval: { state: "pending", kind: act.kind } } });
    expect(done()).not.toBe(true);
    const { id } = approvals.list("pending", 1)[0] ?? { id: "" };
    expect(reasonOf(await approve("ann", id))).toBe("approval_own");
    expect(done()).not.toBe(true);
    expect(await approve("ben", id)).toMatchObject({ ok: true, value: { state: "booked", accountId: "id-cat" } });
    expect(done()).toBe(true);
  }
});

test("ID-103: who is to be changed does not approve it, and the same act that waits is one approval", async () => {
  const { ask, approve, both, known } = await annAndBen();
  await both("ann", "ben", invite("cat", ["admin"]));
  known.now += SETTLING_MS;
  const asked = await ask("ann", change("cat", { plan: "pro" }));
  if (!asked.ok) throw new Error(asked.refusal.reason);
  const { id } = asked.value.approval;
  expect(await ask("ben", change("cat", { plan: "pro" }))).toMatchObject({ value: { again: true, approval: { id } } });
  expect(reasonOf(await approve("cat", id))).toBe("approval_own");
  expect(reasonOf(await approve("ben", id))).toBe("ok");
});

test("ID-103: the e-mail of an invitation is sealed while it waits, and forgotten with the decision", async () => {
  const { db, ask, approve, approvals } = await annAndBen();
  const kept = () => String(db.prepare("SELECT body FROM approval ORDER BY seq DESC LIMIT 1").get()?.["body"]);
  await ask("ann", invite("cat"));
  const [{ id, user } = { id: "", user: undefined }] = approvals.list(null, 1);
  expect(user).toMatchObject({ email: "cat@x" });
  expect(kept()).not.toContain("cat@x");
  expect(reasonOf(await approve("ben", id))).toBe("ok");
  expect(JSON.parse(kept())).not.toHaveProperty("email");
  await ask("ann", invite("dan"));
  const [second] = approvals.list(null, 1);
  expect(reasonOf(approvals.reject(second?.id ?? "", "id-ben"))).toBe("ok");
  expect(kept()).not.toMatch(/email|vault/);
  expect(approvals.list(null, 1)).toMatchObject([{ state: "rejected", user: { email: "" } }]);
});

test("ID-104: who has no second factor approves nothing", async () => {
  const { logins, approve, deposit } = await annAndBen();
  const ben = logins.get("ben");
  if (ben !== undefined) ben.factor = false;
  const id = deposit("ann", "wire");
  expect(reasonOf(await approve("ben", id))).toBe("approval_needs_factor");
  if (ben !== undefined) ben.factor = true;
  expect(reasonOf(await approve("ben", id))).toBe("ok");
});

test("ID-105: for a day nobody approves what its own chain of appointments has asked for, in any direction", async () => {
  const { known, both, approve, deposit } = await annAndBen();
  // Ann and Ben appoint Cat, then Ann and Cat appoint Dan: all of one chain.
  expect(reasonOf(await both("ann", "ben", invite("cat", ["admin"])))).toBe("ok");
  expect(reasonOf(await approve("cat", deposit("ann", "d1"))), "who appointed her asks").toBe("approval_too_soon");
  expect(reasonOf(await approve("cat", deposit("ben", "d2"))), "who approved her asks").toBe("approval_too_soon");
  expect(reasonOf(await approve("ben", deposit("cat", "d3"))), "she asks for who made her").toBe("approval_too_soon");
  expect(reasonOf(await approve("ann", deposit("ben", "d0"))), "neither is new").toBe("ok");
  known.now += SETTLING_MS - 1;
  expect(reasonOf(await approve("cat", deposit("ann", "d4")))).toBe("approval_too_soon");
  known.now += 1;
  expect(reasonOf(await approve("cat", deposit("ann", "d5")))).toBe("ok");
  expect(reasonOf(await both("cat", "ann", invite("dan", ["admin"])))).toBe("ok");
  expect(reasonOf(await approve("dan", deposit("ben", "d6"))), "who appointed the one who appointed").toBe(
    "approval_too_soon",
  );
  expect(reasonOf(await both("ann", "ben", invite("eve", ["admin"])))).toBe("ok");
  expect(reasonOf(await approve("eve", deposit("dan", "d7"))), "appointed by the same").toBe("approval_too_soon");
  known.now += SETTLING_MS;
  expect(reasonOf(await approve("eve", deposit("dan", "d8")))).toBe("ok");
});

test("ID-105: a promotion begins the day anew, and so does an end of the role that is taken back", async () => {
  const { known, both, approve, deposit } = await annAndBen();
  await both("ann", "ben", invite("cat", ["trader"]));
  known.now += 30 * SETTLING_MS;
  expect(reasonOf(await both("ann", "ben", change("cat", { roles: ["admin"] })))).toBe("ok");
  expect(reasonOf(await approve("cat", deposit("ann", "d1")))).toBe("approval_too_soon");
  known.now += SETTLING_MS;
  expect(reasonOf(await approve("cat", deposit("ann", "d2")))).toBe("ok");
  expect(reasonOf(await both("ann", "ben", change("cat", { disabled: true })))).toBe("ok");
  expect(reasonOf(await both("ann", "ben", change("cat", { disabled: false })))).toBe("ok");
  expect(reasonOf(await approve("cat", deposit("ann", "d3")))).toBe("approval_too_soon");
  // What is no promotion does not, also of those whom nobody here has appointed.
  await both("cat", "ann", change("ben", { plan: "pro" }));
  expect(reasonOf(await approve("ben", deposit("cat", "d5")))).toBe("approval_too_soon");
  expect(reasonOf(await approve("ben", deposit("ann", "d6")))).toBe("ok");
  known.now += SETTLING_MS;
  await both("ann", "ben", change("cat", { plan: "pro" }));
  expect(reasonOf(await approve("cat", deposit("ann", "d4")))).toBe("ok");
});

test("ID-105: a user who asks is of a chain too: who made both does not let out the one's money by the other", async () => {
  const { both, transfers, approve, known } = await annAndBen();
  await both("ann", "ben", invite("puppet", ["trader"]));
  await both("ann", "ben", invite("cat", ["admin"]));
  const withdrawal = (id: string, owner: string): string => {
    transfers.tell({
      kind: "withdrawal_requested",
      withdrawalId: id,
      accountId: `acc-${owner}`,
      ownerId: owner,
      reference: "w",
      amount: "1",
      requestedBy: owner,
      requestedRoute: null,
      requestedAt: known.now,
      expiresAt: known.now + 7 * SETTLING_MS,
      origin: { requestId: "r", ip: "", userAgent: "" },
    });
    transfers.notified(id);
    return id;
  };
  expect(reasonOf(await approve("cat", withdrawal("w1", "id-puppet")))).toBe("approval_too_soon");
  // Somebody whom nobody here has made.
  expect(reasonOf(await approve("cat", withdrawal("w2", "id-other")))).toBe("ok");
});

test("ID-105: what a dismissed administrator has asked for is not approved, and a dismissed one approves nothing", async () => {
  const { known, ask, both, approve, deposit } = await annAndBen();
  await both("ann", "ben", invite("cat", ["admin"]));
  known.now += SETTLING_MS;
  const asked = deposit("cat", "d1");
  const waiting = deposit("ann", "d2");
  let go = (): void => {};
  known.hold = new Promise((resolve) => (go = resolve));
  const dismissing = both("ann", "ben", change("cat", { roles: ["trader"] }));
  await new Promise((resolve) => setTimeout(resolve));
  // It is decided, and her login has not heard of it.
  expect(reasonOf(await approve("cat", waiting))).toBe("forbidden");
  expect(reasonOf(await ask("cat", change("ann", { disabled: true })))).toBe("forbidden");
  go();
  expect(reasonOf(await dismissing)).toBe("ok");
  expect(reasonOf(await approve("ben", asked))).toBe("approval_asker_left");
  expect(reasonOf(await approve("cat", waiting))).toBe("forbidden");
});

test("ID-103: who is to be dismissed does not turn that down, and who has been dismissed turns nothing down", async () => {
  const { transfers, by, ask, approve, both, deposit, approvals, known, administrators } = await annAndBen();
  await both("ann", "ben", invite("cat", ["admin"]));
  known.now += SETTLING_MS;
  for (const act of [change("cat", { disabled: true }), change("cat", { plan: "pro" }), erase("cat")]) {
    const asked = await ask("ann", act);
    if (!asked.ok) throw new Error(asked.refusal.reason);
    const { id } = asked.value.approval;
    expect(reasonOf(approvals.reject(id, "id-cat"))).toBe("approval_own");
    // Who has asked, or any other, may.
    expect(reasonOf(approvals.reject(id, "id-ann"))).toBe("ok");
  }
  const own = await ask("cat", change("cat", { plan: "pro" }));
  expect(reasonOf(own.ok ? approvals.reject(own.value.approval.id, "id-cat") : own)).toBe("ok");
  const wire = deposit("ann", "wire");
  administrators.dismiss("id-cat");
  expect(reasonOf(await transfers.requests.reject(wire, by("cat"), ORIGIN))).toBe("forbidden");
  expect(reasonOf(await approve("ben", wire))).toBe("ok");
});

test("ID-102: two administrators who dismiss each other at once leave one, whatever way they do it", async () => {
  const ways: ((name: string) => UserAction)[] = [
    (name) => change(name, { roles: ["trader"] }),
    (name) => change(name, { disabled: true }),
    erase,
  ];
  for (const first of ways) {
    for (const second of ways) {
      const { ask, administrators, logins } = await annAndBen();
      const outcomes = await Promise.all([ask("ann", first("ben"), true), ask("ben", second("ann"), true)]);
      expect(outcomes.map(reasonOf).sort()).toEqual(["forbidden", "ok"]);
      const left = [...logins.values()].filter((login) => login.disabledAt === null && login.roles.includes("admin"));
      expect(left).toHaveLength(1);
      expect(administrators.isActive(left[0]?.userId ?? "")).toBe(true);
    }
  }
});

test("ID-102: of administrators who have asked for each other's dismissal one is dismissed, though a third approves both", async () => {
  const { open, ask, approve, known, administrators } = await annAndBen();
  await open("s2", "cat");
  const ids = [await ask("ann", change("ben", { disabled: true })), await ask("ben", erase("ann"))].map((asked) =>
    asked.ok ? asked.value.approval.id : "",
  );
  let go = (): void => {};
  known.hold = new Promise((resolve) => (go = resolve));
  const outcomes = Promise.all(ids.map((id) => approve("cat", id)));
  await new Promise((resolve) => setTimeout(resolve));
  go();
  expect((await outcomes).map(reasonOf)).toEqual(["ok", "approval_asker_left"]);
  expect(["ann", "ben", "cat"].map((name) => administrators.isActive(`id-${name}`))).toEqual([true, false, true]);
});

test("ID-102: nobody ends the own role, and the last one on the list is not taken off it", async () => {
  const { ask, administrators } = await annAndBen();
  for (const act of [change("ann", { roles: ["trader"] }), change("ann", { disabled: true }), erase("ann")]) {
    expect(reasonOf(await ask("ann", act, true))).toBe("admin_self");
  }
  expect(administrators.dismiss("id-ben")).toBe(true);
  expect(administrators.dismiss("id-ann")).toBe(false);
});

test("ID-103: what was cut off is done once when the login answers, also to a login of the same e-mail that came later", async () => {
  const { known, both, approvals, logins } = await annAndBen();
  known.away = true;
  expect(await both("ann", "ben", invite("cat"))).toMatchObject({ ok: true, value: { state: "approved" } });
  known.away = false;
  known.now += 5_000;
  await approvals.due();
  expect(approvals.list(null, 1)).toMatchObject([{ state: "booked", accountId: "id-cat", user: { email: "" } }]);
  // Another person has the e-mail now.
  logins.set("cat", { userId: "id-other", roles: ["trader"], disabledAt: null, factor: false, invitation: undefined });
  expect(await both("ann", "ben", change("cat", { roles: ["admin"] }))).toMatchObject({
    value: { state: "failed", refusal: "user_not_found" },
  });
  await both("ann", "ben", erase("cat"));
  expect(logins.get("cat")).toMatchObject({ userId: "id-other", roles: ["trader"] });
});

test("ID-103: an invitation whose e-mail cannot be opened any more invites nobody", async () => {
  const { db, ask, approve, approvals, logins } = await annAndBen();
  await ask("ann", invite("cat"));
  db.exec("UPDATE approval SET body = json_set(body, '$.vault', 'k0.AAAA') WHERE kind = 'user_invite'");
  const [{ id } = { id: "" }] = approvals.list("pending", 1);
  expect(await approve("ben", id)).toMatchObject({ value: { state: "failed", refusal: "user_not_found" } });
  expect([...logins.keys()]).toEqual(["ann", "ben"]);
});

test("ID-80: what was asked for under an earlier release is approved by this one", async () => {
  const db = new DatabaseSync(":memory:");
  db.exec(`CREATE TABLE approval (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    state TEXT NOT NULL, account_id TEXT NOT NULL, reference TEXT NOT NULL, body TEXT NOT NULL, asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL, request_id TEXT NOT NULL, request_key TEXT, fingerprint TEXT, decided_by TEXT,
    decided_at INTEGER, refusal TEXT, due_at INTEGER, tries INTEGER NOT NULL DEFAULT 0)`);
  const body = JSON.stringify({ reference: "wire", symbol: null, amount: "5" });
  db.prepare(
    `INSERT INTO approval (id, kind, state, account_id, reference, body, asked_by, asked_at, request_id, due_at)
     VALUES ('a1', 'deposit', 'pending', 'acc', 'wire', ?, 'id-ann', ?, 'r', ?)`,
  ).run(body, 1_760_000_000_000 - 5, 1_760_000_100_000);
  const { approve, logins, transfers } = world(db);
  const login = { roles: ["admin"], disabledAt: null, factor: true, invitation: undefined } as const;
  for (const name of ["ann", "ben"]) logins.set(name, { ...login, userId: `id-${name}` });
  const handover = new TransferHandover({ sql: storage(db).sql, transfers: () => transfers.requests });
  await handover.run();
  expect(transfers.list(null, 1)).toMatchObject([{ kind: "deposit", deposit: { reference: "wire", amount: "5" } }]);
  expect(await approve("ben", "a1")).toMatchObject({ ok: true, value: { state: "booked", decidedBy: "id-ben" } });
});

test("ID-103, PF-47: a fee plan is set when a second administrator approves it, and never for the account of another", async () => {
  const { ask, approve, approvals, both, known } = await annAndBen();
  await both("ann", "ben", invite("cat"));
  const plan = (accountId: string) =>
    ({ kind: "user_fee_plan", userId: "id-cat", route: "cat", accountId, feePlan: "maker_taker" }) as const;
  await ask("ann", plan("id-cat"));
  expect(await ask("ben", plan("id-cat"))).toMatchObject({ value: { again: true } });
  const { id } = approvals.list("pending", 1)[0] ?? { id: "" };
  expect(reasonOf(await approve("ann", id))).toBe("approval_own");
  expect(known.feePlans).toEqual([]);
  expect(await approve("ben", id)).toMatchObject({ ok: true, value: { state: "booked" } });
  expect(known.feePlans).toEqual(["id-cat maker_taker by id-ann, id-ben"]);
  await ask("ann", plan("id-ann"));
  expect(await approve("ben", approvals.list("pending", 1)[0]?.id ?? "")).toMatchObject({ value: { state: "failed" } });
  expect(known.feePlans).toHaveLength(1);
});

test("RK-7: a block is lifted when a second administrator approves it, and by nobody for an own account", async () => {
  const { ask, approve, approvals, both, known } = await annAndBen();
  await both("ann", "ben", invite("cat"));
  const lift = (user: string, accountId = `id-${user}`) =>
    ({ kind: "user_controls", userId: `id-${user}`, route: user, accountId, loosens: { unblock: true } }) as const;
  expect(reasonOf(await ask("ann", lift("ann"), true))).toBe("approval_own");
  await ask("ann", lift("cat"));
  const newest = () => approvals.list("pending", 1)[0]?.id ?? "";
  expect(reasonOf(await approve("ann", newest()))).toBe("approval_own");
  expect(known.decisions).toEqual([]);
  expect(await approve("ben", newest())).toMatchObject({ ok: true, value: { state: "booked" } });
  expect(known.decisions).toEqual(['id-cat {"unblock":true} by id-ann, id-ben']);
  // The account has other limits since.
  await ask("ann", { ...lift("cat"), loosens: { limits: NO_LIMITS, limitsBefore: NO_LIMITS } });
  expect(await approve("ben", newest())).toMatchObject({ value: { state: "failed", refusal: "controls_changed" } });
  // The block of an administrator is lifted by two others.
  await ask("ann", lift("ben"));
  expect(reasonOf(await approve("ben", newest()))).toBe("approval_own");
});

test("RK-14: limits of a plan are set when a second administrator approves them, and once", async () => {
  const { ask, approve, approvals, known } = await annAndBen();
  const act = { kind: "plan_limits", plan: "pro", limits: { ...NO_LIMITS, orderValue: 5 } } as const;
  await ask("ann", act);
  expect(await ask("ben", act)).toMatchObject({ value: { again: true } });
  const { id, user } = approvals.list("pending", 1)[0] ?? { id: "" };
  expect(user).toEqual(act);
  expect(reasonOf(await approve("ann", id))).toBe("approval_own");
  known.away = false;
  expect(await approve("ben", id)).toMatchObject({ ok: true, value: { state: "booked" } });
  expect(await approve("ben", id)).toMatchObject({ ok: true, value: { state: "booked" } });
  expect(known.decisions).toEqual(["pro 5 by id-ann, id-ben"]);
  expect(approvals.list(null, 1)).toMatchObject([{ kind: "plan_limits", state: "booked", user: act }]);
});
