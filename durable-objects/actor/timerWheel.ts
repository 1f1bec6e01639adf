import { TIMER_SLACK } from "./limits.ts";

/** Deadlines that share a timer. */
interface Slot<Key> {
  /** From its first deadline on. */
  readonly waitMs: number;
  readonly keys: Set<Key>;
  handle: ReturnType<typeof setTimeout>;
}

/**
 * Many deadlines on few timers. The platform refuses an object its 10,001st timer, and a busy book waits for more
 * accounts than that: deadlines at about the same time share one timer. Only timers measure time here, because a clock
 * may be set meanwhile.
 */
export class TimerWheel<Key = string> {
  readonly #onTimer: (key: Key) => void;
  /** Slots that are so new that further deadlines may join them. */
  readonly #open: Slot<Key>[] = [];
  /** The slots of each key: several when it was set again with a shorter wait. */
  readonly #slotsOf = new Map<Key, readonly Slot<Key>[]>();

  constructor(onTimer: (key: Key) => void) {
    this.#onTimer = onTimer;
  }

  has(key: Key): boolean {
    return this.#slotsOf.has(key);
  }

  /** Calls back for `key` after `waitMs`, within TIMER_SLACK of it. An earlier deadline of `key` stays. */
  set(key: Key, waitMs: number): void {
    const slots = this.#slotsOf.get(key);
    if (slots?.some((slot) => slot.waitMs <= waitMs) === true) return;
    const slot = this.#slotFor(waitMs);
    if (slots?.includes(slot) === true) return;
    slot.keys.add(key);
    // Nothing says how much of a longer wait is left, so the first of them calls back.
    this.#slotsOf.set(key, slots === undefined ? [slot] : [...slots, slot]);
  }

  clear(key: Key): void {
    for (const slot of this.#slotsOf.get(key) ?? []) this.#leave(key, slot);
    this.#slotsOf.delete(key);
  }

  #leave(key: Key, slot: Slot<Key>): void {
    slot.keys.delete(key);
    if (slot.keys.size > 0) return;
    clearTimeout(slot.handle);
    this.#shut(slot);
  }

  /** A slot of at least this wait. What has passed of its own wait is less than the slack. */
  #slotFor(waitMs: number): Slot<Key> {
    const longest = waitMs * (1 + TIMER_SLACK);
    const near = this.#open.find((slot) => slot.waitMs >= waitMs && slot.waitMs <= longest);
    if (near !== undefined) return near;
    const openMs = Math.floor(waitMs * TIMER_SLACK);
    const end = (): void => this.#expire(slot);
    const rest = (): void => {
      this.#shut(slot);
      slot.handle = setTimeout(end, waitMs - openMs);
    };
    const handle = openMs === 0 ? setTimeout(end, waitMs) : setTimeout(rest, openMs);
    const slot: Slot<Key> = { waitMs, keys: new Set(), handle };
    if (openMs > 0) this.#open.push(slot);
    return slot;
  }

  /** No further deadline may join. */
  #shut(slot: Slot<Key>): void {
    const at = this.#open.indexOf(slot);
    if (at >= 0) this.#open.splice(at, 1);
  }

  #expire(slot: Slot<Key>): void {
    for (const key of slot.keys) {
      for (const other of this.#slotsOf.get(key) ?? []) if (other !== slot) this.#leave(key, other);
      this.#slotsOf.delete(key);
    }
    for (const key of slot.keys) this.#onTimer(key);
  }
}
