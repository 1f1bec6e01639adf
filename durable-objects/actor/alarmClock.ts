/** An alarm is looked at after this time: it is taken back when nobody has asked for one meanwhile and none is due. */
export const QUIET_MS = 500;
/** A later time must save so much to be worth a write. A reason that is due sooner may be gone soon: it is looked at again. */
export const SOON_MS = 6_000;

interface AlarmStorage {
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
}

/**
 * The alarm of an object, shared by all reasons to wake it: keeps the earliest time. Setting it writes a row, so it is set
 * rarely. With `armAll`, which calls `armBy` for every reason that remains, an alarm is moved or deleted once the object is
 * quiet and its reason is gone: it would wake the object for nothing.
 */
export class AlarmClock {
  readonly #storage: AlarmStorage;
  readonly #armAll: (() => void) | null;
  readonly #after: (ms: number, run: () => void) => void;
  readonly #now: () => number;
  #armedFor: number | null = null;
  /** Nothing is written while the reasons are asked. */
  #asking = false;
  #watching = false;
  #asked = false;

  constructor(
    storage: AlarmStorage,
    armAll: (() => void) | null = null,
    after: (ms: number, run: () => void) => void = (ms, run) => void setTimeout(run, ms),
    now: () => number = Date.now,
  ) {
    this.#storage = storage;
    this.#armAll = armAll;
    this.#after = after;
    this.#now = now;
  }

  /** Wakes the object at `at` (epoch milliseconds) at the latest. */
  armBy(at: number): void {
    const isEarlier = this.#armedFor === null || at < this.#armedFor;
    if (isEarlier) this.#armedFor = at;
    if (this.#asking) return;
    this.#asked = true;
    // Part of the current commit. The output gate waits for it, so it is not awaited here.
    if (isEarlier) void this.#storage.setAlarm(at);
    this.#watch();
  }

  /** Call it first in the alarm handler; then every reason that remains arms the alarm again. */
  fired(): void {
    this.#armedFor = null;
  }

  /** Call it when a reason is gone that was not due soon. */
  settled(): void {
    if (this.#armedFor !== null) this.#watch();
  }

  #watch(): void {
    if (this.#armAll === null || this.#watching) return;
    this.#watching = true;
    this.#asked = false;
    this.#after(QUIET_MS, () => {
      this.#watching = false;
      if (this.#armedFor === null) return;
      if (this.#asked || this.#isDueSoon(this.#armedFor)) this.#watch();
    });
  }

  /** Moves the alarm to the earliest reason that remains. Whether that is soon. */
  #isDueSoon(armed: number): boolean {
    const due = this.#remaining(armed);
    if (due === null || due >= armed + SOON_MS) {
      this.#armedFor = due;
      void (due === null ? this.#storage.deleteAlarm() : this.#storage.setAlarm(due));
    }
    return due !== null && due < this.#now() + SOON_MS;
  }

  /** The earliest time of the reasons that remain; null when there is none. The alarm stays while the object restarts. */
  #remaining(armed: number): number | null {
    this.#armedFor = null;
    this.#asking = true;
    try {
      this.#armAll?.();
      return this.#armedFor;
    } catch {
      return armed;
    } finally {
      this.#asking = false;
      this.#armedFor = armed;
    }
  }
}
