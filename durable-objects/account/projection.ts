import { PROJECTED_ROWS_AGE_MS, PROJECTED_ROWS_MAX, PROJECTED_ROWS_MIN } from "../actor/limits.ts";
import type { Projection } from "../actor/projection.ts";
import type { AccountEvent } from "./machine.ts";
import type { AccountStore } from "./store.ts";
import type { UpdateLog } from "./updateLog.ts";

/** The rows of closed orders and trade updates. Every order has some, so that many commits share one write of them. */
export class AccountProjection implements Projection<AccountEvent> {
  readonly #store: AccountStore;
  readonly #updates: UpdateLog;
  readonly #now: () => number;
  /** When the oldest row was added that is not written; null when there is none. */
  #since: number | null = null;

  constructor(store: AccountStore, updates: UpdateLog, now: () => number) {
    this.#store = store;
    this.#updates = updates;
    this.#now = now;
  }

  add(event: AccountEvent): void {
    this.#since ??= this.#now();
    if (event.kind === "update") this.#updates.add(event.update);
    if (event.kind === "closed") this.#store.addClosedOrder(event.order);
  }

  get isDue(): boolean {
    const rows = this.#store.unwrittenOrders + this.#updates.unwritten;
    if (rows < PROJECTED_ROWS_MIN || this.#since === null) return false;
    const age = this.#now() - this.#since;
    // The clock may have been set back.
    return rows >= PROJECTED_ROWS_MAX || age >= PROJECTED_ROWS_AGE_MS || age < 0;
  }

  write(): void {
    this.#store.writeClosedOrders();
    this.#updates.write();
    this.#since = null;
  }
}
