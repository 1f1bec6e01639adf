/**
 * Schedules the renewal of leases and of subscriptions at books and accounts by one alarm, at the shorter of the two
 * intervals.
 */
import { LEASE_RENEW_MS, RENEW_MS } from "./limits.ts";

/** Key of the time of the last renewal of subscriptions. */
const RENEWED_AT = "renewedAt";

const intervalOf = (hasLeases: boolean): number => (hasLeases ? LEASE_RENEW_MS : RENEW_MS);

export class RenewalSchedule {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Sets the alarm unless it is set early enough. */
  async arm(hasLeases: boolean): Promise<void> {
    const due = Date.now() + intervalOf(hasLeases);
    const armed = await this.#storage.getAlarm();
    if (armed === null || armed > due) await this.#storage.setAlarm(due);
  }

  /** Sets the next alarm after one has fired. */
  async rearm(hasLeases: boolean): Promise<void> {
    await this.#storage.setAlarm(Date.now() + intervalOf(hasLeases));
  }

  /** Whether subscriptions are due for renewal: alarms for leases fire more often. Notes the time when they are. */
  takeSubscriptionsDue(hasLeases: boolean): boolean {
    const { kv } = this.#storage;
    const now = Date.now();
    if (hasLeases && now - (kv.get<number>(RENEWED_AT) ?? 0) < RENEW_MS) return false;
    kv.put(RENEWED_AT, now);
    return true;
  }
}
