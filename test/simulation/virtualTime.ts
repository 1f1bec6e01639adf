import { AsyncLocalStorage } from "node:async_hooks";
import { seededRandom } from "../rig/random.ts";

/** A life that timers and answers belong to: once it has ended, nothing of it runs any more. */
export interface Process {
  alive: boolean;
  /** How far the clock of the machine it runs on is off, in milliseconds. */
  readonly clock: { skew: number };
}

/** Something to be done at a time. Tasks of one time run in the order in which they were made. */
export interface Task {
  at: number;
  readonly order: number;
  /** Null once it has run or was cancelled. */
  run: (() => void) | null;
}

/** The life that is running now; timers that it sets die with it. */
export const currentProcess = new AsyncLocalStorage<Process>();

/** Turns after which a run is endless: many times those of a usual day. */
const TURNS_MAX = 60_000;

// Captured before anything is replaced: how a task's promises get to run before the next task.
const nextTurn = setImmediate;

/** A clock, timers and random numbers that depend on a seed only. Nothing waits: time jumps to the next timer. */
export class VirtualTime {
  now: number;
  /** Tasks that have run. */
  turns = 0;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Binary heap, the next task first. */
  readonly #heap: Task[] = [];
  #made = 0;
  /** How far time has leapt in all. */
  #leapt = 0;

  constructor(seed: number, now: number) {
    this.random = seededRandom(seed);
    this.now = now;
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

  /** Runs timers in order of time until `done` or until `limitMs` have passed; says whether it was done. Throws when it is endless. */
  async runUntil(done: () => boolean, limitMs: number): Promise<boolean> {
    const limit = this.now + limitMs - this.#leapt;
    for (;;) {
      if (done()) return true;
      const next = this.#heap[0];
      if (next === undefined || next.at > limit + this.#leapt) break;
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
    this.now = limit + this.#leapt;
    return done();
  }

  /** Time passes while nothing runs, as while the machine sleeps: what was due is late. */
  jumpTo(at: number): void {
    this.now = Math.max(this.now, at);
  }

  /** Nothing happens for a long time: clocks say `at`, and what is on its way takes as long as it would have taken. */
  skipTo(at: number): void {
    const by = Math.max(0, at - this.now);
    this.now += by;
    this.#leapt += by;
    for (const task of this.#heap) task.at += by;
  }

  /** Lets `ms` pass. */
  async runFor(ms: number): Promise<void> {
    await this.runUntil(() => false, ms);
  }

  /** Puts this time in place of the real one for everything that runs from here on; gives the way back. */
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
