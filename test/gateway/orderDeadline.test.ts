import { expect, test, vi } from "vitest";
import { account, identity, trade } from "./fakes.ts";
import { ORDER, TICKET, TRADER } from "./samples.ts";

test("AC-13: an order expires ten seconds after it arrived, wherever the time is spent", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: ORDER.submittedAt });
  try {
    identity.apiKeys.verify.mockImplementationOnce(async () => {
      vi.setSystemTime(ORDER.submittedAt + 4_000);
      return { ok: true, value: TRADER };
    });
    await trade("POST", "/v2/orders", TICKET);
    expect(account.submitOrder.mock.calls[0]?.[3]).toBe(ORDER.submittedAt + 10_000);
  } finally {
    vi.useRealTimers();
  }
});

test("AC-13: a late order is refused as not placed, and may be sent again", async () => {
  account.submitOrder.mockResolvedValueOnce({ ok: false, refusal: { reason: "order_late" } });
  const reply = await trade("POST", "/v2/orders", TICKET);
  expect(reply).toMatchObject({ status: 503, body: { code: 50310001 } });
  expect(reply.headers.get("Retry-After")).toBe("1");
});

test("AC-13: an order that never arrived is 404", async () => {
  account.orderByClientOrderId.mockResolvedValueOnce(null);
  expect(await trade("GET", "/v2/orders:by_client_order_id?client_order_id=lost")).toMatchObject({
    status: 404,
    body: { code: 40410000, message: "order not found for lost" },
  });
});
