/** Personal data over HTTP. */
import { strFromU8, unzipSync } from "fflate";
import { beforeEach, expect, test, vi } from "vitest";
import { DEFAULT_SETTINGS } from "../../domain/account/settings/accountSettings.ts";
import { NO_CONTROLS, NO_LIMITS } from "../../domain/risk/limits.ts";
import { auditLine } from "../../protocol/audit/line.ts";
import type { AccountPrivacyRpc } from "../../protocol/rpc/accountPrivacy.ts";
import type { AccountTrailRpc } from "../../protocol/rpc/accountTrail.ts";
import type { PrivacyRpc } from "../../protocol/rpc/identity/privacy.ts";
import type { AccountRpc } from "../../protocol/rpc/account.ts";
import { account, app, approvals, auditShard, directory, env, identity, send, tokenOf, type Reply } from "./fakes.ts";
import { ADMIN, ENTRY, ORDER, TRADER } from "./samples.ts";

const ORIGIN = { requestId: "r", ip: "203.0.113.77", userAgent: "Browser/1" };

const login = {
  consents: vi.fn<PrivacyRpc["consents"]>(),
  consent: vi.fn<PrivacyRpc["consent"]>(),
  changeDetails: vi.fn<PrivacyRpc["changeDetails"]>(),
  exportLogin: vi.fn<PrivacyRpc["exportLogin"]>(),
  erase: vi.fn<PrivacyRpc["erase"]>(),
  rewrapKeys: vi.fn<PrivacyRpc["rewrapKeys"]>(),
};
const ledger = {
  deposits: vi.fn<AccountPrivacyRpc["deposits"]>(),
  leases: vi.fn<AccountPrivacyRpc["leases"]>(),
  auditSettled: vi.fn<AccountPrivacyRpc["auditSettled"]>(),
  openOrigins: vi.fn<AccountPrivacyRpc["openOrigins"]>(),
  updatesAfter: vi.fn<AccountRpc["updatesAfter"]>(),
};
const trail = {
  waitingEvents: vi.fn<AccountTrailRpc["waitingEvents"]>(),
  drainedEvents: vi.fn<AccountTrailRpc["drainedEvents"]>(),
};

beforeEach(() => {
  Object.assign(identity, { privacy: login });
  Object.assign(account, ledger);
  Object.assign(auditShard, trail);
  login.changeDetails.mockResolvedValue({ name: "Ann", country: null });
});

async function asPerson(method: string, path: string, body?: unknown, steppedUp = true): Promise<Reply> {
  const token = await tokenOf(TRADER, { steppedUpAt: steppedUp ? Date.now() : null });
  const headers = { Authorization: `Bearer ${token}` };
  return send(method, path, { headers, body: body === undefined ? null : JSON.stringify(body) });
}

test("PV-5: PATCH /v1/me takes name and country, and refuses every field that is not for the person to set", async () => {
  expect(await asPerson("PATCH", "/v1/me", { name: " Ann " })).toMatchObject({ status: 200, body: { name: "Ann" } });
  expect(login.changeDetails).toHaveBeenCalledWith({ name: "Ann" });
  login.changeDetails.mockClear();
  const refused = [
    "roles",
    "plan",
    "user_id",
    "id",
    "email",
    "verified_at",
    "account_id",
    "region",
    "disabled_at",
    "vault",
    "__proto__x",
    "constructor",
    "isAdmin",
    "scopes",
  ].map((field) => ({ name: "Ann", [field]: field === "roles" ? ["admin"] : "x" }));
  for (const body of [...refused, { user: { roles: ["admin"] } }, { name: 7 }, { country: "Germany" }, [], "x"]) {
    expect((await asPerson("PATCH", "/v1/me", body)).status, JSON.stringify(body)).toBe(422);
  }
  expect(login.changeDetails).not.toHaveBeenCalled();
});

test("PV-4: consents have their current state and their history; unknown ones are refused", async () => {
  login.consent.mockResolvedValue([
    { what: "marketing", value: true, at: 0, origin: ORIGIN },
    { what: "marketing", value: false, at: 1_000, origin: null },
  ]);
  expect((await asPerson("PUT", "/v1/privacy/consents", { marketing: false })).body).toEqual({
    consents: { marketing: { value: false, at: "1970-01-01T00:00:01.000Z" } },
    history: [
      { what: "marketing", value: true, at: "1970-01-01T00:00:00.000Z", ip: ORIGIN.ip, user_agent: ORIGIN.userAgent },
      { what: "marketing", value: false, at: "1970-01-01T00:00:01.000Z", ip: "", user_agent: "" },
    ],
  });
  for (const body of [{}, { selling: true }, { marketing: "yes" }, { terms: "" }]) {
    expect((await asPerson("PUT", "/v1/privacy/consents", body)).status).toBe(422);
  }
  expect(login.consent).toHaveBeenCalledTimes(1);
});

test("PV-7: an erasure takes the confirmation word and a fresh step-up; a refusal lists what the account still has", async () => {
  login.erase.mockResolvedValue({ kind: "refused", left: { orders: 1, positions: ["F"], cash: 12_345 } });
  expect((await asPerson("POST", "/v1/privacy/erase", { confirm: "erase" }, false)).status).toBe(403);
  for (const body of [{}, { confirm: "yes" }, { confirm: "erase", forced: true }]) {
    expect((await asPerson("POST", "/v1/privacy/erase", body)).status).toBe(422);
  }
  expect(login.erase).not.toHaveBeenCalled();
  expect(await asPerson("POST", "/v1/privacy/erase", { confirm: "erase" })).toMatchObject({
    status: 409,
    body: { orders: 1, positions: ["F"], cash: "1.2345" },
  });
  login.erase.mockResolvedValue({ kind: "begun" });
  expect((await asPerson("POST", "/v1/privacy/erase", { confirm: "erase" })).status).toBe(202);
  expect(login.erase).toHaveBeenLastCalledWith(false);
});

/** The archive's files. */
async function exported(): Promise<Record<string, unknown>> {
  const token = await tokenOf(TRADER, { steppedUpAt: Date.now() });
  const init = { headers: { Authorization: `Bearer ${token}` } };
  const response = await app.request("http://exchange.test/v1/privacy/export", init, env());
  expect(response.status).toBe(200);
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
  const json = Object.entries(files).filter(([name]) => name.endsWith(".json"));
  return Object.fromEntries(json.map(([name, bytes]) => [name, JSON.parse(strFromU8(bytes))]));
}

test("PV-14: an export has every order and every event with its client info, and says what could not be read", async () => {
  login.exportLogin.mockResolvedValue({
    files: [{ name: "profile", rows: [{ user_id: TRADER.userId, account_id: TRADER.accountId, email: "a@b.c" }] }],
    leftOut: [{ table: "step", reason: "none" }],
  });
  // More than two pages.
  const all = Array.from({ length: 510 }, (_, n) => ({ ...ORDER, id: `o${n}`, sequence: n }));
  account.orders.mockImplementation(async ({ afterOrderId, limit }) => {
    const from = afterOrderId === null ? 0 : all.findIndex(({ id }) => id === afterOrderId) + 1;
    return all.slice(from, from + limit);
  });
  ledger.updatesAfter.mockResolvedValue({ updates: [], through: 0, oldest: 1 });
  const times = { createdAt: 0, updatedAt: 0 };
  account.watchlists.mockResolvedValueOnce([{ id: "w", name: "Tech", symbols: ["AAPL", "MSFT"], ...times }]);
  ledger.deposits.mockImplementation(async (after) =>
    after === 0 ? [{ place: 1, reference: "d", asset: "USD", amount: 5_000 }] : [],
  );
  ledger.auditSettled.mockResolvedValue(true);
  ledger.leases.mockResolvedValue([{ session: "s", at: 0 }]);
  ledger.openOrigins.mockImplementation(async (encrypted) =>
    encrypted.map(({ ip }) => (ip === "v1.x" ? ORIGIN : null)),
  );
  const record = { eventId: "e", at: 0, userId: "u", accountId: TRADER.accountId, action: "deposit", resource: "r" };
  const more = { result: "ok", requestId: "q", body: { a: 1 }, before: null, after: null } as const;
  const event = (seq: number, ip: string, body: Readonly<Record<string, unknown>> = more.body) => ({
    seq,
    line: auditLine(0, seq, { ...record, ...more, body, ip, userAgent: ip }),
  });
  // The client info of administrators is left out; the owner's is there, also when the owner is an administrator.
  const others = [event(3, "v1.x", { by: "staff" }), event(4, "v1.x", { by: "u", approved_by: "staff" })];
  const acted = ([seq, userId]: readonly [number, string]) => {
    const actor = { userId, credentialKind: "session", credentialId: `session of ${userId}` } as const;
    return { seq, line: auditLine(0, seq, { ...record, ...more, ip: "v1.x", userAgent: "v1.x", actor }) };
  };
  const byActor = (
    [
      [6, "u"],
      [7, "staff"],
    ] as const
  ).map(acted);
  trail.waitingEvents.mockResolvedValue([event(2, "v1.x"), ...others, event(5, "v1.x", { by: "u" }), ...byActor]);
  // The second event was drained between the two questions.
  trail.drainedEvents.mockImplementation(async (_, after) => (after === 0 ? [event(1, "v1.y"), event(2, "v1.x")] : []));

  const files = await exported();
  expect(files["orders.json"]).toHaveLength(510);
  expect(files["deposits.json"]).toEqual([{ reference: "d", asset: "USD", amount: "0.5" }]);
  expect(files["watchlists.json"]).toMatchObject([{ name: "Tech", symbols: "AAPL MSFT" }]);
  expect(files["withdrawals.json"]).toMatchObject([{ reference: "rent", amount: "100.5", state: "pending" }]);
  expect(files["audit_events.json"]).toMatchObject([
    { seq: "1", ip_address: null, body: { a: 1 } },
    { seq: "2", ip_address: ORIGIN.ip, user_agent: ORIGIN.userAgent, at: "1970-01-01T00:00:00.000Z" },
    { seq: "3", ip_address: null, user_agent: null },
    { seq: "4", ip_address: null, user_agent: null },
    { seq: "5", ip_address: ORIGIN.ip, credential_kind: "" },
    { seq: "6", ip_address: ORIGIN.ip, credential_kind: "session", credential_id: "session of u" },
    { seq: "7", ip_address: null, credential_kind: "session", credential_id: "" },
  ]);
  expect(files["manifest.json"]).toMatchObject({ complete: true, user_id: TRADER.userId });

  trail.drainedEvents.mockRejectedValue(new Error("away"));
  const without = await exported();
  expect(without["audit_events.json"]).toMatchObject(["2", "3", "4", "5", "6", "7"].map((seq) => ({ seq })));
  const { complete, files: listed } = without["manifest.json"] as { complete: boolean; files: { name: string }[] };
  expect(complete).toBe(false);
  expect(listed.find(({ name }) => name === "audit_events")).toMatchObject({ complete: false, rows: 6 });
});

test("PV-14: an export has the settings of the account, its kill switches, and the blocks and limits of the exchange", async () => {
  login.exportLogin.mockResolvedValue({
    files: [{ name: "profile", rows: [{ user_id: TRADER.userId, account_id: TRADER.accountId }] }],
    leftOut: [],
  });
  const symbols = [{ symbol: "AAPL", orderQty: 1_500_000, orderValue: null, positionQty: null }];
  account.settings.mockResolvedValueOnce({
    ...DEFAULT_SETTINGS,
    suspendTrade: true,
    lotMethod: "lifo",
    limits: { orderValue: 5_000_000, positionValue: null, symbols },
    dailyLossLimit: 12_500,
  });
  const limits = { ...NO_LIMITS, positionValue: 90_000_000 };
  account.controls.mockResolvedValueOnce({ ...NO_CONTROLS, killedByOwner: true, blockedSymbols: ["MSFT"], limits });
  const files = await exported();
  expect(files["settings.json"]).toEqual([
    {
      dtbp_check: "entry",
      pdt_check: "entry",
      trade_confirm_email: "all",
      suspend_trade: true,
      no_shorting: false,
      fractional_trading: true,
      max_margin_multiplier: "4",
      max_options_trading_level: null,
      ptp_no_exception_entry: false,
      disable_overnight_trading: false,
      lot_method: "lifo",
      exchange_limits: {
        max_order_qty: null,
        max_order_value: null,
        max_position_qty: null,
        max_position_value: null,
        symbols: {},
      },
      limits: {
        max_order_qty: null,
        max_order_value: "500",
        max_position_qty: null,
        max_position_value: null,
        symbols: {
          AAPL: { max_order_qty: "1.5", max_order_value: null, max_position_qty: null, max_position_value: null },
        },
      },
      duplicate_orders: { mode: "off", window_seconds: 1 },
      daily_loss_limit: "1.25",
      daily_loss_basis: "realized",
      daily_loss_action: "refuse",
    },
  ]);
  expect(files["risk_controls.json"]).toEqual([
    {
      blocked: false,
      blocked_symbols: ["MSFT"],
      kill_switch: { owner: true, exchange: false },
      limits: {
        max_order_qty: null,
        max_order_value: null,
        max_position_qty: null,
        max_position_value: "9000",
        symbols: {},
      },
      plan: null,
    },
  ]);
});

test("PV-14: an export has every account of the login, each but the first in a folder of its own", async () => {
  const [second, opening] = [crypto.randomUUID(), crypto.randomUUID()];
  login.exportLogin.mockResolvedValue({
    files: [
      { name: "profile", rows: [{ user_id: TRADER.userId, account_id: TRADER.accountId }] },
      {
        name: "accounts",
        rows: [
          { id: second, state: "closed" },
          { id: TRADER.accountId, state: "open" },
          { id: opening, state: "opening" },
        ],
      },
    ],
    leftOut: [],
  });
  account.orders.mockResolvedValue([]);
  ledger.updatesAfter.mockResolvedValue({ updates: [], through: 0, oldest: 1 });
  ledger.deposits.mockResolvedValue([]);
  ledger.leases.mockResolvedValue([]);
  ledger.auditSettled.mockResolvedValue(true);
  trail.waitingEvents.mockResolvedValue([]);
  trail.drainedEvents.mockResolvedValue([]);
  const files = Object.keys(await exported());
  for (const name of ["orders", "positions", "audit_events", "withdrawals"]) {
    expect(files).toEqual(expect.arrayContaining([`${name}.json`, `accounts/${second}/${name}.json`]));
  }
  expect(files.join()).not.toContain(opening);
  expect((await exported())["manifest.json"]).toMatchObject({
    account_id: TRADER.accountId,
    account_ids: [TRADER.accountId, second],
  });
});

async function asAdmin(path: string, body?: unknown): Promise<Reply> {
  const token = await tokenOf(ADMIN, { steppedUpAt: Date.now() });
  const init = {
    headers: { Authorization: `Bearer ${token}` },
    body: body === undefined ? null : JSON.stringify(body),
  };
  return send("POST", path, init);
}

test("PV-2: an administrator moves users to the current key-encryption key page by page", async () => {
  directory.page.mockImplementation(async (after) => (after === "" ? [{ ...ENTRY, userId: "u1" }] : []));
  const page = (after: string) => asAdmin(`/v1/admin/vaults/touch?limit=1&after=${after}`);
  expect(await page("")).toMatchObject({ status: 200, body: { touched: 1, next: "u1" } });
  expect(await page("u1")).toMatchObject({ status: 200, body: { touched: 0, next: null } });
  expect(login.rewrapKeys).toHaveBeenCalledTimes(1);
});

test("PV-7: an administrator erases another user even if the account is not empty, and not itself", async () => {
  login.erase.mockResolvedValue({ kind: "erased" });
  const erase = (userId: string) => asAdmin(`/v1/admin/users/${userId}/erase`, { confirm: "erase" });
  identity.administration.view.mockResolvedValueOnce(null);
  expect(await erase(TRADER.userId)).toMatchObject({ status: 200, body: { status: "erased" } });
  expect(await erase(TRADER.userId)).toMatchObject({ status: 202, body: { status: "begun" } });
  const act = { kind: "user_erase", userId: TRADER.userId, route: ENTRY.route };
  expect(approvals.proposeUser).toHaveBeenCalledWith(expect.objectContaining({ act }));
  expect(await asAdmin("/v1/privacy/erase", { confirm: "erase" })).toMatchObject({ status: 403 });
  expect(login.erase).not.toHaveBeenCalled();
});

test("PV-3: an auditor decrypts client info while its key exists, and the admin log records it", async () => {
  ledger.openOrigins.mockResolvedValue([ORIGIN, null]);
  const origins = [
    { ip_address: "v1.a", user_agent: "v1.b" },
    { ip_address: "v1.c", user_agent: "" },
  ];
  const path = `/v1/audit/accounts/${TRADER.accountId}/origins`;
  expect((await asPerson("POST", path, { origins })).status).toBe(403);
  expect(approvals.beginAct).not.toHaveBeenCalled();
  expect((await asAdmin(path, { origins })).body).toEqual({
    origins: [{ ip_address: ORIGIN.ip, user_agent: ORIGIN.userAgent }, null],
  });
  expect(approvals.endAct).toHaveBeenCalledExactlyOnceWith(1, "done", {});
  approvals.beginAct.mockRejectedValueOnce(new Error("away"));
  ledger.openOrigins.mockClear();
  expect((await asAdmin(path, { origins })).status, "what cannot be written is not done").toBe(503);
  expect(ledger.openOrigins).not.toHaveBeenCalled();
});

test("PV-14: a second export waits until the first is read, or its reader has left", async () => {
  login.exportLogin.mockResolvedValue({
    files: [{ name: "profile", rows: [{ user_id: TRADER.userId, account_id: TRADER.accountId }] }],
    leftOut: [],
  });
  const headers = { Authorization: `Bearer ${await tokenOf(TRADER, { steppedUpAt: Date.now() })}` };
  const ask = async () => app.request("http://exchange.test/v1/privacy/export", { headers }, env());
  const first = await ask();
  const refused = await ask();
  expect([first.status, refused.status, refused.headers.get("Retry-After")]).toEqual([200, 429, "30"]);
  await first.body?.cancel();
  const next = await ask();
  expect(next.status).toBe(200);
  await next.arrayBuffer();
  // One that fails before it begins is none.
  login.exportLogin.mockRejectedValueOnce(new Error("unreachable"));
  expect((await ask()).status).toBe(503);
  const last = await ask();
  expect(last.status).toBe(200);
  await last.arrayBuffer();
});
