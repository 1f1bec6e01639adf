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
    find: "if (this.#opened !== month) {",
    replace: "if (trades !== null) this.#outbox.acknowledged(trades.last);\n    if (this.#opened !== month) {",
  },
  {
    name: "tape: trades that are not acknowledged are left out when the rows of a book are written",
    file: "durable-objects/orderbook/tapeOutbox.ts",
    find: "let rest = this.#unwritten;",
    replace: "let rest = this.#unwritten.slice(0, 1);",
  },
  {
    name: "tape: quotes that are not acknowledged are left out when the rows of a book are written",
    file: "durable-objects/orderbook/quoteOutbox.ts",
    find: "const { last, month, quotes } = batch;",
    replace: "const { last, month, quotes } = batch;\n      if (this.#rows > 0) this.#unwritten = [];",
  },
  {
    name: "tape: quotes count as acknowledged when they are sent",
    file: "durable-objects/orderbook/tapeSender.ts",
    find: "if (this.#opened !== month) {",
    replace: "if (quotes !== null) this.#quotes.acknowledged(quotes.last);\n    if (this.#opened !== month) {",
  },
  {
    name: "tape: the newest row is not written again with what follows",
    file: "durable-objects/tape/tradeTable.ts",
    find: "? [...this.#newest] : [];",
    replace: "? this.#newest.slice(1) : [];",
  },
];
