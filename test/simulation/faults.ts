import { hashText } from "../../domain/ids.ts";

/** Faults that are injected at random at every place where they can happen. */
export const FAULT_KINDS = [
  /** A request or a response is lost. */
  "lost request",
  "lost answer",
  /** A request arrives long after its sender has given up. */
  "late request",
  /** An envelope is answered long after that, as by an object that hangs, and no call fails. */
  "late answer",
  /** An envelope arrives twice. */
  "duplicate",
  /** A row cannot be written. */
  "disk error",
  /** An audit statement is refused, is written without a response, or is written long after it was given up. */
  "database refuses",
  "database silent",
  "database late",
  /** An object dies when a request arrives, while handling it, before its commit is durable, or before its response leaves. */
  "crash at arrival",
  "crash at work",
  "crash before commit",
  "crash after commit",
  /** An object dies when its alarm fires. */
  "crash at alarm",
  /** Writes before an abort survive it. */
  "abort keeps writes",
  /** An alarm fires long after its time, as while a machine is replaced. */
  "late alarm",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>;

interface Place {
  readonly hash: number;
  met: number;
}

/**
 * Decides which faults are injected. Each decision has a name (kind, place, count at that place) and depends only on the
 * seed and that name. One fault can therefore be removed without changing the others, which allows shrinking.
 */
export class Faults {
  /** Names of the injected faults, in order. */
  readonly injected: string[] = [];
  /** No fault is injected any more. */
  disabled = false;
  readonly #seed: number;
  readonly #rates: FaultRates;
  readonly #only: ReadonlySet<string> | null;
  readonly #places = new Map<string, Place>();

  /** `only` names the faults that may be injected; null allows all that the seed gives. */
  constructor(seed: number, rates: FaultRates, only: ReadonlySet<string> | null) {
    this.#seed = seed;
    this.#rates = rates;
    this.#only = only;
  }

  /** Whether to inject this fault at this place now. */
  inject(kind: FaultKind, where: string): boolean {
    const rate = this.#rates[kind];
    if (this.disabled || rate === undefined || rate === 0) return false;
    const name = `${kind} ${where}`;
    const place = this.#place(name);
    const nth = place.met++;
    const number = `${name} #${nth}`;
    const strikes = this.#only === null ? unit(this.#seed, place.hash, nth) < rate : this.#only.has(number);
    if (strikes) this.injected.push(number);
    return strikes;
  }

  /** A number of milliseconds from 0 to `below`, for a delay at this place. */
  delay(where: string, below: number): number {
    const place = this.#place(where);
    return Math.floor(unit(this.#seed, place.hash, place.met++) * below);
  }

  #place(name: string): Place {
    let place = this.#places.get(name);
    if (place === undefined) this.#places.set(name, (place = { hash: hashText(name), met: 0 }));
    return place;
  }
}

/** A number in [0, 1) derived from three others. */
function unit(seed: number, place: number, nth: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(place, 0xc2b2ae35) ^ Math.imul(nth + 1, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
