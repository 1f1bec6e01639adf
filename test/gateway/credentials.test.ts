import { expect, test, vi } from "vitest";
import { account, asAdmin, identity, keyId, send, tokenOf, trade } from "./fakes.ts";
import { TRADER, UNAUTHORIZED } from "./samples.ts";
import { transfers } from "./transferFakes.ts";

test("ID-4: a bearer token, a key pair in headers and HTTP Basic open the same account", async () => {
  const token = await tokenOf(TRADER);
  const doors: Record<string, string>[] = [
    { Authorization: `Bearer ${token}` },
    { Authorization: `bearer ${token}` },
    { Authorization: `Basic ${btoa(`${keyId}:right`)}` },
    { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" },
  ];
  for (const headers of doors) {
    expect(await send("GET", "/v2/account", { headers })).toMatchObject({
      status: 200,
      body: { id: TRADER.accountId },
    });
  }
});

test("ID-4: other credentials are 401, with WWW-Authenticate", async () => {
  const wrong: Record<string, string>[] = [
    {},
    { Authorization: "" },
    { Authorization: "Bearer" },
    { Authorization: "Bearer a.b.c" },
    { Authorization: "Basic %%%" },
    { Authorization: `Basic ${btoa("nocolon")}` },
    { Authorization: `Basic ${btoa(`${keyId}:wrong`)}` },
    { "APCA-API-KEY-ID": keyId },
    { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "wrong" },
    { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "x".repeat(5000) },
    { "APCA-API-KEY-ID": "PKNOKEY", "APCA-API-SECRET-KEY": "right" },
    { "x-principal": JSON.stringify(TRADER) },
  ];
  for (const headers of wrong) {
    const reply = await send("GET", "/v2/account", { headers });
    expect(reply).toMatchObject({ status: 401, body: UNAUTHORIZED });
    expect(reply.headers.get("WWW-Authenticate")).toBe("Bearer");
  }
});

test("ID-4: a valid key is cached for five seconds, a wrong one never", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    await trade("GET", "/v2/clock");
    await trade("GET", "/v2/clock");
    expect(identity.apiKeys.verify).toHaveBeenCalledTimes(1);
    vi.setSystemTime(Date.now() + 5_001);
    await trade("GET", "/v2/clock");
    expect(identity.apiKeys.verify).toHaveBeenCalledTimes(2);
    const wrong = { "APCA-API-SECRET-KEY": "wrong" };
    expect((await trade("GET", "/v2/clock", undefined, wrong)).status).toBe(401);
    expect((await trade("GET", "/v2/clock", undefined, wrong)).status).toBe(401);
    expect(identity.apiKeys.verify).toHaveBeenCalledTimes(4);
  } finally {
    vi.useRealTimers();
  }
});

test("ID-10: deposits take an administrator and an existing account", async () => {
  const path = `/v1/admin/accounts/${TRADER.accountId}/deposits`;
  const deposit = { reference: "r1", amount: 12.5, symbol: "BTCUSD" };
  expect((await trade("POST", path, deposit)).status).toBe(403);
  expect((await send("POST", path, { body: "{}" })).status).toBe(401);
  expect(transfers.requestDeposit).not.toHaveBeenCalled();
  expect(await asAdmin("POST", path, deposit)).toMatchObject({ status: 200, body: { reference: "r1" } });
  const read = { reference: "r1", amount: "12.5", symbol: "BTC/USD" };
  const asked = { accountId: TRADER.accountId, deposit: read, request: null, alone: true };
  expect(transfers.requestDeposit).toHaveBeenCalledWith(expect.objectContaining(asked), expect.anything());
  expect((await asAdmin("POST", "/v1/admin/accounts/nobody/deposits", deposit)).status).toBe(404);
  account.summary.mockResolvedValueOnce(null);
  expect((await asAdmin("POST", path, deposit)).status).toBe(404);
  expect(await asAdmin("POST", path, { amount: 1 })).toMatchObject({
    status: 422,
    body: { detail: "invalid reference" },
  });
});

test("ID-32: a refusal comes at a time that does not reveal how long the login took", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout"] });
  try {
    /** The time after which a request is refused, by a fake clock that moves only when somebody waits. */
    const refusedAfter = async (call: Promise<{ status: number }>): Promise<number> => {
      const begun = Date.now();
      let status = 0;
      void call.then((answer) => (status = answer.status));
      while (status === 0) {
        await new Promise((next) => setImmediate(next));
        await vi.advanceTimersToNextTimerAsync();
      }
      expect(status).toBe(401);
      return Date.now() - begun;
    };
    const later = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), 130));
    identity.loginSessions.refresh.mockImplementationOnce(() => later({ ok: false, reason: "session_ended" }));
    const token = `${"A".repeat(20)}.${crypto.randomUUID()}.${"s".repeat(40)}.${"t".repeat(43)}`;
    const refresh = { body: JSON.stringify({ refresh_token: token }) };
    expect(await refusedAfter(send("POST", "/v1/auth/refresh", refresh))).toBe(500);
    identity.apiKeys.verify.mockImplementationOnce(() => later({ ok: false, reason: "no_such_key" }));
    const headers = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "wrong" };
    expect(await refusedAfter(send("GET", "/v2/account", { headers }))).toBe(500);
    // Credentials that name no login are refused at once.
    const none = { ...headers, "APCA-API-KEY-ID": "PKX" };
    expect(await refusedAfter(send("GET", "/v2/account", { headers: none }))).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
