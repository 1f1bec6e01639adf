import { PROJECTED_ROWS_MAX } from "../actor/limits.ts";
import type { Projection } from "../actor/projection.ts";
import type { AccountEvent } from "./machine.ts";
import type { AccountStore } from "./store.ts";
import type { UpdateLog } from "./updateLog.ts";

/** The rows of closed orders and trade updates. Every order has some, so that many commits share one write of them. */
export class AccountProjection implements Projection<AccountEvent> {
  readonly #store: AccountStore;
  readonly #updates: UpdateLog;

  constructor(store: AccountStore, updates: UpdateLog) {
    this.#store = store;
    this.#updates = updates;
  }

  add(event: AccountEvent): void {
    if (event.kind === "update") this.#updates.add(event.update);
    if (event.kind === "closed") this.#store.addClosedOrder(event.order);
  }

  get isDue(): boolean {
    return this.#store.unwrittenOrders + this.#updates.unwritten >= PROJECTED_ROWS_MAX;
  }

  write(): void {
    this.#store.writeClosedOrders();
    this.#updates.write();
  }
}
