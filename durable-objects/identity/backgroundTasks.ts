/** The background tasks of a login, which share the object's one alarm. */
import { logEvent } from "../../protocol/log/logEvent.ts";
import { detailOf } from "../../protocol/http/apiFault.ts";

/** A part of the login with work to do later. */
export interface BackgroundTask {
  /** When it is to run next, epoch milliseconds; null: never. */
  dueAt(): number | null;
  run(now: number): Promise<void> | void;
}

/** The object's alarm: durable-objects/actor/alarmClock.ts. */
interface Clock {
  armBy(at: number): void;
  fired(): void;
}

/** The pause before a task that failed, or is still due, runs again. */
const PAUSE_MS = 30_000;

export class BackgroundTasks {
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #tasks: BackgroundTask[] = [];

  constructor(clock: Clock, now: () => number) {
    this.#clock = clock;
    this.#now = now;
  }

  /** Adds a task, in the object's constructor. */
  add(task: BackgroundTask): void {
    this.#tasks.push(task);
  }

  /** To be called when a task has got work: sets the alarm. */
  arm(): void {
    this.#armNoSoonerThan(0);
  }

  /** The alarm's handler: runs the due tasks and sets the alarm for the next. */
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
    // An overdue task is due now; the platform refuses an alarm at 0.
    if (due.length > 0) this.#clock.armBy(Math.max(earliest, this.#now(), Math.min(...due)));
  }
}
