import type { Mutant } from "./mutants.ts";

/** Faults of the way of last values from a book to its board. */
export const boardMutants: readonly Mutant[] = [
  {
    name: "board: values count as told when they are sent",
    file: "durable-objects/orderbook/boardSender.ts",
    find: "    const bars = this.#bars;\n",
    replace: "    const bars = this.#bars;\n    this.#told = sequence;\n",
  },
  {
    name: "board: a book that died counts as one that slept",
    file: "durable-objects/orderbook/boardSender.ts",
    find: "const slept = ports.slept.get() ?? null;",
    replace: "const slept: number | null = sequence;",
  },
  {
    name: "board: bars that were not told before a crash are not asked for",
    file: "durable-objects/orderbook/boardSender.ts",
    find: 'slept === sequence ? null : "unknown"',
    replace: "null",
  },
  {
    name: "board: a late call of the same state counts as the newest",
    file: "durable-objects/board/boardStore.ts",
    find: "return call[0] < newest[0] || (call[0] === newest[0] && call[1] < newest[1]);",
    replace: "return false;",
  },
];
