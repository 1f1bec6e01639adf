import { beforeEach, expect, test } from "vitest";
import { NO_CONTROLS } from "../../domain/risk/limits.ts";
import { account, app, approvals, asAdmin, asAdminGet, directory, env, send, tokenOf, trade } from "./fakes.ts";
import { ADMIN, ENTRY, ORDER, TRADER, VIEW } from "./samples.ts";

/** Another user's than the administrator's. */
beforeEach(() => void account.summary.mockResolvedValue({ ...VIEW, ownerId: crypto.randomUUID() }));

const PATH = "/v1/account/kill_switch";
const ADMIN_PATH = `/v1/admin/accounts/${TRADER.accountId}`;

test("RK-6: the owner sets the kill switch, and gets what was cancelled and closed", async () => {
  expect(await trade("GET", PATH)).toMatchObject({ status: 200, body: { on: false, set_by: [] } });
  expect(await trade("POST", PATH, { on: true, cancel_orders: true, flatten: true })).toMatchObject({
    status: 200,
    body: {
      on: true,
      set_by: ["owner"],
      canceled: [{ id: ORDER.id, status: 200, body: { id: ORDER.id } }],
      closed: [{ symbol: "AAPL", status: 200, body: { id: ORDER.id } }],
    },
  });
  const asked = { on: true, cancelOrders: true, flatten: true };
  expect(account.setKillSwitch).toHaveBeenCalledWith(TRADER, asked, expect.objectContaining({ userAgent: "" }));
  expect(await trade("POST", PATH, { on: false })).toMatchObject({ status: 200, body: { on: false } });
  expect(await trade("POST", PATH, { cancel_orders: true })).toMatchObject({ status: 422 });
  expect((await send("GET", PATH)).status).toBe(401);
  expect((await send("POST", PATH)).status).toBe(401);
  account.controls.mockResolvedValueOnce(null);
  expect(await trade("GET", PATH)).toMatchObject({ status: 404 });
});

test("RK-7, RK-8: an administrator blocks and limits an account, and the admin log has it", async () => {
  expect(await asAdminGet(`${ADMIN_PATH}/risk`)).toMatchObject({
    status: 200,
    body: { blocked: false, blocked_symbols: [], kill_switch: { owner: false, exchange: false } },
  });
  const change = { blocked: true, blocked_symbols: ["AAPL", "BTCUSD"], limits: { max_order_value: "5000" } };
  expect(await asAdmin("PATCH", `${ADMIN_PATH}/risk`, change)).toMatchObject({
    status: 200,
    body: { blocked: true, blocked_symbols: ["AAPL", "BTC/USD"], limits: { max_order_value: "5000" } },
  });
  const changes = {
    blocked: true,
    blockedSymbols: ["AAPL", "BTC/USD"],
    limits: { orderValue: 50_000_000, positionValue: null, symbols: [] },
  };
  expect(account.tightenControls).toHaveBeenCalledWith(expect.anything(), changes, expect.anything());
  expect(approvals.beginAct).toHaveBeenCalledWith(
    expect.objectContaining({ what: "account.controls_changed", target: TRADER.accountId }),
  );
  expect(await asAdmin("PATCH", `${ADMIN_PATH}/risk`, { blocked_symbols: ["NONE"] })).toMatchObject({
    status: 422,
    body: { detail: expect.stringContaining("blocked_symbols.0") as string },
  });
  expect((await trade("PATCH", `${ADMIN_PATH}/risk`, change)).status).toBe(403);
  account.controls.mockResolvedValueOnce(null);
  expect((await asAdmin("PATCH", `${ADMIN_PATH}/risk`, change)).status).toBe(404);
  expect((await asAdmin("PATCH", "/v1/admin/accounts/nobody/risk", change)).status).toBe(404);
});

test("RK-6: an administrator sets the kill switch of the exchange", async () => {
  expect(await asAdmin("POST", `${ADMIN_PATH}/kill_switch`, { on: true, cancel_orders: true })).toMatchObject({
    status: 200,
    body: { on: true, set_by: ["exchange"] },
  });
  expect(account.setKillSwitchOfExchange).toHaveBeenCalledTimes(1);
  expect((await trade("POST", `${ADMIN_PATH}/kill_switch`, { on: false })).status).toBe(403);
  expect(NO_CONTROLS.killedByExchange).toBe(false);
});

test("RK-7: an administrator neither lifts a block of an own account nor switches its kill switch off", async () => {
  const unblock = () => asAdmin("PATCH", `${ADMIN_PATH}/risk`, { blocked: false, limits: { max_order_value: null } });
  const refused = { status: 403, body: { detail: expect.stringContaining("own accounts") as string } };
  account.summary.mockResolvedValue({ ...VIEW, ownerId: ADMIN.userId });
  expect(await unblock()).toMatchObject(refused);
  expect(await asAdmin("POST", `${ADMIN_PATH}/kill_switch`, { on: false })).toMatchObject(refused);
  expect(account.tightenControls).not.toHaveBeenCalled();
  expect(account.setKillSwitchOfExchange).not.toHaveBeenCalled();
  expect(approvals.beginAct).not.toHaveBeenCalled();
});

test("RK-6, RK-7: the account says that its trading is blocked", async () => {
  expect(await trade("GET", "/v2/account")).toMatchObject({ body: { trading_blocked: false } });
  account.summary.mockResolvedValueOnce({ ...VIEW, blocked: true });
  expect(await trade("GET", "/v2/account")).toMatchObject({ body: { trading_blocked: true } });
});

test("RK-7: what lifts a block or switches the kill switch off waits for a second administrator", async () => {
  directory.find.mockResolvedValue(ENTRY);
  const asked = async (method: string, path: string, body: object) => {
    const headers = { Authorization: `Bearer ${await tokenOf(ADMIN, { steppedUpAt: Date.now() })}` };
    const init = { method, headers, body: JSON.stringify(body) };
    const response = await app.request(`http://exchange.test${ADMIN_PATH}/${path}`, init, {
      ...env(),
      FOUR_EYES: "on",
    });
    return { status: response.status, body: await response.json() };
  };
  account.tightenControls.mockResolvedValue({
    ok: true,
    value: { controls: { ...NO_CONTROLS, blocked: true }, loosens: { unblock: true } },
  });
  const waiting = { status: 202, body: { kind: "user_controls", state: "pending", user: { unblock: true } } };
  expect(await asked("PATCH", "risk", { blocked: false })).toMatchObject(waiting);
  expect(await asked("POST", "kill_switch", { on: false })).toMatchObject(waiting);
  expect(account.setKillSwitchOfExchange).not.toHaveBeenCalled();
  expect(account.tightenControls).toHaveBeenLastCalledWith(
    expect.anything(),
    { killedByExchange: false },
    expect.anything(),
  );
  expect(approvals.proposeUser.mock.calls.map(([{ act, alone }]) => [act.kind, alone])).toEqual([
    ["user_controls", false],
    ["user_controls", false],
  ]);
});

test("RK-14: limits of plans are listed, and replaced by two administrators", async () => {
  const none = { max_order_value: null, symbols: {} };
  expect(await asAdminGet("/v1/admin/plans")).toMatchObject({
    status: 200,
    body: { plans: [{ plan: "standard", version: 0, limits: none }, { plan: "pro" }, { plan: "market_maker" }] },
  });
  const limits = { max_order_qty: "500", symbols: { BTCUSD: { max_position_value: "1000" } } };
  expect(await asAdmin("PUT", "/v1/admin/plans/pro/limits", limits)).toMatchObject({ status: 200 });
  expect(approvals.proposeUser).toHaveBeenCalledWith(
    expect.objectContaining({
      act: {
        kind: "plan_limits",
        plan: "pro",
        limits: {
          orderQty: 500,
          orderValue: null,
          positionValue: null,
          symbols: [
            { symbol: "BTC/USD", orderQty: null, orderValue: null, positionQty: null, positionValue: 10_000_000 },
          ],
        },
      },
    }),
  );
  expect((await asAdmin("PUT", "/v1/admin/plans/gold/limits", limits)).status).toBe(404);
  for (const qty of ["0.5", "-1", "NaN", "1e400", "99999999999999999999"]) {
    expect((await asAdmin("PUT", "/v1/admin/plans/pro/limits", { max_order_qty: qty })).status, qty).toBe(422);
  }
  expect((await trade("PUT", "/v1/admin/plans/pro/limits", limits)).status).toBe(403);
});
