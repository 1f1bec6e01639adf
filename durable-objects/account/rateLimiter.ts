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
  takeToken,
} from "../../domain/rateLimit.ts";

/**
 * Tokens that may be spent before the bucket is written again, of its burst. A write per request would be too dear, and
 * none would hand out a new burst at every restart: so a restart gives back less than a tenth of one, and a login that
 * is far from its limit never writes.
 */
const UNWRITTEN_SHARE = 0.1;
const KEY = "meter";

export interface RateLimiterPorts {
  readonly kv: { get<T>(key: string): T | undefined; put<T>(key: string, value: T): void };
  /** False while nobody has opened the account: then nothing of it is stored. */
  isOpen(): boolean;
  readonly log: Log;
}

/** Counts the requests of an account's callers: all of them share one bucket. */
export class RateLimiter {
  readonly #ports: RateLimiterPorts;
  #bucket: TokenBucket | null = null;
  /** What a restart would find; null: nothing, which stands for a full bucket. */
  #written: TokenBucket | null = null;

  constructor(ports: RateLimiterPorts) {
    this.#ports = ports;
  }

  /** Spends a token of the plan, if there is one, and tells how many are left. */
  take(plan: Plan, now: number): { readonly taken: boolean; readonly rate: RateLimitStatus } {
    const allowance = RATE_LIMITS[plan];
    if (this.#bucket === null) {
      this.#written = this.#ports.kv.get<TokenBucket>(KEY) ?? null;
      this.#bucket = this.#written ?? fullBucket(allowance, now);
    }
    const { taken, bucket } = takeToken(this.#bucket, allowance, now);
    this.#bucket = bucket;
    const found = refilled(this.#written ?? fullBucket(allowance, now), allowance, now);
    if (found.parts - bucket.parts >= Math.max(1, allowance.burst * UNWRITTEN_SHARE) * TOKEN_PARTS) this.#write(bucket);
    return { taken, rate: rateLimitStatus(bucket, allowance) };
  }

  /** A disk that takes nothing more must not keep anybody from cancelling orders. */
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
