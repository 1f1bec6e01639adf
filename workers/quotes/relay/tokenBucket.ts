/** A token bucket: its size, and its refill a second. */
export interface TokenRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Tokens left at a time; negative while a client continues after refusals. */
export interface TokenBucket {
  readonly left: number;
  readonly at: number;
}

/** The bucket as it is now; null is one that was never used. */
export function refilled(tokens: TokenBucket | null, { burst, perSecond }: TokenRate, now: number): TokenBucket {
  if (tokens === null) return { left: burst, at: now };
  // A clock that was set back adds no tokens.
  const elapsed = Math.max(0, now - tokens.at);
  return { left: Math.min(burst, tokens.left + (elapsed * perSecond) / 1_000), at: now };
}
