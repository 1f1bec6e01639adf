import type { Log } from "../../protocol/log/events.ts";
import type { PushAnswer } from "../../protocol/rpc/relay.ts";
import {
  PUSH_QUEUE_MAX,
  PUSH_RETRY_FIRST_MS,
  PUSH_RETRY_LONGEST_MS,
  PUSH_TRIES_AT_ONCE,
  PUSH_TRIES_MAX,
  RESTART_PUSH_MS,
} from "./limits.ts";

/** The storage of the subscribed relays, and the push itself. */
export interface PublisherPorts<Item> {
  readonly sql: { exec(query: string, ...binds: (string | number)[]): Iterable<Record<string, unknown>> };
  /** Pushes items to a relay; without items it tells the relay only the current position. */
  push(relay: string, items: readonly Item[]): Promise<PushAnswer>;
  random(): number;
  readonly log: Log;
}

interface Listener<Item> {
  epoch: number;
  queue: Item[];
  /** The relay may have missed items that are no longer queued: the next push, even an empty one, shows the gap. */
  behind: boolean;
  busy: boolean;
  failures: number;
  timer: ReturnType<typeof setTimeout> | null;
}

/**
 * Pushes an object's public events to the subscribed relays, in order and with at most one push in flight to each; items
 * that arrive meanwhile go together. Subscriptions survive restarts; a relay that answers `keep: false` is removed.
 * A push may be lost or arrive twice: items carry sequences, and a relay that sees a gap asks for the missing ones.
 */
export class Publisher<Item> {
  readonly #ports: PublisherPorts<Item>;
  readonly #listeners = new Map<string, Listener<Item>>();

  constructor(ports: PublisherPorts<Item>) {
    this.#ports = ports;
    ports.sql.exec("CREATE TABLE IF NOT EXISTS listeners (relay TEXT PRIMARY KEY, epoch INTEGER NOT NULL)");
    for (const { relay, epoch } of ports.sql.exec("SELECT relay, epoch FROM listeners")) {
      const listener = { ...newListener<Item>(Number(epoch)), behind: true };
      this.#listeners.set(String(relay), listener);
      // Items committed right before the restart may not have been pushed.
      this.#later(String(relay), listener, RESTART_PUSH_MS);
    }
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** The number of subscribed relays. */
  get size(): number {
    return this.#listeners.size;
  }

  /** The subscribed relays. */
  get listeners(): readonly string[] {
    return [...this.#listeners.keys()];
  }

  /**
   * `epoch` grows with each call of one relay: a late `keep: false` cannot undo a newer subscription. False when a newer
   * call has arrived before this one.
   */
  subscribe(relay: string, epoch: number): boolean {
    const known = this.#listeners.get(relay);
    // Calls may arrive out of order; the newest counts.
    if (known !== undefined && known.epoch >= epoch) return false;
    if (known === undefined) this.#listeners.set(relay, newListener(epoch));
    else {
      known.epoch = epoch;
      // The relay is reachable again.
      known.failures = 0;
      this.#start(relay, known);
    }
    this.#ports.sql.exec("INSERT OR REPLACE INTO listeners (relay, epoch) VALUES (?, ?)", relay, epoch);
    return true;
  }

  publish(item: Item): void {
    for (const [relay, listener] of this.#listeners) {
      this.#bound(relay, listener, 1);
      listener.queue.push(item);
      // New items do not shorten the back-off.
      if (listener.failures === 0) this.#start(relay, listener);
    }
  }

  /** Items that were pushed may not have reached a relay: it is told the current position. */
  lost(relay: string): void {
    const listener = this.#listeners.get(relay);
    if (listener === undefined) return;
    listener.behind = true;
    if (listener.failures === 0) this.#start(relay, listener);
  }

  #start(relay: string, listener: Listener<Item>): void {
    if (listener.timer !== null) clearTimeout(listener.timer);
    listener.timer = null;
    if (!listener.busy) void this.#drain(relay, listener);
  }

  async #drain(relay: string, listener: Listener<Item>): Promise<void> {
    listener.busy = true;
    // After the current turn, so that the items of one commit are one push.
    await Promise.resolve();
    while (listener.timer === null && (listener.queue.length > 0 || listener.behind)) {
      const items = listener.queue.splice(0);
      const { epoch } = listener;
      listener.behind = false;
      try {
        const { keep } = await this.#ports.push(relay, items);
        listener.failures = 0;
        if (!keep && listener.epoch === epoch) this.#forget(relay, listener);
      } catch (error) {
        this.#failed(relay, listener, items, error);
      }
    }
    listener.busy = false;
  }

  #failed(relay: string, listener: Listener<Item>, items: readonly Item[], error: unknown): void {
    if (items.length === 0) listener.behind = true;
    else {
      this.#bound(relay, listener, items.length);
      if (!listener.behind) listener.queue.unshift(...items);
    }
    const failures = ++listener.failures;
    if (failures < PUSH_TRIES_AT_ONCE) return;
    this.#ports.log("push.failed", { relay, failures, error: String(error) });
    if (failures >= PUSH_TRIES_MAX) return this.#forget(relay, listener);
    const wait = PUSH_RETRY_FIRST_MS * 2 ** Math.min(failures - PUSH_TRIES_AT_ONCE, 10);
    this.#later(relay, listener, Math.min(PUSH_RETRY_LONGEST_MS, wait) * (0.5 + this.#ports.random()));
  }

  /** Drops the whole queue when `more` items do not fit: the relay sees the gap and asks for them. */
  #bound(relay: string, listener: Listener<Item>, more: number): void {
    if (listener.queue.length + more <= PUSH_QUEUE_MAX) return;
    this.#ports.log("push.dropped", { relay, items: listener.queue.length });
    listener.queue.length = 0;
    listener.behind = true;
  }

  #later(relay: string, listener: Listener<Item>, waitMs: number): void {
    listener.timer = setTimeout(() => this.#start(relay, listener), waitMs);
  }

  #forget(relay: string, listener: Listener<Item>): void {
    listener.queue.length = 0;
    listener.behind = false;
    this.#listeners.delete(relay);
    this.#ports.sql.exec("DELETE FROM listeners WHERE relay = ?", relay);
  }
}

function newListener<Item>(epoch: number): Listener<Item> {
  return { epoch, queue: [], behind: false, busy: false, failures: 0, timer: null };
}
