/** What a login does by itself, later: one alarm of the object, many parts that want to be woken. */
import { logEvent } from "../../protocol/log/logEvent.ts";
import { detailOf } from "../../protocol/http/apiFault.ts";

/** A part of the login that has something to do by itself. */
export interface BackgroundTask {
  /** When it wants to run next, epoch milliseconds; null: nothing to do. */
  dueAt(): number | null;
  run(now: number): Promise<void> | void;
}

/** Wakes the object: durable-objects/actor/alarmClock.ts. */
interface Clock {
  armBy(at: number): void;
  fired(): void;
}

/** A task that fails, or does not get on, does not keep the object awake. */
const PAUSE_MS = 30_000;

export class BackgroundTasks {
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #tasks: BackgroundTask[] = [];

  constructor(clock: Clock, now: () => number) {
    this.#clock = clock;
    this.#now = now;
  }

  /** Adds a part; at the making of the object, before anything can be due. */
  add(task: BackgroundTask): void {
    this.#tasks.push(task);
  }

  /** To be called by a part that has got something to do: makes sure that the object wakes in time. */
  arm(): void {
    this.#armNoSoonerThan(0);
  }

  /** The object's alarm: runs what is due and arms for the next. */
  async run(): Promise<void> {
    this.#clock.fired();
    const now = this.#now();
    for (const task of this.#tasks) {
      try {
        const due = task.dueAt();
        if (due !== null && due <= now) await task.run(now);
      } catch (error) {
        logEvent("identity", "background_task.failed", { detail: detailOf(error) });
      }
    }
    const overdue = this.#tasks.some((task) => (task.dueAt() ?? Infinity) <= now);
    this.#armNoSoonerThan(overdue ? now + PAUSE_MS : 0);
  }

  #armNoSoonerThan(earliest: number): void {
    const due = this.#tasks.flatMap((task) => task.dueAt() ?? []);
    // What is overdue is due now; the platform refuses 0.
    if (due.length > 0) this.#clock.armBy(Math.max(earliest, this.#now(), Math.min(...due)));
  }
}
