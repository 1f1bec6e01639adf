import { keepNewest } from "../../domain/keepNewest.ts";

/**
 * Stubs of objects that one object calls again and again: a call on a stub that is kept costs two thirds of a call on a
 * new one. One instance for each object, because a stub belongs to the object that made it.
 */
export class KeptStubs<Stub> {
  readonly #stubOf: (name: string) => Stub;
  readonly #max: number;
  readonly #stubs = new Map<string, Stub>();

  /** `stubOf`: a new stub of the object of a name. The newest `max` are kept. */
  constructor(stubOf: (name: string) => Stub, max: number) {
    this.#stubOf = stubOf;
    this.#max = max;
  }

  /** Calls an object. When that fails its stub is not used again, because that of a restarted object is broken. */
  async call<Answer>(name: string, run: (stub: Stub) => Promise<Answer>): Promise<Answer> {
    let stub = this.#stubs.get(name);
    if (stub === undefined) {
      stub = this.#stubOf(name);
      keepNewest(this.#stubs, name, stub, this.#max);
    }
    try {
      return await run(stub);
    } catch (error) {
      if (this.#stubs.get(name) === stub) this.#stubs.delete(name);
      throw error;
    }
  }
}
