import { AsyncLocalStorage } from "node:async_hooks";
import { seededRandom } from "../rig/random.ts";

/** A process that owns timers and responses: after it dies none of them runs. */
export interface Process {
  alive: boolean;
  /** Clock offset of its machine, in milliseconds. */
  readonly clock: { skew: number };
}

/** A scheduled task. Tasks of the same time run in the order of their creation. */
export interface Task {
  at: number;
  readonly order: number;
  /** Null after it ran or was cancelled. */
  run: (() => void) | null;
}

/** The current process; it owns the timers that it sets. */
export const currentProcess = new AsyncLocalStorage<Process>();

/** Tasks after which a run counts as endless: many times those of a usual run. */
const TURNS_MAX = 60_000;

// Captured before globals are replaced: lets a task's promises run before the next task.
const nextTurn = setImmediate;

/** A clock, timers and random numbers that depend only on a seed. Time advances directly to the next timer. */
export class VirtualTime {
  now: number;
  /** Number of tasks that have run. */
  turns = 0;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Binary heap, the next task first. */
  readonly #heap: Task[] = [];
  #made = 0;
  /** Total length of all time jumps. */
  #jumped = 0;

  constructor(seed: number, now: number) {
    this.random = seededRandom(seed);
    this.now = now;
  }

  /** The time without the jumps. */
  get elapsed(): number {
    return this.now - this.#jumped;
  }

  after(ms: number, run: () => void): Task {
    const task: Task = { at: this.now + Math.max(0, ms), order: ++this.#made, run };
    const heap = this.#heap;
    let at = heap.length;
    heap.push(task);
    while (at > 0) {
      const up = (at - 1) >>> 1;
      const parent = heap[up];
      if (parent === undefined || !isBefore(task, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = task;
    return task;
  }

  cancel(task: Task): void {
    task.run = null;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Runs timers in order until `done` or for `limitMs`; returns whether it was done. Throws when the run is endless. */
  async runUntil(done: () => boolean, limitMs: number): Promise<boolean> {
    const limit = this.now + limitMs - this.#jumped;
    for (;;) {
      if (done()) return true;
      const next = this.#heap[0];
      if (next === undefined || next.at > limit + this.#jumped) break;
      this.#pop();
      const { run } = next;
      if (run === null) continue;
      if (++this.turns > TURNS_MAX)
        throw new Error(`broken: AK-3: a day comes to its end: none after ${TURNS_MAX} turns`);
      next.run = null;
      this.now = Math.max(this.now, next.at);
      run();
      await new Promise<void>((resolve) => nextTurn(resolve));
    }
    this.now = limit + this.#jumped;
    return done();
  }

  /** Advances the time without running timers, as while the machine sleeps: due timers run late. */
  jumpTo(at: number): void {
    this.now = Math.max(this.now, at);
  }

  /** Jumps to `at`: timers keep their remaining delays. */
  skipTo(at: number): void {
    const by = Math.max(0, at - this.now);
    this.now += by;
    this.#jumped += by;
    for (const task of this.#heap) task.at += by;
  }

  /** Advances the time by `ms`. */
  async runFor(ms: number): Promise<void> {
    await this.runUntil(() => false, ms);
  }

  /** Replaces the real clock, timers and randomness; returns the function that restores them. */
  install(log: (line: string) => void): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const { now } = Date;
    const { random } = Math;
    const { randomUUID } = crypto;
    const { log: print, warn, error } = console;
    const timer = (run: () => void, ms = 0): Task => {
      const life = currentProcess.getStore();
      return this.after(ms, () => {
        if (life === undefined) run();
        else if (life.alive) currentProcess.run(life, run);
      });
    };
    const cancel = (task: Task | null | undefined) => {
      if (task !== null && task !== undefined) this.cancel(task);
    };
    const hex = (digits: number) =>
      Array.from({ length: digits }, () => Math.floor(this.random() * 16).toString(16)).join("");
    Object.assign(globalThis, { setTimeout: timer, clearTimeout: cancel });
    Date.now = () => Math.floor(this.now + (currentProcess.getStore()?.clock.skew ?? 0));
    Math.random = this.random;
    crypto.randomUUID = () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
    Object.assign(console, { log, warn: log, error: log });
    return () => {
      Object.assign(globalThis, { setTimeout, clearTimeout });
      Date.now = now;
      Math.random = random;
      crypto.randomUUID = randomUUID;
      Object.assign(console, { log: print, warn, error });
    };
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      let child = heap[down];
      const right = heap[down + 1];
      if (child !== undefined && right !== undefined && isBefore(right, child)) {
        down++;
        child = right;
      }
      if (child === undefined || !isBefore(child, last)) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = last;
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
