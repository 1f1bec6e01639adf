import type { PushAnswer } from "../../protocol/rpc.ts";
import { PUSH_QUEUE_MAX } from "./limits.ts";

/** What a publisher needs: somewhere to remember its relays, and the push itself. */
export interface PublisherPorts<Item> {
  readonly sql: { exec(query: string, ...binds: (string | number)[]): Iterable<Record<string, unknown>> };
  push(relay: string, items: readonly Item[]): Promise<PushAnswer>;
  log(event: string, facts: Record<string, unknown>): void;
}

interface Listener<Item> {
  epoch: number;
  queue: Item[];
  busy: boolean;
}

/** Tries of one push before its items are dropped: by then the relay and its sockets have restarted. */
const PUSH_TRIES = 3;

/**
 * Pushes an object's public events to the relays that listen, in order and at most one push in flight to each; what
 * gathers meanwhile goes together. Relays are remembered across restarts; one that answers `keep: false` is forgotten.
 */
export class Publisher<Item> {
  readonly #ports: PublisherPorts<Item>;
  readonly #listeners = new Map<string, Listener<Item>>();

  constructor(ports: PublisherPorts<Item>) {
    this.#ports = ports;
    ports.sql.exec("CREATE TABLE IF NOT EXISTS listeners (relay TEXT PRIMARY KEY, epoch INTEGER NOT NULL)");
    for (const { relay, epoch } of ports.sql.exec("SELECT relay, epoch FROM listeners")) {
      this.#listeners.set(String(relay), { epoch: Number(epoch), queue: [], busy: false });
    }
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** `epoch` grows with each call of one relay, so that a late `keep: false` cannot undo a newer subscription. */
  subscribe(relay: string, epoch: number): void {
    const known = this.#listeners.get(relay);
    // Calls may overtake each other; the newest counts.
    if (known !== undefined && known.epoch >= epoch) return;
    if (known === undefined) this.#listeners.set(relay, { epoch, queue: [], busy: false });
    else known.epoch = epoch;
    this.#ports.sql.exec("INSERT OR REPLACE INTO listeners (relay, epoch) VALUES (?, ?)", relay, epoch);
  }

  publish(item: Item): void {
    for (const [relay, listener] of this.#listeners) {
      if (listener.queue.length >= PUSH_QUEUE_MAX) {
        this.#ports.log("push.relay_too_slow", { relay, waiting: listener.queue.length });
        this.#forget(relay);
        continue;
      }
      listener.queue.push(item);
      if (!listener.busy) void this.#drain(relay, listener);
    }
  }

  async #drain(relay: string, listener: Listener<Item>): Promise<void> {
    listener.busy = true;
    // Let everything of this turn gather, so that one commit is one push.
    await Promise.resolve();
    let tries = 0;
    while (listener.queue.length > 0) {
      const items = listener.queue.splice(0);
      const { epoch } = listener;
      try {
        const { keep } = await this.#ports.push(relay, items);
        tries = 0;
        if (!keep && listener.epoch === epoch && this.#listeners.get(relay) === listener) this.#forget(relay);
      } catch (error) {
        // Forgotten meanwhile: whoever subscribes again begins anew, with a listener of its own.
        if (this.#listeners.get(relay) !== listener) break;
        if (++tries < PUSH_TRIES) listener.queue.unshift(...items);
        else this.#ports.log("push.dropped", { relay, items: items.length, error: String(error) });
      }
    }
    listener.busy = false;
  }

  #forget(relay: string): void {
    this.#listeners.get(relay)?.queue.splice(0);
    this.#listeners.delete(relay);
    this.#ports.sql.exec("DELETE FROM listeners WHERE relay = ?", relay);
  }
}
