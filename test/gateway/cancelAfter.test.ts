import { expect, test } from "vitest";
import { account, send, trade } from "./fakes.ts";
import { ORDER, TRADER } from "./samples.ts";

const NOW = new Date(ORDER.submittedAt).toISOString();

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

test("AC-14: a timeout out of range is refused with the allowed range", async () => {
  account.setCancelAfter.mockResolvedValueOnce({ ok: false, refusal: { reason: "cancel_after_invalid" } });
  expect(await trade("POST", "/v1/orders/cancel-after", { timeout_seconds: -1 })).toMatchObject({
    status: 422,
    body: { code: 40010001, detail: "timeout_seconds must be an integer from 0 to 86400" },
  });
});
