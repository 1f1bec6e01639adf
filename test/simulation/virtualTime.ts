import { AsyncLocalStorage } from "node:async_hooks";

/** A life that timers and answers belong to: once it has ended, nothing of it runs any more. */
export interface Life {
  alive: boolean;
}

interface Task {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** The life that is running now; timers that it sets die with it. */
export const running = new AsyncLocalStorage<Life>();

/** Turns after which a run is endless: twenty times those of a usual day. */
const TURNS_MAX = 20_000;

// Captured before anything is replaced: how a task's promises get to run before the next task.
const nextTurn = setImmediate;

/** A clock, timers and random numbers that depend on a seed only. Nothing waits: time jumps to the next timer. */
export class VirtualTime {
  now: number;
  readonly #tasks = new Map<number, Task>();
  #made = 0;
  #seed: number;

  constructor(seed: number, now: number) {
    this.#seed = seed;
    this.now = now;
  }

  /** A number in [0, 1) (mulberry32). */
  random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `below - 1`. */
  pick(below: number): number {
    return Math.floor(this.random() * below);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  after(ms: number, run: () => void): number {
    const order = ++this.#made;
    this.#tasks.set(order, { at: this.now + Math.max(0, ms), order, run });
    return order;
  }

  cancel(task: number): void {
    this.#tasks.delete(task);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Runs timers in order of time until none is due within `quietMs`. Throws when that does not come to pass. */
  async runUntilQuiet(quietMs: number): Promise<void> {
    for (let turns = 0; ; turns++) {
      if (turns === TURNS_MAX) throw new Error(`no rest after ${turns} turns`);
      let next: Task | null = null;
      for (const task of this.#tasks.values()) {
        if (next === null || task.at < next.at || (task.at === next.at && task.order < next.order)) next = task;
      }
      if (next === null || next.at - this.now > quietMs) return;
      this.#tasks.delete(next.order);
      this.now = Math.max(this.now, next.at);
      next.run();
      await new Promise<void>((resolve) => nextTurn(resolve));
    }
  }

  /** Puts this time in place of the real one for everything that runs from here on; gives the way back. */
  install(log: (line: string) => void): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const { now } = Date;
    const { random } = Math;
    const { randomUUID } = crypto;
    const { log: print } = console;
    const timer = (run: () => void, ms = 0): number => {
      const life = running.getStore();
      return this.after(ms, () => {
        if (life === undefined) run();
        else if (life.alive) running.run(life, run);
      });
    };
    const hex = (digits: number) => Array.from({ length: digits }, () => this.pick(16).toString(16)).join("");
    Object.assign(globalThis, { setTimeout: timer, clearTimeout: (task: number) => this.cancel(task) });
    Date.now = () => this.now;
    Math.random = () => this.random();
    crypto.randomUUID = () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
    console.log = log;
    return () => {
      Object.assign(globalThis, { setTimeout, clearTimeout });
      Date.now = now;
      Math.random = random;
      crypto.randomUUID = randomUUID;
      console.log = print;
    };
  }
}
