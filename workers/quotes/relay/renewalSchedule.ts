/** When a relay renews its leases and its subscriptions at books and accounts: one alarm, at the shorter interval of the two. */
import { LEASE_RENEW_MS, RENEW_MS } from "./limits.ts";

/** Key of the time of the last renewal of subscriptions. */
const RENEWED_AT = "renewedAt";

const intervalOf = (hasLeases: boolean): number => (hasLeases ? LEASE_RENEW_MS : RENEW_MS);

export class RenewalSchedule {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Makes sure that the alarm rings no later than it must. */
  async arm(hasLeases: boolean): Promise<void> {
    const due = Date.now() + intervalOf(hasLeases);
    const armed = await this.#storage.getAlarm();
    if (armed === null || armed > due) await this.#storage.setAlarm(due);
  }

  /** The alarm has rung: sets the next one. */
  async rearm(hasLeases: boolean): Promise<void> {
    await this.#storage.setAlarm(Date.now() + intervalOf(hasLeases));
  }

  /** Whether subscriptions are due, which an alarm for leases precedes; notes that they are renewed now. */
  takeSubscriptionsDue(hasLeases: boolean): boolean {
    const { kv } = this.#storage;
    const now = Date.now();
    if (hasLeases && now - (kv.get<number>(RENEWED_AT) ?? 0) < RENEW_MS) return false;
    kv.put(RENEWED_AT, now);
    return true;
  }
}
