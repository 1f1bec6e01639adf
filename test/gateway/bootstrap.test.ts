import { expect, test } from "vitest";
import { approvals, send, throttle } from "./fakes.ts";
import { UNAUTHORIZED } from "./samples.ts";

test("ID-10: only the bootstrap secret makes an administrator", async () => {
  const body = JSON.stringify({ email: "ada@example.com", password: "correct horse" });
  for (const secret of ["", "bootstra", "bootstrap2", "undefined"]) {
    const reply = await send("POST", "/v1/admin/bootstrap", { body, headers: { Authorization: `Bearer ${secret}` } });
    expect(reply).toMatchObject({ status: 401, body: UNAUTHORIZED });
  }
  expect(approvals.bootstrap).not.toHaveBeenCalled();
  expect(throttle.giveBack).not.toHaveBeenCalled();
  const right = { body, headers: { Authorization: "Bearer bootstrap" } };
  expect((await send("POST", "/v1/admin/bootstrap", right)).status).toBe(201);
  const first = expect.objectContaining({ email: "ada@example.com", roles: ["trader", "admin"] }) as object;
  const secret = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
  expect(approvals.bootstrap).toHaveBeenCalledWith(expect.objectContaining({ first, secret, second: null }));
  expect(throttle.giveBack).toHaveBeenCalledTimes(1);
  approvals.bootstrap.mockResolvedValueOnce({ ok: false, refusal: { reason: "bootstrap_closed" } });
  expect((await send("POST", "/v1/admin/bootstrap", right)).status).toBe(409);
});

test("ID-106: after wrong bootstrap secrets the next is delayed, a right one too", async () => {
  const body = JSON.stringify({ email: "ada@example.com", password: "correct horse" });
  throttle.begin.mockResolvedValue(1_500);
  for (const secret of ["wrong", "bootstrap"]) {
    const reply = await send("POST", "/v1/admin/bootstrap", { body, headers: { Authorization: `Bearer ${secret}` } });
    expect([reply.status, reply.headers.get("Retry-After")]).toEqual([429, "2"]);
  }
  expect(approvals.bootstrap).not.toHaveBeenCalled();
  throttle.begin.mockResolvedValue(0);
});
