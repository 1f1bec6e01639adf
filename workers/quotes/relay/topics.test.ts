import { describe, expect, it } from "vitest";
import { FOLLOW_TRIES } from "./limits.ts";
import { type Topic, Topics } from "./topics.ts";

/** A far side that fails the first `failures` calls of each test. */
function rig(failures = 0): { topics: Topics; calls: [Topic, number][] } {
  const calls: [Topic, number][] = [];
  const topics = new Topics({
    now: () => 1_000,
    wait: () => Promise.resolve(),
    subscribe: (topic, epoch) => {
      calls.push([topic, epoch]);
      return calls.length <= failures ? Promise.reject(new Error("away")) : Promise.resolve(epoch);
    },
  });
  return { topics, calls };
}

describe("topics", () => {
  it("MD-5: one call serves all who want a topic, with a growing epoch", async () => {
    const { topics, calls } = rig();
    await Promise.all([topics.follow(["book/AAPL"]), topics.follow(["book/AAPL", "account/a"])]);
    await topics.follow(["account/a"]);
    expect(calls).toEqual([
      ["book/AAPL", 1_000],
      ["account/a", 1_001],
    ]);
  });

  it("MD-5: a forgotten topic is asked for again, even while the earlier call is under way", async () => {
    const { topics, calls } = rig();
    const first = topics.follow(["book/AAPL"]);
    topics.forget("book/AAPL");
    await topics.follow(["book/AAPL"]);
    await first;
    expect(calls.map(([, epoch]) => epoch)).toEqual([1_000, 1_001]);
  });

  it("tries again, then tells the caller, and starts anew for the next one", async () => {
    const { topics, calls } = rig(FOLLOW_TRIES);
    await expect(topics.follow(["book/AAPL"])).rejects.toThrow("away");
    expect(calls).toHaveLength(FOLLOW_TRIES);
    await topics.follow(["book/AAPL"]);
    expect(calls).toHaveLength(FOLLOW_TRIES + 1);
  });

  it("MD-5: a renewal calls again for what is followed", async () => {
    const { topics, calls } = rig();
    await topics.follow(["book/AAPL"]);
    expect(await topics.renew("book/AAPL")).toBe(1_001);
    expect(calls).toHaveLength(2);
  });
});
