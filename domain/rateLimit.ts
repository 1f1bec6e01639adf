/** How many requests a login may make of its account: the plans, and the bucket of tokens that counts them exactly. */

export const PLANS = ["standard", "pro", "market_maker"] as const;
export type Plan = (typeof PLANS)[number];

/** Tokens that come back in a minute, and how many there may be at most. */
export interface RateLimit {
  readonly perMinute: number;
  readonly burst: number;
}

export const RATE_LIMITS: Readonly<Record<Plan, RateLimit>> = {
  standard: { perMinute: 100, burst: 200 },
  pro: { perMinute: 1_000, burst: 2_000 },
  market_maker: { perMinute: 600_000, burst: 60_000 },
};

/** A token has as many parts as a minute has milliseconds: each of these adds `perMinute` parts, so nothing is rounded. */
export const TOKEN_PARTS = 60_000;

/** The parts that were there at a time (epoch milliseconds). Says nothing of a plan, so a login may change to another. */
export interface TokenBucket {
  readonly parts: number;
  readonly at: number;
}

/** A caller's standing after a request. */
export interface RateLimitStatus {
  /** Most requests that can be made at once. */
  readonly limit: number;
  /** How many of them could be made now. */
  readonly remaining: number;
  /** When all of them can be made again, epoch milliseconds. */
  readonly resetAt: number;
  /** How long until one can be made; 0 while one can. */
  readonly retryAfterMs: number;
}

export function fullBucket({ burst }: RateLimit, now: number): TokenBucket {
  return { parts: burst * TOKEN_PARTS, at: now };
}

/**
 * The bucket as it is now. A clock that went back gives nothing twice: the bucket stays as it is until the clock is where
 * it was. One that went back by more than a bucket takes to fill had been wrong before, and is believed.
 */
export function refilled(bucket: TokenBucket, { perMinute, burst }: RateLimit, now: number): TokenBucket {
  const full = burst * TOKEN_PARTS;
  const parts = Math.min(bucket.parts, full);
  const elapsed = now - bucket.at;
  if (elapsed < 0) return { parts, at: -elapsed * perMinute > full ? now : bucket.at };
  return { parts: Math.min(full, parts + elapsed * perMinute), at: now };
}

/** Takes a token, if there is one; the bucket afterwards, which a refusal leaves as it is. */
export function takeToken(
  before: TokenBucket,
  allowance: RateLimit,
  now: number,
): { readonly taken: boolean; readonly bucket: TokenBucket } {
  const bucket = refilled(before, allowance, now);
  if (bucket.parts < TOKEN_PARTS) return { taken: false, bucket };
  return { taken: true, bucket: { ...bucket, parts: bucket.parts - TOKEN_PARTS } };
}

/** What a caller is told of its bucket. */
export function rateLimitStatus({ parts, at }: TokenBucket, { perMinute, burst }: RateLimit): RateLimitStatus {
  return {
    limit: burst,
    remaining: Math.floor(parts / TOKEN_PARTS),
    resetAt: at + Math.ceil((burst * TOKEN_PARTS - parts) / perMinute),
    retryAfterMs: Math.ceil(Math.max(0, TOKEN_PARTS - parts) / perMinute),
  };
}
