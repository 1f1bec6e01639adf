/** Administration: users, approvals by a second administrator, and the admin log. */
import { expect, test } from "vitest";
import { newUserId } from "../../protocol/ids/residency.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import { account, app, approvals, directory, env, identity, lines, send, tokenOf } from "./fakes.ts";
import { ADMIN, APPROVAL, ENTRY, TRADER, USER } from "./samples.ts";
import { euTransfers, transfers } from "./transferFakes.ts";

const OTHER = crypto.randomUUID();
const PATH = `/v1/admin/users/${TRADER.userId}`;
const FRESH = { steppedUpAt: Date.now() };

interface Asked {
  readonly by?: string;
  readonly view?: object;
  readonly fourEyes?: string;
  readonly headers?: Record<string, string>;
}

/** As an administrator who is not the trader. */
async function admin(method: string, path: string, body?: unknown, asked: Asked = {}) {
  const { by = OTHER, view = FRESH, fourEyes = "on", headers = {} } = asked;
  const token = await tokenOf({ ...ADMIN, userId: by }, view);
  const init = { method, headers: { Authorization: `Bearer ${token}`, ...headers } };
  const bindings = { ...env(), FOUR_EYES: fourEyes };
  const sent = body === undefined ? init : { ...init, body: JSON.stringify(body) };
  const response = await app.request(`http://exchange.test${path}`, sent, bindings);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? null : (JSON.parse(text) as unknown),
  };
}

test("ID-79: users are found by e-mail, and listed by id across the shards", async () => {
  expect(await admin("GET", "/v1/admin/users?email=ada@example.com")).toMatchObject({
    status: 200,
    body: { users: [{ user_id: TRADER.userId, email: "ada@example.com", roles: ["trader"] }], next: null },
  });
  expect(directory.enter).toHaveBeenCalledWith(
    expect.objectContaining({ ...ENTRY, route: expect.any(String) as string }),
  );
  identity.administration.view.mockResolvedValueOnce(null);
  expect(await admin("GET", "/v1/admin/users?email=nobody@example.com")).toMatchObject({ body: { users: [] } });
  let shard = 0;
  directory.page.mockImplementation(async () => [{ ...ENTRY, userId: `u${(shard++ * 5) % 8}` }]);
  expect(await admin("GET", "/v1/admin/users?limit=3&after=a")).toMatchObject({
    status: 200,
    body: { users: [{ user_id: "u0" }, { user_id: "u1" }, { user_id: "u2" }], next: "u2" },
  });
  expect(directory.page).toHaveBeenCalledWith("a", 3);
  expect((await admin("GET", "/v1/admin/users?limit=1000")).status).toBe(422);
});

test("ID-79: a user is read and changed, and the admin log names who did it", async () => {
  expect(await admin("GET", PATH.toUpperCase().replace("/V1/ADMIN/USERS", "/v1/admin/users"))).toMatchObject({
    status: 200,
    body: { user_id: TRADER.userId, email: USER.email, sessions: 2, keys: 1 },
  });
  const change = { roles: ["viewer"], plan: "pro" };
  expect((await admin("PATCH", PATH, change, { fourEyes: "off" })).status).toBe(200);
  const act = { kind: "user_change", userId: TRADER.userId, route: ENTRY.route, change };
  const askedBy = { userId: OTHER, route: "R" };
  expect(approvals.proposeUser).toHaveBeenLastCalledWith(expect.objectContaining({ act, askedBy, alone: true }));
  expect(await admin("DELETE", `${PATH}/sessions`)).toMatchObject({ status: 200, body: { ended: 2 } });
  expect((await admin("GET", `${PATH}/keys`)).status).toBe(200);
  expect((await admin("DELETE", `${PATH}/keys/PKX`)).status).toBe(404);
  identity.administration.revokeKey.mockResolvedValueOnce(true);
  expect((await admin("DELETE", `${PATH}/keys/PKX`)).status).toBe(204);
  expect(identity.administration.revokeKey).toHaveBeenLastCalledWith("PKX", OTHER);
  expect(approvals.beginAct.mock.calls.map(([{ by, what, target }]) => [by, what, target])).toEqual([
    [OTHER, "user.changed", TRADER.userId],
    [OTHER, "user.sessions_ended", TRADER.userId],
    [OTHER, "user.key_revoked", TRADER.userId],
    [OTHER, "user.key_revoked", TRADER.userId],
  ]);
  expect(approvals.endAct.mock.calls.map(([, outcome]) => outcome)).toEqual(["done", "done", "refused", "done"]);
  expect(lines.filter((line) => line.includes("admin.action"))).toHaveLength(4);
});

test("ID-107: an action that cannot be recorded is not done; a lost outcome is logged", async () => {
  approvals.beginAct.mockRejectedValueOnce(new Error("away"));
  expect((await admin("DELETE", `${PATH}/sessions`)).status).toBe(503);
  expect(identity.administration.endSessions).not.toHaveBeenCalled();
  approvals.endAct.mockRejectedValueOnce(new Error("away"));
  expect((await admin("DELETE", `${PATH}/sessions`)).status).toBe(200);
  expect(lines.some((line) => line.includes("admin.action_not_recorded"))).toBe(true);
  const order = [approvals.beginAct, identity.administration.endSessions].map(
    (fake) => fake.mock.invocationCallOrder.at(-1) ?? 0,
  );
  expect(order).toEqual([...order].sort((a, b) => a - b));
  identity.administration.endSessions.mockRejectedValueOnce(new Error("away"));
  expect((await admin("DELETE", `${PATH}/sessions`)).status).toBe(503);
  expect(approvals.endAct).toHaveBeenLastCalledWith(1, "failed", {});
});

test("ID-103: with FOUR_EYES users are invited, changed and erased after a second administrator has approved", async () => {
  const invited = { email: "ben@example.com", roles: ["trader", "admin"] };
  const waiting = { status: 202, body: { approval_id: "ap1", state: "pending" } };
  expect(await admin("POST", "/v1/admin/users", invited)).toMatchObject(waiting);
  expect(await admin("PATCH", PATH, { plan: "pro" })).toMatchObject(waiting);
  expect(await admin("PATCH", PATH, { disabled: true })).toMatchObject({ body: { user: { disabled: true } } });
  expect(await admin("POST", `${PATH}/erase`, { confirm: "erase" })).toMatchObject(waiting);
  expect(approvals.proposeUser.mock.calls.map(([{ act, alone }]) => [act.kind, alone])).toEqual([
    ["user_invite", false],
    ["user_change", false],
    ["user_change", false],
    ["user_erase", false],
  ]);
  for (const reason of ["admin_self", "forbidden", "last_administrator"] as const) {
    approvals.proposeUser.mockResolvedValueOnce({ ok: false, refusal: { reason } });
    expect((await admin("PATCH", PATH, { disabled: true })).status).toBe(reason === "last_administrator" ? 409 : 403);
  }
  // Auditors do not see whom an invitation is for.
  const act = { kind: "user_invite", ...invited, plan: "standard", region: "world" } as const;
  transfers.transfers.mockResolvedValue([]);
  approvals.approvals.mockResolvedValue([{ ...APPROVAL, kind: act.kind, user: { ...act, roles: ["admin"] } }]);
  const emailFor = async (roles: Principal["roles"]) => {
    const headers = { Authorization: `Bearer ${await tokenOf({ ...ADMIN, roles })}` };
    return (await send("GET", "/v1/admin/approvals", { headers })).body;
  };
  expect(await emailFor(["admin"])).toMatchObject({ approvals: [{ user: { email: "ben@example.com" } }] });
  expect(await emailFor(["auditor"])).toMatchObject({ approvals: [{ user: { email: null } }] });
  approvals.approvals.mockResolvedValue([]);
  transfers.transfers.mockResolvedValue([APPROVAL]);
});

test("ID-79: users are changed in a session only, not with a key", async () => {
  expect(await admin("PATCH", PATH, {}, { view: {} })).toMatchObject({ status: 403, body: { code: 40310001 } });
  const body = { email: "ben@example.com" };
  expect((await admin("POST", "/v1/admin/users", body, { view: {} })).status).toBe(403);
  expect(approvals.proposeUser).not.toHaveBeenCalled();
});

test("ID-79: other fields of a user are refused, and a lookup creates no user", async () => {
  const wrong = [
    { user_id: OTHER },
    { email: "x@example.com" },
    { verified: true },
    { roles: ["root"] },
    { roles: [] },
  ];
  for (const body of [...wrong, { roles: ["admin", "admin"] }, { plan: "free" }, { disabled: "yes" }]) {
    expect((await admin("PATCH", PATH, body)).status, JSON.stringify(body)).toBe(422);
  }
  for (const id of [OTHER, "x", "%2e%2e", `${TRADER.userId}x`]) {
    expect((await admin("GET", `/v1/admin/users/${id}`)).status, id).toBe(404);
    expect((await admin("PATCH", `/v1/admin/users/${id}`, { disabled: true })).status, id).toBe(404);
  }
  expect([identity.administration.view, approvals.proposeUser].map((fake) => fake.mock.calls)).toEqual([[], []]);
});

test("ID-80: with FOUR_EYES a deposit becomes an approval, and the account is not called", async () => {
  const path = `/v1/admin/accounts/${TRADER.accountId}/deposits`;
  const asked = await admin("POST", path, { reference: "r1", amount: "12.5" });
  expect(asked).toMatchObject({ status: 202, body: { approval_id: "ap1", state: "pending", amount: "12.5" } });
  expect(transfers.requestDeposit).toHaveBeenCalledWith(
    {
      accountId: TRADER.accountId,
      ownerId: TRADER.accountId,
      deposit: { reference: "r1", amount: "12.5", symbol: null },
      requestedBy: { userId: OTHER, route: "R" },
      request: null,
      alone: false,
    },
    expect.anything(),
  );
  transfers.requestDeposit.mockResolvedValueOnce({ ok: true, value: { approval: APPROVAL, again: true } });
  const again = await admin("POST", path, { amount: "12.5" }, { headers: { "Idempotency-Key": "k" } });
  expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([202, "true"]);
  expect(transfers.requestDeposit.mock.lastCall?.[0]).toMatchObject({
    request: { key: "k" },
    deposit: { reference: "k" },
  });
  transfers.requestDeposit.mockResolvedValueOnce({ ok: false, refusal: { reason: "idempotency_key_reused" } });
  expect((await admin("POST", path, { amount: "13" }, { headers: { "Idempotency-Key": "k" } })).status).toBe(422);
  // Anything but a plain "off" is on.
  expect((await admin("POST", path, { reference: "r1", amount: "1" }, { fourEyes: "" })).status).toBe(202);
  expect((await admin("POST", path, { reference: "r1", amount: "1" }, { fourEyes: "off" })).status).toBe(200);
  expect(transfers.requestDeposit.mock.calls.slice(-2).map(([{ alone }]) => alone)).toEqual([false, true]);
  expect(account.deposit).not.toHaveBeenCalled();
});

test("AC-96: a deposit of shares has the day, in New York, or the time of their purchase, and their cost", async () => {
  const path = `/v1/admin/accounts/${TRADER.accountId}/deposits`;
  const shares = { reference: "r1", amount: "2", symbol: "AAPL" };
  const lotOf = async (fields: object) => {
    expect((await admin("POST", path, { ...shares, ...fields })).status).toBe(202);
    return transfers.requestDeposit.mock.lastCall?.[0].deposit.lot;
  };
  expect(await lotOf({ acquired_at: "2024-07-01", cost_basis: 12.5 })).toEqual({
    acquiredAt: Date.UTC(2024, 6, 1, 4),
    cost: "12.5",
  });
  expect(await lotOf({ acquired_at: "2024-07-01T10:00:00-04:00" })).toEqual({ acquiredAt: Date.UTC(2024, 6, 1, 14) });
  expect(await lotOf({})).toBeUndefined();
  for (const at of ["yesterday", "2024-02-30", 5]) {
    expect((await admin("POST", path, { ...shares, acquired_at: at })).status).toBe(422);
  }
  const lot = { acquiredAt: Date.UTC(2024, 6, 1, 4), cost: "12.5" };
  const approval = { ...APPROVAL, deposit: { ...APPROVAL.deposit, lot } };
  transfers.requestDeposit.mockResolvedValueOnce({ ok: true, value: { approval, again: false } });
  expect((await admin("POST", path, shares)).body).toMatchObject({
    acquired_at: "2024-07-01T04:00:00.000Z",
    cost_basis: "12.5",
  });
});

test("ID-80: an approval is decided in a session with a fresh step-up of an administrator", async () => {
  const path = "/v1/admin/approvals/ap1/approve";
  expect(await admin("POST", path)).toMatchObject({ status: 200, body: { state: "booked" } });
  expect(transfers.approve).toHaveBeenCalledWith("ap1", { userId: OTHER, route: "R" }, expect.anything());
  expect(approvals.approve).not.toHaveBeenCalled();
  transfers.approve.mockResolvedValueOnce({ ok: true, value: { ...APPROVAL, state: "approved" } });
  expect((await admin("POST", path)).status).toBe(202);
  const refusals = [
    ["approval_own", 403],
    ["approval_decided", 409],
    ["approval_needs_factor", 403],
    ["approval_too_soon", 403],
    ["approval_asker_left", 409],
    ["approval_not_found", 404],
  ] as const;
  for (const [reason, status] of refusals) {
    transfers.approve.mockResolvedValueOnce({ ok: false, refusal: { reason } });
    expect((await admin("POST", path)).status, reason).toBe(status);
  }
  expect((await admin("POST", path, undefined, { view: {} })).status).toBe(403);
  expect(await admin("POST", "/v1/admin/approvals/ap1/reject")).toMatchObject({
    status: 200,
    body: { state: "rejected" },
  });
  expect(await admin("GET", "/v1/admin/approvals?state=pending")).toMatchObject({
    body: { approvals: [{ approval_id: "ap1" }] },
  });
  expect(approvals.approvals).toHaveBeenCalledWith("pending", 50);
  for (const { transfers: list } of [transfers, euTransfers]) expect(list).toHaveBeenCalledWith("pending", 50);
  expect((await admin("GET", "/v1/admin/approvals?state=maybe")).status).toBe(422);
});

test("ID-80: transfers of both regions and users are one list, and a decision finds where its id is known", async () => {
  const at = (id: string, askedAt: number) => ({ ...APPROVAL, id, askedAt });
  approvals.approvals.mockResolvedValueOnce([at("u2", 5), at("u1", 2)]);
  transfers.transfers.mockResolvedValueOnce([at("w2", 4), at("w1", 1)]);
  euTransfers.transfers.mockResolvedValueOnce([at("e1", 3)]);
  const { body } = await admin("GET", "/v1/admin/approvals?limit=4");
  const ids = (body as { approvals: { approval_id: string }[] }).approvals.map(({ approval_id: id }) => id);
  expect(ids).toEqual(["u2", "w2", "e1", "w1"].with(3, "u1"));
  const unknown = { ok: false, refusal: { reason: "approval_not_found" } } as const;
  const user = { ...APPROVAL, kind: "user_erase", user: { kind: "user_erase", userId: OTHER, route: "R" } } as const;
  transfers.reject.mockResolvedValueOnce(unknown);
  approvals.reject.mockResolvedValueOnce({ ok: true, value: { ...user, state: "rejected" } });
  expect(await admin("POST", "/v1/admin/approvals/u1/reject")).toMatchObject({ body: { kind: "user_erase" } });
  expect(euTransfers.reject).toHaveBeenCalledTimes(1);
  transfers.reject.mockResolvedValueOnce(unknown);
  euTransfers.reject.mockResolvedValueOnce({ ok: true, value: { ...APPROVAL, state: "rejected" } });
  expect((await admin("POST", "/v1/admin/approvals/e1/reject")).status).toBe(200);
  expect(approvals.reject).toHaveBeenCalledTimes(1);
});

test("ID-123: a deposit into an account of the EU is kept there, and its reference is not in the administrators' log", async () => {
  const accountId = newUserId("eu");
  const path = `/v1/admin/accounts/${accountId}/deposits`;
  expect((await admin("POST", path, { reference: "salary of Ada", amount: "1" })).status).toBe(202);
  expect(euTransfers.requestDeposit).toHaveBeenCalledTimes(1);
  expect(transfers.requestDeposit).not.toHaveBeenCalled();
  expect(JSON.stringify([approvals.beginAct.mock.calls, approvals.endAct.mock.calls])).not.toContain("salary");
});

test("ID-83: halts and other changes of a market are in the admin log", async () => {
  expect((await admin("POST", "/v1/admin/symbols/AAPL/halt", { reason: "news" })).status).toBe(200);
  expect((await admin("POST", "/v1/admin/market/breaker", { level: 1 })).status).toBe(200);
  expect(approvals.beginAct.mock.calls.map(([{ by, what, target }]) => [by, what, target])).toEqual([
    [OTHER, "market.halted", "AAPL"],
    [OTHER, "market.breaker", "market"],
  ]);
  const act = {
    seq: 3,
    at: 0,
    by: OTHER,
    what: "market.halted",
    target: "AAPL",
    facts: { reason: "T1" },
    requestId: "r",
    outcome: null,
  } as const;
  approvals.acts.mockResolvedValueOnce([act]);
  expect(await admin("GET", "/v1/admin/acts?before=9&limit=1")).toMatchObject({
    status: 200,
    body: {
      acts: [{ seq: 3, at: "1970-01-01T00:00:00.000Z", by: OTHER, target: "AAPL", request_id: "r", outcome: null }],
    },
  });
  expect(approvals.acts).toHaveBeenCalledWith(9, 1);
});

test("PF-47: the fee plan of an account is read, and set by two administrators", async () => {
  const path = `/v1/admin/accounts/${TRADER.accountId}/fee-plan`;
  const plan = { account_id: TRADER.accountId, fee_plan: "zero", volume_30d: "12.5" };
  expect(await admin("GET", path)).toMatchObject({ status: 200, body: plan });
  const view = await account.summary();
  account.summary.mockResolvedValue(view && { ...view, ownerId: TRADER.userId });
  const waiting = { kind: "user_fee_plan", state: "pending", account_id: TRADER.accountId };
  const body = { fee_plan: "maker_taker" };
  expect(await admin("PUT", path, body)).toMatchObject({
    status: 202,
    body: { ...waiting, user: { user_id: TRADER.userId, fee_plan: "maker_taker" } },
  });
  const act = { kind: "user_fee_plan", userId: TRADER.userId, route: ENTRY.route, accountId: TRADER.accountId };
  expect(approvals.proposeUser).toHaveBeenLastCalledWith(
    expect.objectContaining({ act: { ...act, feePlan: "maker_taker" }, alone: false }),
  );
  expect(await admin("PUT", path, body, { fourEyes: "off" })).toMatchObject({ status: 200, body: plan });
  expect(await admin("PUT", path, { fee_plan: "free" })).toMatchObject({
    status: 422,
    body: { detail: "invalid fee_plan: expected one of zero, regulatory, maker_taker, per_share" },
  });
  expect((await admin("PUT", path, body, { view: {} })).status).toBe(403);
  account.summary.mockResolvedValueOnce(null);
  expect((await admin("PUT", path, body)).status).toBe(404);
  account.summary.mockResolvedValue(view);
});
