/** Rate limits of requests to an account: the plans, and an exact token bucket. */

export const PLANS = ["standard", "pro", "market_maker"] as const;
export type Plan = (typeof PLANS)[number];

/** Tokens that a bucket regains per minute, and its capacity. */
export interface RateLimit {
  readonly perMinute: number;
  readonly burst: number;
}

export const RATE_LIMITS: Readonly<Record<Plan, RateLimit>> = {
  standard: { perMinute: 100, burst: 200 },
  pro: { perMinute: 1_000, burst: 2_000 },
  market_maker: { perMinute: 600_000, burst: 60_000 },
};

/**
 * Parts of a token: one for each millisecond of a minute. A millisecond adds `perMinute` parts, so nothing is rounded.
 */
export const TOKEN_PARTS = 60_000;

/** The level of a bucket in parts at a time in epoch milliseconds. It is independent of the plan, which may change. */
export interface TokenBucket {
  readonly parts: number;
  readonly at: number;
}

/** Rate limit status of a caller after a request. */
export interface RateLimitStatus {
  /** Capacity of the bucket in requests. */
  readonly limit: number;
  /** Requests that can be made now. */
  readonly remaining: number;
  /** When the bucket is full again, epoch milliseconds. */
  readonly resetAt: number;
  /** Milliseconds until a request can be made, or until the refused one can be repeated; 0 when it can be made now. */
  readonly retryAfterMs: number;
}

export function fullBucket({ burst }: RateLimit, now: number): TokenBucket {
  return { parts: burst * TOKEN_PARTS, at: now };
}

/**
 * The bucket refilled to `now`. When the clock goes back, the bucket stays as it is until the clock has caught up, so that
 * no time counts twice. If it goes back by more than the time that fills a bucket, the earlier time was wrong and the new
 * one is used.
 */
export function refilled(bucket: TokenBucket, { perMinute, burst }: RateLimit, now: number): TokenBucket {
  const full = burst * TOKEN_PARTS;
  const parts = Math.min(bucket.parts, full);
  const elapsed = now - bucket.at;
  if (elapsed < 0) return { parts, at: -elapsed * perMinute > full ? now : bucket.at };
  return { parts: Math.min(full, parts + elapsed * perMinute), at: now };
}

/** Takes tokens, if there are so many, and returns the bucket. A refusal takes nothing. */
export function takeTokens(
  before: TokenBucket,
  allowance: RateLimit,
  now: number,
  tokens = 1,
): { readonly taken: boolean; readonly bucket: TokenBucket } {
  const bucket = refilled(before, allowance, now);
  const parts = bucket.parts - tokens * TOKEN_PARTS;
  return parts < 0 ? { taken: false, bucket } : { taken: true, bucket: { ...bucket, parts } };
}

/** The rate limit status that a caller receives. `tokens` is what its next request, or the repeated one, costs. */
export function rateLimitStatus(
  { parts, at }: TokenBucket,
  { perMinute, burst }: RateLimit,
  tokens = 1,
): RateLimitStatus {
  return {
    limit: burst,
    remaining: Math.floor(parts / TOKEN_PARTS),
    resetAt: at + Math.ceil((burst * TOKEN_PARTS - parts) / perMinute),
    retryAfterMs: Math.ceil(Math.max(0, tokens * TOKEN_PARTS - parts) / perMinute),
  };
}
