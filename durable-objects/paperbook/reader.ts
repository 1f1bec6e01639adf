/**
 * Reads of the live book, one at a time. A caller gets a reading that was begun after its call; callers that wait share
 * one.
 */
export class SharedReader {
  readonly #read: () => Promise<void>;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(read: () => Promise<void>) {
    this.#read = read;
  }

  /** Resolves when a reading that began after this call is done; rejects when it fails. */
  read(): Promise<void> {
    if (this.#running === null) return this.#begin();
    this.#next ??= this.#running.then(
      () => this.#follow(),
      () => this.#follow(),
    );
    return this.#next;
  }

  #follow(): Promise<void> {
    this.#next = null;
    return this.#begin();
  }

  #begin(): Promise<void> {
    const reading = this.#read().finally(() => {
      if (this.#running === reading) this.#running = null;
    });
    this.#running = reading;
    return reading;
  }
}
