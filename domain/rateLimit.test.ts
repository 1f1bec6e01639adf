import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  RATE_LIMITS,
  type RateLimit,
  type TokenBucket,
  fullBucket,
  PLANS,
  rateLimitStatus,
  refilled,
  takeTokens,
} from "./rateLimit.ts";

/** The reference bucket: it is refilled each millisecond, in exact fractions of a token. */
class SlowBucket {
  readonly #allowance: RateLimit;
  /** Numerator of the tokens over 60,000. */
  #tokens: bigint;
  #at: number;

  constructor(allowance: RateLimit, now: number) {
    this.#allowance = allowance;
    this.#tokens = BigInt(allowance.burst) * 60_000n;
    this.#at = now;
  }

  take(now: number): boolean {
    const full = BigInt(this.#allowance.burst) * 60_000n;
    for (; this.#at < now; this.#at++) {
      this.#tokens += BigInt(this.#allowance.perMinute);
      if (this.#tokens > full) this.#tokens = full;
    }
    if (this.#tokens < 60_000n) return false;
    this.#tokens -= 60_000n;
    return true;
  }
}

/** Which of the requests at these times are allowed. */
function passed(allowance: RateLimit, times: readonly number[]): boolean[] {
  let bucket = fullBucket(allowance, times[0] ?? 0);
  return times.map((now) => {
    const { taken, bucket: after } = takeTokens(bucket, allowance, now);
    bucket = after;
    return taken;
  });
}

const allowances = fc.oneof(
  fc.constantFrom(...PLANS.map((plan) => RATE_LIMITS[plan])),
  fc.record({ perMinute: fc.integer({ min: 1, max: 7_001 }), burst: fc.integer({ min: 1, max: 50 }) }),
);
/** Pauses between requests: mostly none, so that the bucket runs empty. */
const pauses = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2_000 })), {
  minLength: 1,
  maxLength: 400,
});
const timesOf = (steps: readonly number[]): number[] => {
  let now = 1_800_000_000_000;
  return steps.map((step) => (now += step));
};

test("RL-1: the bucket equals one that is refilled each millisecond", () => {
  fc.assert(
    fc.property(allowances, pauses, (allowance, steps) => {
      const times = timesOf(steps);
      const slow = new SlowBucket(allowance, times[0] ?? 0);
      expect(passed(allowance, times)).toEqual(times.map((now) => slow.take(now)));
    }),
    { numRuns: 300 },
  );
});

test("RL-1: no interval allows more than a burst and its refill, whatever the clock does", () => {
  const jumps = fc.array(fc.integer({ min: -300, max: 500 }), { minLength: 1, maxLength: 200 });
  const small = fc.record({ perMinute: fc.integer({ min: 1, max: 60_000 }), burst: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(small, jumps, ({ perMinute, burst }, steps) => {
      // Another rule covers clocks that go back by more than the time that fills the bucket.
      const fill = Math.floor((burst * 60_000) / perMinute);
      const times = timesOf(steps.map((step) => Math.max(step, -Math.floor(fill / steps.length))));
      const through = passed({ perMinute, burst }, times).filter(Boolean).length;
      const longest = Math.max(...times) - Math.min(...times);
      expect(through).toBeLessThanOrEqual(burst + Math.floor((longest * perMinute) / 60_000));
    }),
  );
});

describe("the plans", () => {
  test.each([
    ["standard", 200, 100],
    ["pro", 2_000, 1_000],
    ["market_maker", 60_000, 600_000],
  ] as const)("RL-1: %s has a burst of %i and %i a minute", (plan, burst, perMinute) => {
    const times = [...Array.from({ length: burst + 1 }, () => 5), ...Array.from({ length: 50 }, () => 30_005)];
    const through = passed(RATE_LIMITS[plan], times);
    expect(through.slice(0, burst + 1).filter(Boolean)).toHaveLength(burst);
    expect(through[burst]).toBe(false);
    const half = Math.min(50, perMinute / 2);
    expect(through.slice(burst + 1).filter(Boolean)).toHaveLength(half);
  });
});

test("RL-1: a clock that goes back refills nothing twice, and one that was far ahead blocks nobody", () => {
  const allowance = RATE_LIMITS.standard;
  const empty: TokenBucket = { parts: 0, at: 100_000 };
  expect(refilled(empty, allowance, 99_000)).toEqual(empty);
  expect(refilled(refilled(empty, allowance, 99_000), allowance, 100_600)).toEqual({ parts: 60_000, at: 100_600 });
  expect(refilled({ parts: 0, at: 1e12 }, allowance, 100_000)).toEqual({ parts: 0, at: 100_000 });
});

test("RL-2: the status has the remaining requests, when the bucket is full again, and when to retry", () => {
  const allowance = RATE_LIMITS.standard;
  expect(rateLimitStatus(fullBucket(allowance, 7), allowance)).toEqual({
    limit: 200,
    remaining: 200,
    resetAt: 7,
    retryAfterMs: 0,
  });
  const nearly: TokenBucket = { parts: 59_999, at: 1_000 };
  expect(rateLimitStatus(nearly, allowance)).toEqual({
    limit: 200,
    remaining: 0,
    resetAt: 1_000 + 119_401,
    retryAfterMs: 1,
  });
  expect(takeTokens(nearly, allowance, 1_000).taken).toBe(false);
  expect(takeTokens(nearly, allowance, 1_001).taken).toBe(true);
});

test("RL-1: a change to a smaller plan caps the bucket at its burst, a change to a larger one keeps its level", () => {
  const { standard, pro } = RATE_LIMITS;
  expect(refilled(fullBucket(pro, 0), standard, 0)).toEqual(fullBucket(standard, 0));
  expect(rateLimitStatus(refilled(fullBucket(standard, 0), pro, 0), pro).remaining).toBe(200);
});
