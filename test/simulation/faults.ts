import { hashText } from "../../domain/ids.ts";

/** What may go wrong by chance, at each place where it can. */
export const FAULT_KINDS = [
  /** A request, or an answer, is lost on its way. */
  "lost request",
  "lost answer",
  /** A request arrives long after its sender has given up. */
  "late request",
  /** Mail arrives twice. */
  "duplicate",
  /** A row cannot be written. */
  "disk error",
  /** A statement of the audit fails before, is written and not answered, or is written long after it was given up. */
  "database refuses",
  "database silent",
  "database late",
  /** An object dies when a request arrives, while it works on it, before what it wrote is durable, and before its answer leaves. */
  "crash at arrival",
  "crash at work",
  "crash before commit",
  "crash after commit",
  /** An object dies when a timer of the platform wakes it. */
  "crash at alarm",
  /** What was written before an abort survives it. */
  "abort keeps writes",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>;

interface Place {
  readonly hash: number;
  met: number;
}

/**
 * Decides what goes wrong. Every decision has a name (kind, place, how often it was met there) and depends on the seed
 * and that name only, so that one fault can be left out and the others stay: a failing run can be shrunk.
 */
export class Faults {
  /** Names of the faults that injected, in order. */
  readonly injected: string[] = [];
  /** No more faults from here on. */
  disabled = false;
  readonly #seed: number;
  readonly #rates: FaultRates;
  readonly #only: ReadonlySet<string> | null;
  readonly #places = new Map<string, Place>();

  /** `only` names the faults that may strike; null for all that chance gives. */
  constructor(seed: number, rates: FaultRates, only: ReadonlySet<string> | null) {
    this.#seed = seed;
    this.#rates = rates;
    this.#only = only;
  }

  /** Whether this fault strikes here and now. */
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

/** A number in [0, 1) from three others. */
function unit(seed: number, place: number, nth: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(place, 0xc2b2ae35) ^ Math.imul(nth + 1, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
