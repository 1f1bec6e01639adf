import { describe, expect, it } from "vitest";
import { REFUSED_MS, RefusedUpgrades } from "./refusedUpgrades.ts";

function rig(): {
  upgrade: (holder: string, network: string, status?: number) => Promise<number>;
  clock: { now: number };
  calls: string[];
  waited: number[];
} {
  const clock = { now: 0 };
  const calls: string[] = [];
  const waited: number[] = [];
  const wait = (ms: number): Promise<void> => {
    waited.push(ms);
    return Promise.resolve();
  };
  const upgrades = new RefusedUpgrades({ now: () => clock.now, random: () => 0.5, wait });
  const upgrade = async (holder: string, network: string, status = 429): Promise<number> => {
    const call = (): Promise<Response> => {
      calls.push(`${holder} ${network}`);
      return Promise.resolve(new Response(null, { status }));
    };
    return (await upgrades.upgrade(holder, network, call, () => new Response(null, { status: 429 }))).status;
  };
  return { upgrade, clock, calls, waited };
}

describe("WS-33: upgrades of a network at its limit", () => {
  it("are refused without a call of the object for a time, each after a wait", async () => {
    const { upgrade, clock, calls, waited } = rig();
    expect([await upgrade("relay-1", "n"), await upgrade("relay-1", "n"), await upgrade("relay-1", "n")]).toEqual([
      429, 429, 429,
    ]);
    expect(calls).toEqual(["relay-1 n"]);
    expect(waited).toEqual([REFUSED_MS, REFUSED_MS, REFUSED_MS]);
    clock.now = REFUSED_MS;
    expect(await upgrade("relay-1", "n", 200)).toBe(200);
    expect(calls).toHaveLength(2);
  });

  it("do not affect other networks, other objects, or requests without an address", async () => {
    const { upgrade, calls, waited } = rig();
    await upgrade("relay-1", "n");
    expect([await upgrade("relay-1", "m", 200), await upgrade("relay-2", "n", 200)]).toEqual([200, 200]);
    expect([await upgrade("relay-1", ""), await upgrade("relay-1", "", 200)]).toEqual([429, 200]);
    expect(calls).toHaveLength(5);
    expect(waited).toEqual([REFUSED_MS]);
  });

  it("wait in a bounded number; more are refused at once", async () => {
    const done: (() => void)[] = [];
    const upgrades = new RefusedUpgrades({
      now: () => 0,
      random: () => 1,
      wait: () => new Promise((end) => done.push(end)),
    });
    const refusal = (): Response => new Response(null, { status: 429 });
    const held = Array.from({ length: 2_000 }, () =>
      upgrades.upgrade("r", "n", () => Promise.resolve(refusal()), refusal),
    );
    // One that waits is in `done` after a turn of the queue.
    expect((await upgrades.upgrade("r", "n", () => Promise.resolve(refusal()), refusal)).status).toBe(429);
    for (const end of done) end();
    expect(new Set((await Promise.all(held)).map(({ status }) => status))).toEqual(new Set([429]));
  });
});
