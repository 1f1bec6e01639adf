/** Limits what the sockets of one account ask of books when they resume: one call a symbol at a time, few in a second, and few calls at all. */
import { keepNewest } from "../../../domain/keepNewest.ts";
import { ConcurrencyLimiter } from "./concurrencyLimiter.ts";
import { ACCOUNT_RESUMES_MAX, SHARED_BUCKETS_MAX, SYMBOL_RESUMES } from "./limits.ts";
import { limitOwnerOf, type StreamSession } from "./streamSession.ts";
import { refilled, type TokenBucket } from "./tokenBucket.ts";

export interface ResumePorts {
  now(): number;
  wait(ms: number): Promise<void>;
}

export class ResumeLimiter {
  readonly #ports: ResumePorts;
  readonly #perSymbol = new ConcurrencyLimiter(1);
  readonly #perAccount = new ConcurrencyLimiter(ACCOUNT_RESUMES_MAX);
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(ports: ResumePorts) {
    this.#ports = ports;
  }

  /** Runs a call for a session and a symbol when its account may make one more. */
  run<T>(session: StreamSession, symbol: string, call: () => Promise<T>): Promise<T> {
    const account = limitOwnerOf(session) ?? "";
    const name = `${account} ${symbol}`;
    return this.#perSymbol.run(name, async () => {
      const wait = this.#takeToken(name);
      if (wait > 0) await this.#ports.wait(wait);
      return this.#perAccount.run(account, call);
    });
  }

  /** Takes a token, and returns after how many milliseconds it is there. */
  #takeToken(name: string): number {
    const now = this.#ports.now();
    const { left } = refilled(this.#buckets.get(name) ?? null, SYMBOL_RESUMES, now);
    keepNewest(this.#buckets, name, { left: left - 1, at: now }, SHARED_BUCKETS_MAX);
    return left >= 1 ? 0 : ((1 - left) / SYMBOL_RESUMES.perSecond) * 1_000;
  }
}
