import { expect, test } from "vitest";
import { RATE_LIMITS } from "../../../domain/rateLimit.ts";
import { GuestLimiter } from "./guestLimiter.ts";

test("RL-1: a guest has the tokens of its own plan; a frame that exceeds them takes none", () => {
  const limiter = new GuestLimiter();
  const { burst } = RATE_LIMITS.standard;
  for (let left = burst; left > 100; left -= 100) {
    expect(limiter.take("guest", "standard", 100, 0)).toMatchObject({ taken: true });
  }
  expect(limiter.take("guest", "standard", 60, 0)).toMatchObject({ taken: true, rate: { remaining: 40 } });
  const refused = limiter.take("guest", "standard", 41, 0);
  expect(refused).toMatchObject({ taken: false, rate: { remaining: 40 } });
  expect(refused.rate.retryAfterMs).toBeGreaterThan(0);
  expect(limiter.take("guest", "standard", 40, 0)).toMatchObject({ taken: true, rate: { remaining: 0 } });
  expect(limiter.take("another", "standard", 100, 0)).toMatchObject({ taken: true });
  expect(limiter.take("guest", "standard", 1, 60_000)).toMatchObject({ taken: true });
});
