/** The alarm of an object, shared by all reasons to wake it: keeps the earliest time. Setting it writes a row, so it is set rarely. */
export class AlarmClock {
  readonly #storage: { setAlarm(at: number): Promise<void> };
  #armedFor: number | null = null;

  constructor(storage: { setAlarm(at: number): Promise<void> }) {
    this.#storage = storage;
  }

  /** Wakes the object at `at` (epoch milliseconds) at the latest. */
  armBy(at: number): void {
    if (this.#armedFor !== null && this.#armedFor <= at) return;
    this.#armedFor = at;
    // Part of the current commit. The output gate waits for it, so it is not awaited here.
    void this.#storage.setAlarm(at);
  }

  /** Call it first in the alarm handler; then every reason that remains arms the alarm again. */
  fired(): void {
    this.#armedFor = null;
  }
}
