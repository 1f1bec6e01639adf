/** One alarm per object, many reasons to wake: keeps the earliest. Setting an alarm writes a row, so it is set rarely. */
export class AlarmClock {
  readonly #storage: { setAlarm(at: number): Promise<void> };
  #armedFor: number | null = null;

  constructor(storage: { setAlarm(at: number): Promise<void> }) {
    this.#storage = storage;
  }

  /** Makes sure that the object wakes at `at` (epoch milliseconds) at the latest. */
  armBy(at: number): void {
    if (this.#armedFor !== null && this.#armedFor <= at) return;
    this.#armedFor = at;
    // Part of the commit around it: the output gate waits for it, so nobody needs to await it here.
    void this.#storage.setAlarm(at);
  }

  /** Call first in the alarm handler: whoever still needs waking arms again. */
  fired(): void {
    this.#armedFor = null;
  }
}
