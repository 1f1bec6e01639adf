import { describe, expect, test } from "vitest";
import { RATE_LIMITS, PLANS } from "../../domain/rateLimit.ts";
import { RateLimiter } from "./rateLimiter.ts";

const NOW = 1_800_000_000_000;

function disk(keeps = true) {
  const rows = new Map<string, string>();
  let writes = 0;
  let full = false;
  const logged: string[] = [];
  const kv = {
    get: <T>(key: string) => {
      const text = rows.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    put: <T>(key: string, value: T) => {
      if (full) throw new Error("database or disk is full");
      writes++;
      rows.set(key, JSON.stringify(value));
    },
  };
  return {
    limiter: () => new RateLimiter({ kv, isOpen: () => keeps, log: (...[event]) => void logged.push(event) }),
    fill: () => void (full = true),
    logged,
    get writes() {
      return writes;
    },
  };
}

const times = (count: number, spend: (i: number) => boolean): number =>
  Array.from({ length: count }, (_, i) => spend(i)).filter(Boolean).length;

describe.each(PLANS)("the rate limiter of %s", (plan) => {
  const { burst, perMinute } = RATE_LIMITS[plan];

  test("RL-3: a restart returns less than a tenth of a burst, whenever it happens", () => {
    for (const spent of [1, burst / 10 - 1, burst / 10, burst / 2 - 1, burst - 1, burst + 1]) {
      const { limiter } = disk();
      const first = limiter();
      const before = times(spent, () => first.take(plan, NOW).taken);
      const second = limiter();
      const through = before + times(2 * burst, () => second.take(plan, NOW).taken);
      expect(through, `restarted after ${spent}`).toBeGreaterThanOrEqual(burst);
      expect(through, `restarted after ${spent}`).toBeLessThan(burst * 1.1);
    }
  });

  test("RL-3: it stores the bucket once for a tenth of a burst, and never for a client far below its limit", () => {
    const busy = disk();
    const running = busy.limiter();
    times(burst + 50, () => running.take(plan, NOW).taken);
    expect(busy.writes).toBe(10);
    const calm = disk();
    const slow = calm.limiter();
    times(500, (i) => slow.take(plan, NOW + Math.ceil((i * 60_000) / perMinute)).taken);
    expect(calm.writes).toBe(0);
  });
});

test("RL-3: a restart loads the stored bucket", () => {
  const { limiter } = disk();
  const first = limiter();
  expect(times(201, () => first.take("standard", NOW).taken)).toBe(200);
  expect(limiter().take("standard", NOW)).toMatchObject({ taken: false, rate: { remaining: 0, retryAfterMs: 600 } });
  expect(limiter().take("standard", NOW + 600)).toMatchObject({ taken: true });
});

test("RL-3: an account that is not open stores nothing, and a full disk blocks nobody", () => {
  const unopened = disk(false);
  const limiter = unopened.limiter();
  expect(times(201, () => limiter.take("standard", NOW).taken)).toBe(200);
  expect(unopened.writes).toBe(0);
  const broken = disk();
  broken.fill();
  const limited = broken.limiter();
  expect(times(201, () => limited.take("standard", NOW).taken)).toBe(200);
  expect(broken.logged).toContain("rate_limit.not_stored");
});

test("RL-2: a call of several commands costs a token for each, or nothing when there are fewer", () => {
  const limiter = disk().limiter();
  expect(limiter.take("standard", NOW, 100)).toMatchObject({ taken: true, rate: { remaining: 100 } });
  expect(limiter.take("standard", NOW, 101)).toMatchObject({
    taken: false,
    // 100 tokens a minute: one more token.
    rate: { remaining: 100, retryAfterMs: 600 },
  });
  expect(limiter.take("standard", NOW, 100)).toMatchObject({ taken: true, rate: { remaining: 0 } });
  expect(limiter.take("standard", NOW + 600, 2).taken).toBe(false);
  expect(limiter.take("standard", NOW + 1_200, 2).taken).toBe(true);
});
