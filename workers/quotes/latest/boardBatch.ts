import type { BoardValues } from "../../../protocol/rpc/priceBoard.ts";

/** The look-ups of symbols at the edge end within about this time of each other. */
const GATHER_MS = 1;

/** What boards have of the symbols of a request: those that are asked for at the same time are one call of each board. */
export class BoardBatch {
  readonly #read: (symbols: readonly string[]) => Promise<ReadonlyMap<string, BoardValues>>;
  #wanted: (readonly [symbol: string, found: (values: BoardValues | null) => void])[] = [];

  /** `read` gives what the boards have, and does not reject. */
  constructor(read: (symbols: readonly string[]) => Promise<ReadonlyMap<string, BoardValues>>) {
    this.#read = read;
  }

  load(symbol: string): Promise<BoardValues | null> {
    return new Promise((found) => {
      if (this.#wanted.length === 0) setTimeout(() => void this.#flush(), GATHER_MS);
      this.#wanted.push([symbol, found]);
    });
  }

  async #flush(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = [];
    const values = await this.#read(wanted.map(([symbol]) => symbol));
    for (const [symbol, found] of wanted) found(values.get(symbol) ?? null);
  }
}
