import type { Mutant } from "./mutants.ts";

/** Faults of paper accounts and paper books. */
export const paperMutants: readonly Mutant[] = [
  {
    name: "paper: a snapshot forgets which orders are known by ref",
    file: "domain/paper/save.ts",
    find: "accountBookOf(loadBook(book), byRef ?? false)",
    replace: "accountBookOf(loadBook(book), false)",
  },
  {
    name: "paper: the last trade of a reading is in the next one, too",
    file: "domain/paper/paperBook.ts",
    find: "({ sequence }) => sequence > market.sequence",
    replace: "({ sequence }) => sequence >= market.sequence",
  },
  {
    name: "paper: a change of the live book is not read",
    file: "durable-objects/paperbook/object.ts",
    find: "  #readSoon(): void {\n    this.#reader.read()",
    replace: "  #readSoon(): void {\n    Promise.resolve()",
  },
  {
    name: "paper: an account sends its orders to the live book",
    file: "durable-objects/account/venue.ts",
    find: "  book: paperBookAddress,",
    replace: "  book: bookAddress,",
  },
  {
    name: "paper: a reset leaves the lots",
    file: "domain/account/paper/reset.ts",
    find: "transferOut(lotsOf(state.lots, symbol), qty)",
    replace: "[...lotsOf(state.lots, symbol).lots]",
  },
];
