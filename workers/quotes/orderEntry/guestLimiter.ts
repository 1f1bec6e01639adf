/**
 * Limits the commands of guests by a token bucket each, of their own plan. It is that of one object; a restart fills it.
 */
import type { UserId } from "../../../domain/ids.ts";
import { keepNewest } from "../../../domain/keepNewest.ts";
import {
  fullBucket,
  type Plan,
  RATE_LIMITS,
  type RateLimitStatus,
  rateLimitStatus,
  type TokenBucket,
  takeTokens,
} from "../../../domain/rateLimit.ts";
import { GUEST_BUCKETS_MAX } from "./limits.ts";

export class GuestLimiter {
  readonly #buckets = new Map<UserId, TokenBucket>();

  /** Takes a token for each command, if there are so many. */
  take(userId: UserId, plan: Plan, commands: number, now: number): { taken: boolean; rate: RateLimitStatus } {
    const allowance = RATE_LIMITS[plan];
    const before = this.#buckets.get(userId) ?? fullBucket(allowance, now);
    const { taken, bucket } = takeTokens(before, allowance, now, commands);
    keepNewest(this.#buckets, userId, bucket, GUEST_BUCKETS_MAX);
    return { taken, rate: rateLimitStatus(bucket, allowance, taken ? 1 : commands) };
  }
}
