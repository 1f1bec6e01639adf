import { expect, test } from "vitest";
import { auditShard, send } from "./fakes.ts";

test("AU-6: anybody may read the newest checkpoints of every shard, and the keys that verify them", async () => {
  expect(await send("GET", "/v1/audit/checkpoints")).toMatchObject({
    status: 200,
    body: {
      checkpoints: [0, 1, 2].map((shard) => ({ shard, seq: 100 + shard, jws: "a.b.c" })),
      keys: [{ kid: "k1" }],
    },
  });
  expect(await send("GET", "/v1/audit/checkpoints?shard=2&limit=7")).toMatchObject({
    status: 200,
    body: { checkpoints: [{ shard: 2, seq: 702, jws: "a.b.c" }], keys: [{ kid: "k1" }] },
  });
});

test.each(["shard=3", "shard=-1", "shard=x", "shard=999999", "limit=0", "limit=101", "limit=1.5"])(
  "AU-6, WS-9: a shard that does not exist is not asked: %s",
  async (query) => {
    const { status, body } = await send("GET", `/v1/audit/checkpoints?${query}`);
    expect([status, (body as { code: number }).code]).toEqual([422, expect.any(Number)]);
    expect(auditShard.checkpoints).not.toHaveBeenCalled();
  },
);

test("AU-6: a shard out of reach is an answer that says to retry", async () => {
  auditShard.status.mockRejectedValueOnce(new Error("overloaded"));
  expect(await send("GET", "/v1/audit/checkpoints")).toMatchObject({ status: 503 });
});
