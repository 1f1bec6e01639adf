/** What a client may rely on when it does not know what happened, as far as the gateway sees to it. */
import { expect, test, vi } from "vitest";
import { account, identity, ORDER, send, TICKET, trade, TRADER } from "./fakes.ts";

const NOW = new Date(ORDER.submittedAt).toISOString();

test("AC-13: an order is good for ten seconds from when it came in, wherever they are spent", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: ORDER.submittedAt });
  try {
    identity.verifyKey.mockImplementationOnce(async () => {
      vi.setSystemTime(ORDER.submittedAt + 4_000);
      return { ok: true, value: TRADER };
    });
    await trade("POST", "/v2/orders", TICKET);
    expect(account.submitOrder.mock.calls[0]?.[3]).toBe(ORDER.submittedAt + 10_000);
  } finally {
    vi.useRealTimers();
  }
});

test("AC-13: an order that came too late says that it was not placed, and that it may be sent again", async () => {
  account.submitOrder.mockResolvedValueOnce({ ok: false, refusal: { reason: "order_late" } });
  const reply = await trade("POST", "/v2/orders", TICKET);
  expect(reply).toMatchObject({ status: 503, body: { code: 50310001 } });
  expect(reply.headers.get("Retry-After")).toBe("1");
});

test("AC-13: an order that never arrived is a clear 404", async () => {
  account.orderByClientOrderId.mockResolvedValueOnce(null);
  expect(await trade("GET", "/v2/orders:by_client_order_id?client_order_id=lost")).toMatchObject({
    status: 404,
    body: { code: 40410000, message: "order not found for lost" },
  });
});

test("AC-14: the dead-man's switch is set in seconds and answers with its times", async () => {
  expect(await trade("POST", "/v1/orders/cancel-after", { timeout_seconds: 60 })).toMatchObject({
    status: 200,
    body: { current_time: NOW, trigger_time: new Date(ORDER.submittedAt + 60_000).toISOString() },
  });
  expect(account.setCancelAfter).toHaveBeenCalledWith(TRADER, 60, expect.objectContaining({ userAgent: "" }));
  const off = { current_time: NOW, trigger_time: null };
  expect(await trade("POST", "/v1/orders/cancel-after", { timeout_seconds: 0 })).toMatchObject({
    status: 200,
    body: off,
  });
  expect(await trade("GET", "/v1/orders/cancel-after")).toMatchObject({ status: 200, body: off });
  expect((await send("POST", "/v1/orders/cancel-after")).status).toBe(401);
  expect((await send("GET", "/v1/orders/cancel-after")).status).toBe(401);
});

test.each([
  ['{"timeout_seconds":"60"}'],
  ['{"timeout_seconds":null}'],
  ['{"timeout_seconds":1e999}'],
  ['{"timeout_seconds":[60]}'],
  ["{}"],
  ["[]"],
])("AC-14: what is no number does not reach the account: %s", async (body) => {
  const reply = await trade("POST", "/v1/orders/cancel-after", body);
  expect(reply).toMatchObject({ status: 422, body: { code: 40010001 } });
  expect(account.setCancelAfter).not.toHaveBeenCalled();
});

test("AC-14: a timeout that the account refuses is answered with what would do", async () => {
  account.setCancelAfter.mockResolvedValueOnce({ ok: false, refusal: { reason: "cancel_after_invalid" } });
  expect(await trade("POST", "/v1/orders/cancel-after", { timeout_seconds: -1 })).toMatchObject({
    status: 422,
    body: { code: 40010001, message: "timeout_seconds must be an integer from 0 to 86400" },
  });
});
