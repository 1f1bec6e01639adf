import { describe, expect, it } from "vitest";
import { REPEATED_FAILURE_WAIT_MS, VERDICT_BAD_MS, VERDICT_GOOD_MS } from "./limits.ts";
import type { Verdict } from "./session.ts";
import { Verdicts } from "./verdicts.ts";

function rig(answer: (secret: string) => Promise<Verdict>): {
  verdicts: Verdicts;
  asked: string[];
  waited: number[];
  errors: unknown[];
  clock: { now: number };
} {
  const asked: string[] = [];
  const waited: number[] = [];
  const errors: unknown[] = [];
  const clock = { now: 0 };
  const verdicts = new Verdicts({
    verify: (keyId, secret) => {
      asked.push(keyId);
      return answer(secret);
    },
    failed: (error) => errors.push(error),
    now: () => clock.now,
    wait: (ms) => {
      waited.push(ms);
      return Promise.resolve();
    },
  });
  return { verdicts, asked, waited, errors, clock };
}

const accountId = "acc-1";
const judge = (secret: string): Promise<Verdict> => Promise.resolve(secret === "right" ? { accountId } : "wrong");

describe("verdicts", () => {
  it("WS-5: a right key is asked for once in a while, however many sockets bring it", async () => {
    const { verdicts, asked, clock } = rig(judge);
    const all = await Promise.all(Array.from({ length: 50 }, () => verdicts.check("PKX", "right", "::1")));
    expect(all).toEqual(Array.from({ length: 50 }, () => ({ accountId })));
    clock.now = VERDICT_GOOD_MS - 1;
    await verdicts.check("PKX", "right", "::1");
    expect(asked).toHaveLength(1);
    clock.now = VERDICT_GOOD_MS;
    await verdicts.check("PKX", "right", "::1");
    expect(asked).toHaveLength(2);
  });

  it("WS-5: a wrong secret that comes again is not asked for and waits for its answer", async () => {
    const { verdicts, asked, waited, clock } = rig(judge);
    expect(await verdicts.check("PKX", "no", "::1")).toBe("wrong");
    expect(waited).toEqual([]);
    expect(await verdicts.check("PKX", "no", "::1")).toBe("wrong");
    expect(waited).toEqual([REPEATED_FAILURE_WAIT_MS]);
    expect(await verdicts.check("PKX", "right", "::1")).toEqual({ accountId });
    expect(asked).toHaveLength(2);
    clock.now = VERDICT_BAD_MS;
    await verdicts.check("PKX", "no", "::1");
    expect(asked).toHaveLength(3);
  });

  it("ID-72: what is right from one address is asked for again from another, though it is remembered", async () => {
    const { verdicts, asked } = rig(judge);
    for (const ip of ["192.0.2.1", "192.0.2.2", "192.0.2.1"]) await verdicts.check("PKX", "right", ip);
    expect(asked).toHaveLength(2);
  });

  it("WS-5: a login out of reach is nobody's fault and is not remembered", async () => {
    let away = true;
    const { verdicts, errors } = rig((secret) => (away ? Promise.reject(new Error("away")) : judge(secret)));
    expect(await verdicts.check("PKX", "right", "::1")).toBe("unavailable");
    expect(errors).toHaveLength(1);
    away = false;
    expect(await verdicts.check("PKX", "right", "::1")).toEqual({ accountId });
  });
});
