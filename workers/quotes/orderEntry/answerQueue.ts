/** Answers of frames in flight, sent in the order in which the frames came. */

interface Waiting<T> {
  readonly id: string;
  readonly commands: number;
  answer: T | null;
}

/** An answer that may be sent, and the number of commands of its frame. */
export interface Ready<T> {
  readonly id: string;
  readonly commands: number;
  readonly answer: T;
}

export class AnswerQueue<T> {
  readonly #waiting = new Map<string, Waiting<T>>();

  /** The ids of frames that are not answered yet. */
  get ids(): ReadonlyMap<string, unknown> {
    return this.#waiting;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Adds a frame. Throws when one of its id waits. */
  add(id: string, commands: number): void {
    if (this.#waiting.has(id)) throw new Error(`frame ${id} is in flight`);
    this.#waiting.set(id, { id, commands, answer: null });
  }

  /** Notes the answer of a frame, and takes out every answer that may be sent now, oldest first. */
  complete(id: string, answer: T): Ready<T>[] {
    const done = this.#waiting.get(id);
    if (done !== undefined) done.answer = answer;
    const ready: Ready<T>[] = [];
    for (const { id: oldest, commands, answer: known } of this.#waiting.values()) {
      if (known === null) break;
      this.#waiting.delete(oldest);
      ready.push({ id: oldest, commands, answer: known });
    }
    return ready;
  }
}
