import type { Log } from "../../protocol/log/events.ts";
import {
  RATE_LIMITS,
  type TokenBucket,
  fullBucket,
  type Plan,
  type RateLimitStatus,
  rateLimitStatus,
  refilled,
  TOKEN_PARTS,
  takeTokens,
} from "../../domain/rateLimit.ts";

/**
 * Share of the burst that may be taken before the bucket is stored again. Storing each request would be too expensive, and
 * storing none would grant a new burst at each restart. So a restart returns less than a tenth of a burst, and a client
 * far below its limit causes no writes.
 */
const UNWRITTEN_SHARE = 0.1;
const KEY = "meter";

export interface RateLimiterPorts {
  readonly kv: { get<T>(key: string): T | undefined; put<T>(key: string, value: T): void };
  /** False while the account is not open: then nothing is stored. */
  isOpen(): boolean;
  readonly log: Log;
}

/** Limits the rate of requests to an account. All its callers share one token bucket. */
export class RateLimiter {
  readonly #ports: RateLimiterPorts;
  #bucket: TokenBucket | null = null;
  /** The stored bucket; null for none, which counts as full. */
  #written: TokenBucket | null = null;

  constructor(ports: RateLimiterPorts) {
    this.#ports = ports;
  }

  /** Takes tokens of the plan, if there are so many, and returns the rate limit status. */
  take(plan: Plan, now: number, tokens = 1): { readonly taken: boolean; readonly rate: RateLimitStatus } {
    const allowance = RATE_LIMITS[plan];
    if (this.#bucket === null) {
      this.#written = this.#ports.kv.get<TokenBucket>(KEY) ?? null;
      this.#bucket = this.#written ?? fullBucket(allowance, now);
    }
    const { taken, bucket } = takeTokens(this.#bucket, allowance, now, tokens);
    this.#bucket = bucket;
    const found = refilled(this.#written ?? fullBucket(allowance, now), allowance, now);
    if (found.parts - bucket.parts >= Math.max(1, allowance.burst * UNWRITTEN_SHARE) * TOKEN_PARTS) this.#write(bucket);
    return { taken, rate: rateLimitStatus(bucket, allowance, taken ? 1 : tokens) };
  }

  /** Stores the bucket. A failure is logged only: a full disk must not prevent cancels. */
  #write(bucket: TokenBucket): void {
    if (!this.#ports.isOpen()) return;
    try {
      this.#ports.kv.put(KEY, bucket);
      this.#written = bucket;
    } catch (error) {
      this.#ports.log("rate_limit.not_stored", { error: String(error) });
    }
  }
}
