import { PROJECTED_ROWS_AGE_MS, PROJECTED_ROWS_MAX, PROJECTED_ROWS_MIN } from "../actor/limits.ts";
import type { Projection } from "../actor/projection.ts";
import type { ActivityLog } from "./activityLog.ts";
import type { AccountEvent } from "./machine.ts";
import type { MovementLog } from "./movementLog.ts";
import type { AccountStore } from "./store.ts";
import type { UpdateLog } from "./updateLog.ts";

/** The rows of closed orders, trade updates and activities. Every order has some, so that many commits share one write of them. */
export class AccountProjection implements Projection<AccountEvent> {
  readonly #store: AccountStore;
  readonly #updates: UpdateLog;
  readonly #activities: ActivityLog;
  readonly #movements: MovementLog;
  readonly #now: () => number;
  /** When the oldest row was added that is not written; null when there is none. */
  #since: number | null = null;

  constructor(
    store: AccountStore,
    updates: UpdateLog,
    activities: ActivityLog,
    movements: MovementLog,
    now: () => number,
  ) {
    this.#store = store;
    this.#updates = updates;
    this.#activities = activities;
    this.#movements = movements;
    this.#now = now;
  }

  add(event: AccountEvent): void {
    this.#since ??= this.#now();
    if (event.kind === "update") this.#updates.add(event.update);
    if (event.kind === "activity") {
      this.#activities.add(event.activity);
      this.#movements.add(event.activity);
    }
    if (event.kind === "closed") this.#store.addClosedOrder(event.order);
  }

  get isDue(): boolean {
    // Each fill has an update too: the activities count only where they are more.
    const rows = Math.max(this.#store.unwrittenOrders + this.#updates.unwritten, this.#activities.unwritten);
    if (rows < PROJECTED_ROWS_MIN || this.#since === null) return false;
    const age = this.#now() - this.#since;
    // The clock may have been set back.
    return rows >= PROJECTED_ROWS_MAX || age >= PROJECTED_ROWS_AGE_MS || age < 0;
  }

  write(): void {
    this.#store.writeClosedOrders();
    this.#updates.write();
    this.#activities.write();
    this.#movements.write();
    this.#since = null;
  }
}
