/**
 * Notifies the owner of each withdrawal before administrators see it (ID-99): whoever requested it may not be the owner.
 * A login tells its person once for each withdrawal, so it may be asked as often as it takes.
 */
import type { Transfer } from "../../domain/transfers/transfer.ts";
import type { TransfersState } from "../../domain/transfers/transfers.ts";

const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;

export interface NotifierPorts {
  state(): Readonly<TransfersState>;
  /** Asks the owner's login; resolves when it has noted the withdrawal, or when there is no login any more. */
  notify(transfer: Transfer): Promise<void>;
  /** Journals that the owner was notified. */
  notified(id: string): Promise<void>;
  now(): number;
  armBy(at: number): void;
  failed(id: string, error: unknown): void;
}

export class OwnerNotifier {
  readonly #ports: NotifierPorts;
  readonly #retries = new Map<string, { readonly failures: number; readonly at: number }>();
  #running = false;

  constructor(ports: NotifierPorts) {
    this.#ports = ports;
  }

  /** Makes sure that the object wakes while an owner is to be notified. Call after every commit and a restart. */
  arm(): void {
    const soon = this.#ports.now() + RETRY_MS;
    for (const { id } of this.#waiting()) this.#ports.armBy(Math.max(soon, this.#retries.get(id)?.at ?? 0));
  }

  /** Notifies every owner who is to be notified by now, one after the other. Never rejects. */
  async run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      const due = () => this.#waiting().find(({ id }) => (this.#retries.get(id)?.at ?? 0) <= this.#ports.now());
      for (let next = due(); next !== undefined; next = due()) await this.#notify(next);
    } catch (error) {
      // The object restarts; its alarm goes on.
      this.#ports.failed("", error);
    } finally {
      this.#running = false;
    }
  }

  async #notify(transfer: Transfer): Promise<void> {
    const { id } = transfer;
    try {
      await this.#ports.notify(transfer);
      await this.#ports.notified(id);
      this.#retries.delete(id);
    } catch (error) {
      this.#ports.failed(id, error);
      const failures = (this.#retries.get(id)?.failures ?? 0) + 1;
      const waitMs = Math.min(RETRY_MS * 2 ** (failures - 1), RETRY_MS_MAX);
      this.#retries.set(id, { failures, at: this.#ports.now() + waitMs });
      this.arm();
    }
  }

  #waiting(): Transfer[] {
    return [...this.#ports.state().open.values()].filter(({ notified, decision }) => !notified && decision === null);
  }
}
