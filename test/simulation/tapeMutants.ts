import type { Mutant } from "./mutants.ts";

/** Faults of the way of trades from a book to its tape. */
export const tapeMutants: readonly Mutant[] = [
  {
    name: "tape: a repeated call is not recognised",
    file: "durable-objects/tape/tapeStore.ts",
    find: ".filter(({ tradeId }) => through === null || tradeId > through);",
    replace: ";",
  },
  {
    name: "tape: trades count as acknowledged when they are sent",
    file: "durable-objects/orderbook/tapeSender.ts",
    find: "const { month, first, trades } = batch;",
    replace: "const { month, first, trades } = batch;\n    this.#outbox.acknowledged(batch.last);",
  },
  {
    name: "tape: trades that are not acknowledged are left out when the rows of a book are written",
    file: "durable-objects/orderbook/tapeOutbox.ts",
    find: "let rest = this.#unwritten;",
    replace: "let rest = this.#unwritten.slice(0, 1);",
  },
  {
    name: "tape: the newest row is not written again with what follows",
    file: "durable-objects/tape/tradeTable.ts",
    find: "? [...this.#newest] : [];",
    replace: "? this.#newest.slice(1) : [];",
  },
];
