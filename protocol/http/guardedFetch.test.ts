import { expect, test, vi } from "vitest";
import { CircuitOpen, guardedFetch } from "./guardedFetch.ts";

type Plain = NonNullable<Parameters<typeof guardedFetch>[0]>;

test("GW-20: a host that answers 5xx or not at all is not called for a while, other hosts are", async () => {
  let now = 0;
  const plain = vi.fn<Plain>(async (input) => {
    const { host } = new URL(input instanceof Request ? input.url : input);
    if (host === "broken.test") throw new Error("connection refused");
    return new Response(null, { status: host === "ill.test" ? 503 : 404 });
  });
  const call = guardedFetch(plain, () => now);
  for (let tries = 0; tries < 5; tries++) {
    expect((await call("https://ill.test/a")).status).toBe(503);
    await expect(call(new URL("https://broken.test/"))).rejects.toThrow("refused");
    expect((await call(new Request("https://well.test/"))).status).toBe(404);
  }
  plain.mockClear();
  await expect(call("https://ill.test/other")).rejects.toThrow(CircuitOpen);
  await expect(call("https://broken.test/")).rejects.toMatchObject({ retryAfterMs: 1_000 });
  expect(plain).not.toHaveBeenCalled();
  expect((await call("https://well.test/")).status).toBe(404);
  now = 1_000;
  plain.mockResolvedValueOnce(new Response("back"));
  expect((await call("https://ill.test/")).status).toBe(200);
});

test("GW-20: a call is aborted after the time limit, and when its caller aborts it", async () => {
  const hangs: Plain = (_input, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error));
    });
  await expect(guardedFetch(hangs, Date.now, 5)("https://slow.test/")).rejects.toThrow(/timeout|timed out/i);
  const signal = AbortSignal.abort(new Error("given up"));
  const never: Plain = async (_input, init) => {
    init?.signal?.throwIfAborted();
    return new Response();
  };
  const call = guardedFetch(never);
  for (let tries = 0; tries < 6; tries++) {
    await expect(call("https://slow.test/", { signal })).rejects.toThrow("given up");
  }
  expect((await call("https://slow.test/")).status).toBe(200);
});

test("GW-20: no redirection is followed", async () => {
  const plain = vi.fn<Plain>(
    async () => new Response(null, { status: 302, headers: { Location: "http://10.0.0.1/" } }),
  );
  expect((await guardedFetch(plain)("https://a.test/")).status).toBe(302);
  expect(plain.mock.calls[0]?.[1]).toMatchObject({ redirect: "manual" });
});
