import { DurableObject } from "cloudflare:workers";
import type { ThrottleRpc } from "../../../protocol/rpc/throttle.ts";
import { FORGET_MS, waitAfter } from "./backoff.ts";

const TRIES = "tries";

interface Tries {
  readonly failures: number;
  readonly failedAt: number;
  /** How many of the failures the user was notified of; left out: none. */
  readonly told?: number;
}

/**
 * Counts failed attempts for one e-mail or one network, whether or not there is a login. It is asked before a password
 * is derived, and answers the same for known and unknown e-mails. Deletes itself after a day.
 */
export class Throttle extends DurableObject<CoreEnv> implements ThrottleRpc {
  async begin(free: number): Promise<number> {
    const now = Date.now();
    const { failures, failedAt, told = 0 } = this.#tries(now);
    const wait = failedAt + waitAfter(failures, free) - now;
    if (wait > 0) return wait;
    this.ctx.storage.kv.put(TRIES, { failures: failures + 1, failedAt: now, told } satisfies Tries);
    if (failures === 0) void this.ctx.storage.setAlarm(now + FORGET_MS);
    return 0;
  }

  async giveBack(): Promise<void> {
    const { failures, failedAt, told = 0 } = this.#tries(Date.now());
    if (failures <= 1) await this.clear();
    else this.ctx.storage.kv.put(TRIES, { failures: failures - 1, failedAt, told } satisfies Tries);
  }

  async tell(): Promise<number> {
    const { failures, failedAt, told = 0 } = this.#tries(Date.now());
    if (failures > told) this.ctx.storage.kv.put(TRIES, { failures, failedAt, told: failures } satisfies Tries);
    return Math.max(0, failures - told);
  }

  async clear(): Promise<number> {
    const { failures, told = 0 } = this.#tries(Date.now());
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    return Math.max(0, failures - told);
  }

  override async alarm(): Promise<void> {
    const { failures, failedAt } = this.#tries(Date.now());
    if (failures === 0) await this.ctx.storage.deleteAll();
    else await this.ctx.storage.setAlarm(failedAt + FORGET_MS);
  }

  #tries(now: number): Tries {
    const kept = this.ctx.storage.kv.get<Tries>(TRIES);
    return kept === undefined || now - kept.failedAt >= FORGET_MS ? { failures: 0, failedAt: 0 } : kept;
  }
}
