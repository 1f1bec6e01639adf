/**
 * Limits refused authentications: how often a network may make the relay ask a login in vain, and how long it waits for
 * a refusal. Right credentials are never delayed.
 */
import type { LoginRoute } from "../../../domain/ids.ts";
import { keepNewest } from "../../../domain/keepNewest.ts";
import {
  FAILURE_DELAY_DOUBLES_AFTER,
  FAILURE_DELAY_MAX_MS,
  FAILURE_DELAY_MS,
  FAILURES_FORGOTTEN,
  FAILURES_OF_ALL,
  LOGIN_GUESSES,
  NETWORK_GUESSES,
  SHARED_BUCKETS_MAX,
} from "./limits.ts";
import { refilled, type TokenBucket, type TokenRate } from "./tokenBucket.ts";

export class GuessLimiter {
  readonly #buckets = new Map<string, TokenBucket>();

  /**
   * Whether a login may be asked about credentials from a network: not when it has refused many others from there, nor
   * when many logins have. An unknown network, "", is not limited.
   */
  admits(network: string, route: LoginRoute, now: number): boolean {
    if (network === "") return true;
    return (
      this.#bucket(network, NETWORK_GUESSES, now).left >= 1 &&
      this.#bucket(`${network} ${route}`, LOGIN_GUESSES, now).left >= 1
    );
  }

  /** A login has refused credentials from a network. */
  guessed(network: string, route: LoginRoute, now: number): void {
    if (network === "") return;
    this.#take(network, NETWORK_GUESSES, now);
    this.#take(`${network} ${route}`, LOGIN_GUESSES, now);
  }

  /** Notes a refusal, also one that needed no call, and returns after how many milliseconds it is to be answered. */
  delayOfRefusal(network: string, now: number): number {
    if (network === "") return FAILURE_DELAY_MS;
    const { left: ofAll } = this.#take("refused", FAILURES_OF_ALL, now);
    const { left } = this.#take(`refused ${network}`, FAILURES_FORGOTTEN, now);
    if (ofAll < 1) return FAILURE_DELAY_MAX_MS;
    const doubled = Math.floor((FAILURES_FORGOTTEN.burst - left - 1) / FAILURE_DELAY_DOUBLES_AFTER);
    return Math.min(FAILURE_DELAY_MS * 2 ** doubled, FAILURE_DELAY_MAX_MS);
  }

  #bucket(name: string, rate: TokenRate, now: number): TokenBucket {
    return refilled(this.#buckets.get(name) ?? null, rate, now);
  }

  #take(name: string, rate: TokenRate, now: number): TokenBucket {
    const { left } = this.#bucket(name, rate, now);
    const after = { left: Math.max(0, left - 1), at: now };
    keepNewest(this.#buckets, name, after, SHARED_BUCKETS_MAX);
    return after;
  }
}
