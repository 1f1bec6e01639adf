import { describe, expect, it } from "vitest";
import { SUBSCRIBE_TRIES } from "./limits.ts";
import { type Topic, UpstreamSubscriptions } from "./upstreamSubscriptions.ts";

/** A far side that fails the first `failures` calls of each test. */
function rig(failures = 0): { topics: UpstreamSubscriptions; calls: [Topic, number][] } {
  const calls: [Topic, number][] = [];
  const topics = new UpstreamSubscriptions({
    now: () => 1_000,
    wait: () => Promise.resolve(),
    subscribe: (topic, epoch) => {
      calls.push([topic, epoch]);
      return calls.length <= failures ? Promise.reject(new Error("away")) : Promise.resolve(epoch);
    },
  });
  return { topics, calls };
}

describe("upstream subscriptions", () => {
  it("MD-5: one call serves all subscribers of a topic, with a growing epoch", async () => {
    const { topics, calls } = rig();
    await Promise.all([topics.ensure(["book/AAPL"]), topics.ensure(["book/AAPL", "account/a"])]);
    await topics.ensure(["account/a"]);
    expect(calls).toEqual([
      ["book/AAPL", 1_000],
      ["account/a", 1_001],
    ]);
  });

  it("MD-5: a dropped topic is subscribed again, also while the earlier call is under way", async () => {
    const { topics, calls } = rig();
    const first = topics.ensure(["book/AAPL"]);
    topics.forget("book/AAPL");
    await topics.ensure(["book/AAPL"]);
    await first;
    expect(calls.map(([, epoch]) => epoch)).toEqual([1_000, 1_001]);
  });

  it("retries, then rejects, and starts again for the next caller", async () => {
    const { topics, calls } = rig(SUBSCRIBE_TRIES);
    await expect(topics.ensure(["book/AAPL"])).rejects.toThrow("away");
    expect(calls).toHaveLength(SUBSCRIBE_TRIES);
    await topics.ensure(["book/AAPL"]);
    expect(calls).toHaveLength(SUBSCRIBE_TRIES + 1);
  });

  it("MD-5: a renewal subscribes again", async () => {
    const { topics, calls } = rig();
    await topics.ensure(["book/AAPL"]);
    expect(await topics.renew("book/AAPL")).toBe(1_001);
    expect(calls).toHaveLength(2);
  });
});
