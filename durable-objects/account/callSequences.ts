/** Keeps calls that belong to one sequence, as those of a connection, in their order while each reads what it needs. */
export class CallSequences {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs a task after the earlier ones of its sequence have settled; at once without a sequence. */
  run<T>(sequence: string | undefined, task: () => Promise<T>): Promise<T> {
    if (sequence === undefined) return task();
    const before = this.#last.get(sequence);
    const running = before === undefined ? task() : before.then(task, task);
    this.#last.set(sequence, running);
    const forget = (): void => {
      if (this.#last.get(sequence) === running) this.#last.delete(sequence);
    };
    running.then(forget, forget);
    return running;
  }
}
