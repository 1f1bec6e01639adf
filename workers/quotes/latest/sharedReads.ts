/**
 * Reads of symbols that many requests share. What was read is given to everybody for a second, and requests that arrive
 * while a read is in flight wait for it: an object is read once a second, however many ask.
 */
import { keepNewest } from "../../../domain/keepNewest.ts";

/** How old may be what is given. */
export const FRESH_MS = 1_000;
/** How long a request waits for the read of another one, which may have been cancelled, before it reads itself. */
const OTHERS_MS = 3_000;
/** Symbols that are kept: those that were read longest ago are dropped first. */
const SYMBOLS_MAX = 10_000;

/** What was read, and when the read began, in epoch milliseconds. */
export interface Dated<T> {
  readonly at: number;
  readonly value: T;
}

/** What other isolates of the same place have read. Neither call rejects. */
export interface EdgeStore<T> {
  get(symbol: string): Promise<Dated<T> | null>;
  put(symbol: string, read: Dated<T>): Promise<void>;
}

export interface ReadPorts<T, Scope extends RequestScope> {
  /** Reads the object of a symbol, for the request that asks first. */
  read(symbol: string, scope: Scope): Promise<T>;
  readonly edge: EdgeStore<T>;
  /** How old may be what is given; left out: a second. */
  readonly freshMs?: number;
  now(): number;
}

/**
 * How often symbols were asked for, and how often that took a look at the edge with success, or a read of the object; how
 * many of these reads called a book.
 */
export interface ReadCounts {
  asked: number;
  edge: number;
  object: number;
  book: number;
}

/** A request that asks. Its reads outlive it, because others wait for them. */
export interface RequestScope {
  readonly counts: ReadCounts;
  /** False for a request about so many symbols that looking for each at the edge would cost more than it saves. */
  readonly asksEdge: boolean;
  waitUntil(promise: Promise<unknown>): void;
}

/** The reads of one kind in an isolate. A read that fails is not kept. */
export class SharedReads<T, Scope extends RequestScope = RequestScope> {
  readonly #ports: ReadPorts<T, Scope>;
  readonly #known = new Map<string, Dated<T>>();
  readonly #flights = new Map<string, Promise<T>>();

  constructor(ports: ReadPorts<T, Scope>) {
    this.#ports = ports;
  }

  /** What the object of the symbol has, or had at most a second ago. Rejects when it cannot be read. */
  async get(symbol: string, scope: Scope): Promise<T> {
    scope.counts.asked++;
    const known = this.#known.get(symbol);
    if (known !== undefined && this.#isFresh(known)) return known.value;
    const flight = this.#flights.get(symbol);
    const shared = flight === undefined ? null : await within(OTHERS_MS, flight);
    return shared === null ? this.#begin(symbol, scope) : shared.value;
  }

  #begin(symbol: string, scope: Scope): Promise<T> {
    const flight = this.#read(symbol, scope).finally(() => {
      if (this.#flights.get(symbol) === flight) this.#flights.delete(symbol);
    });
    this.#flights.set(symbol, flight);
    scope.waitUntil(flight.catch(() => undefined));
    return flight;
  }

  async #read(symbol: string, scope: Scope): Promise<T> {
    const elsewhere = scope.asksEdge ? await this.#ports.edge.get(symbol) : null;
    if (elsewhere !== null && this.#isFresh(elsewhere)) {
      scope.counts.edge++;
      keepNewest(this.#known, symbol, elsewhere, SYMBOLS_MAX);
      return elsewhere.value;
    }
    scope.counts.object++;
    const at = this.#ports.now();
    const read = { at, value: await this.#ports.read(symbol, scope) };
    keepNewest(this.#known, symbol, read, SYMBOLS_MAX);
    if (scope.asksEdge) scope.waitUntil(this.#ports.edge.put(symbol, read));
    return read.value;
  }

  #isFresh({ at }: Dated<T>): boolean {
    return Math.abs(this.#ports.now() - at) < (this.#ports.freshMs ?? FRESH_MS);
  }
}

/** The value of a promise, or null when it has none within this time. */
async function within<T>(ms: number, promise: Promise<T>): Promise<{ readonly value: T } | null> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([promise.then((value) => ({ value })), late]);
  } finally {
    clearTimeout(timer);
  }
}
