/** Idempotency: repeated requests that move money. */
import { expect, test } from "vitest";
import { account, approvals, asAdmin, lines, trade } from "./fakes.ts";
import { ADMIN, APPROVAL, TICKET, TRADER } from "./samples.ts";
import { transfers } from "./transferFakes.ts";

const DEPOSITS = `/v1/admin/accounts/${TRADER.accountId}/deposits`;

async function deposit(body: unknown, key?: string) {
  const reply = await asAdmin("POST", DEPOSITS, body, key === undefined ? {} : { "Idempotency-Key": key });
  return { reply, call: transfers.requestDeposit.mock.calls.at(-1)?.[0] };
}

/** The account answers the next request as a replay. */
function repeated(reference: string): void {
  const deposit = { reference, symbol: null, amount: "5" };
  const approval = { ...APPROVAL, state: "booked", deposit } as const;
  transfers.requestDeposit.mockResolvedValueOnce({ ok: true, value: { approval, again: true } });
}

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

test("AC-10: refusals of the account have its reasons, and an account that does not answer is 503", async () => {
  const answers = [
    ["account_closed", 403],
    ["deposit_reference_taken", 409],
    ["deposit_invalid", 422],
    ["idempotency_key_reused", 422],
  ] as const;
  for (const [refusal, status] of answers) {
    const approval = { ...APPROVAL, state: "failed", refusal } as const;
    transfers.requestDeposit.mockResolvedValueOnce({ ok: true, value: { approval, again: false } });
    expect((await deposit({ amount: "5", reference: "r1" })).reply.status, refusal).toBe(status);
  }
  const approval = { ...APPROVAL, state: "approved" } as const;
  transfers.requestDeposit.mockResolvedValueOnce({ ok: true, value: { approval, again: false } });
  expect((await deposit({ amount: "5", reference: "r1" })).reply.status).toBe(503);
  expect(approvals.endAct.mock.calls.map(([, outcome]) => outcome)).toEqual([
    ...answers.map(() => "refused"),
    "failed",
  ]);
});

test("WS-17: a deposit's Idempotency-Key stands for its reference, and a replay is the same response with a header", async () => {
  const first = await deposit({ amount: "5" }, "k1");
  expect(first.reply).toMatchObject({ status: 200, body: { reference: "k1", asset: "USD", amount: "5" } });
  expect(first.reply.headers.get("Idempotency-Replayed")).toBeNull();
  expect(first.reply.headers.get("Content-Type")).toContain("application/json");
  const kept = { key: "k1", fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string };
  expect(first.call).toMatchObject({
    accountId: TRADER.accountId,
    deposit: { reference: "k1", amount: "5", symbol: null },
    requestedBy: { userId: ADMIN.userId },
    request: kept,
    alone: true,
  });
  repeated("k1");
  const again = await deposit({ amount: "5" }, "k1");
  expect(again.call).toEqual(first.call);
  expect(again.reply.body).toEqual(first.reply.body);
  expect(again.reply.headers.get("Idempotency-Replayed")).toBe("true");
});

test("AC-10: a repeated reference is not recorded as a second action of an administrator", async () => {
  await deposit({ amount: "5", reference: "r1" });
  repeated("r1");
  await deposit({ amount: "5", reference: "r1" });
  const begun = approvals.beginAct.mock.calls.filter(([{ what }]) => what === "deposit.booked");
  expect(begun).toHaveLength(2);
  expect(approvals.endAct.mock.calls.map(([, outcome]) => outcome)).toEqual(["done", "repeated"]);
  expect(lines.filter((line) => line.includes("admin.action"))).toHaveLength(1);
});

test("WS-17: the digest covers the caller and every byte of the body; quotes are not part of the key", async () => {
  const { call: first } = await deposit({ amount: "5", reference: "r" }, "k");
  expect((await deposit({ amount: "5", reference: "r" }, '"k"')).call?.request).toEqual(first?.request);
  expect((await deposit({ amount: "5", reference: "r" }, '"a\\"b"')).call?.request).toMatchObject({ key: 'a"b' });
  const other = (await deposit({ amount: "6", reference: "r" }, "k")).call?.request;
  expect(other).toMatchObject({ key: "k" });
  expect(other).not.toEqual(first?.request);
});

test("WS-17: another request with the same key is 422, and a malformed key 400 before any call", async () => {
  transfers.requestDeposit.mockResolvedValueOnce({ ok: false, refusal: { reason: "idempotency_key_reused" } });
  expect((await deposit({ amount: 1 }, "k")).reply).toMatchObject({ status: 422, body: { code: 42210001 } });
  transfers.requestDeposit.mockClear();
  for (const key of ["", '""', "  ", "k".repeat(129), "caf\u00e9"]) {
    expect({ key, ...(await deposit({ amount: 1 }, key)).reply }).toMatchObject({
      status: 400,
      body: { code: 40010002 },
    });
  }
  expect(transfers.requestDeposit).not.toHaveBeenCalled();
  expect((await deposit({ amount: 1 }, `"${"k".repeat(128)}"`)).reply.status).toBe(200);
  expect((await deposit({ amount: 1 })).reply, "neither reference nor key").toMatchObject({
    status: 422,
    body: { detail: "invalid reference" },
  });
});

test("WS-17: an order without client_order_id uses the Idempotency-Key", async () => {
  await trade("POST", "/v2/orders", TICKET, { "Idempotency-Key": "k1" });
  await trade("POST", "/v2/orders", { ...TICKET, client_order_id: "mine" }, { "Idempotency-Key": "k1" });
  await trade("POST", "/v2/orders", TICKET);
  const ids = account.submitOrder.mock.calls.map(([, ticket]) => ticket.clientOrderId);
  expect(ids).toEqual(["k1", "mine", null]);
  expect((await trade("POST", "/v2/orders", TICKET, { "Idempotency-Key": "k".repeat(129) })).status).toBe(400);
});
