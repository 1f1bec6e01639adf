import { TIMER_SLACK } from "./limits.ts";

interface Slot<Key> {
  readonly due: number;
  readonly keys: Set<Key>;
  readonly handle: ReturnType<typeof setTimeout>;
}

/**
 * Many deadlines on few timers. The platform refuses an object its 10,001st timer, and a busy book waits for more
 * accounts than that: deadlines at about the same time share one timer.
 */
export class TimerWheel<Key = string> {
  readonly #now: () => number;
  readonly #onTimer: (key: Key) => void;
  /** Soonest first. */
  readonly #slots: Slot<Key>[] = [];
  readonly #slotOf = new Map<Key, Slot<Key>>();

  constructor(now: () => number, onTimer: (key: Key) => void) {
    this.#now = now;
    this.#onTimer = onTimer;
  }

  has(key: Key): boolean {
    return this.#slotOf.has(key);
  }

  /** Calls back for `key` after `waitMs`, within TIMER_SLACK of it. An earlier deadline of `key` stays. */
  set(key: Key, waitMs: number): void {
    const due = this.#now() + waitMs;
    const set = this.#slotOf.get(key);
    if (set !== undefined) {
      if (set.due <= due) return;
      this.clear(key);
    }
    const slot = this.#slotNear(due, waitMs);
    slot.keys.add(key);
    this.#slotOf.set(key, slot);
  }

  clear(key: Key): void {
    const slot = this.#slotOf.get(key);
    if (slot === undefined) return;
    this.#slotOf.delete(key);
    slot.keys.delete(key);
    if (slot.keys.size > 0) return;
    clearTimeout(slot.handle);
    this.#slots.splice(this.#slots.indexOf(slot), 1);
  }

  #slotNear(due: number, waitMs: number): Slot<Key> {
    const slack = waitMs * TIMER_SLACK;
    // Most delays are equally long, so the slot is near the end.
    let at = this.#slots.length;
    for (let before = this.#slots[at - 1]; before !== undefined; before = this.#slots[at - 1]) {
      if (Math.abs(before.due - due) <= slack) return before;
      if (before.due < due) break;
      at--;
    }
    const slot: Slot<Key> = { due, keys: new Set(), handle: setTimeout(() => this.#expire(slot), waitMs) };
    this.#slots.splice(at, 0, slot);
    return slot;
  }

  #expire(slot: Slot<Key>): void {
    this.#slots.splice(this.#slots.indexOf(slot), 1);
    for (const key of slot.keys) this.#slotOf.delete(key);
    for (const key of slot.keys) this.#onTimer(key);
  }
}
