import { expect, test } from "vitest";
import { addPage, NOTHING_VERIFIED, verifiedEvents } from "./verified.ts";
import type { Verification } from "./trail.ts";

const shard = (number: number, events: number, through: number): Verification["shards"][number] => ({
  shard: number,
  from: through - events + 1,
  through,
  events,
  head: null,
  ok: true,
  first_difference: null,
});

test("UI-163: a verification holds when every page was read and none differs", () => {
  const first = addPage(NOTHING_VERIFIED, { ok: true, shards: [shard(0, 5, 5), shard(1, 2, 2)], next: "0.5" });
  expect([first.result, verifiedEvents(first)]).toEqual(["open", 7]);
  const second = addPage(first, { ok: true, shards: [shard(0, 3, 8)], next: null });
  expect(second).toEqual({
    shards: [
      { shard: 0, events: 8, through: 8, ok: true },
      { shard: 1, events: 2, through: 2, ok: true },
    ],
    differences: [],
    result: "holds",
  });
});

test("UI-163: a difference stays, whatever later pages say", () => {
  const first_difference = { seq: 4, event_id: null, kind: "altered", detail: "not what was hashed" };
  const bad = { ...shard(0, 5, 5), ok: false, first_difference };
  const first = addPage(NOTHING_VERIFIED, { ok: false, shards: [bad, shard(1, 2, 2)], next: "1.2" });
  const second = addPage(first, { ok: true, shards: [shard(1, 1, 3)], next: null });
  expect([second.result, second.differences.length, second.shards[0]?.ok]).toEqual(["differs", 1, false]);
});
