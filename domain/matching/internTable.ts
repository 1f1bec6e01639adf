/** Intern table: stores a value that many orders share once, under a small number, and counts its uses. */
export class InternTable<T extends string | number> {
  readonly #values: (T | undefined)[] = [];
  readonly #uses: number[] = [];
  readonly #numbers = new Map<T, number>();
  readonly #free: number[] = [];

  /** The number of a value. Counts one more use. */
  acquire(value: T): number {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      number = this.#free.pop() ?? this.#values.length;
      this.#values[number] = value;
      this.#uses[number] = 0;
      this.#numbers.set(value, number);
    }
    this.#uses[number] = (this.#uses[number] ?? 0) + 1;
    return number;
  }

  /** Counts one use less and removes a value without uses. */
  release(number: number): void {
    const uses = (this.#uses[number] ?? 0) - 1;
    this.#uses[number] = uses;
    const value = this.#values[number];
    if (uses > 0 || value === undefined) return;
    this.#numbers.delete(value);
    this.#values[number] = undefined;
    this.#free.push(number);
  }

  /** The value of a number; throws when it has none. */
  value(number: number): T {
    const value = this.#values[number];
    if (value === undefined) throw new Error(`nothing has the number ${number}`);
    return value;
  }

  /** Number of uses of a value. */
  uses(value: T): number {
    const number = this.#numbers.get(value);
    return number === undefined ? 0 : (this.#uses[number] ?? 0);
  }

  /** Every value in use, in the order of first use. */
  values(): IterableIterator<T> {
    return this.#numbers.keys();
  }

  get size(): number {
    return this.#numbers.size;
  }
}
