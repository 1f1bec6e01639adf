import type { Mutant } from "./mutants.ts";

/** Faults of the record of activities. */
export const activityMutants: readonly Mutant[] = [
  {
    name: "activities: a withdrawal that left is not recorded",
    file: "domain/account/ledger/withdrawals.ts",
    find: "at: now, cash: -amount, reference: id } as const;",
    replace: "at: now, cash: 0, reference: id } as const;",
  },
  {
    name: "activities: a fill has the whole quantity of the order",
    file: "domain/account/activities/recordFill.ts",
    find: "      price,\n      qty,\n",
    replace: "      price,\n      qty: order.qty,\n",
  },
  {
    name: "activities: the last one of a write is written again with the next",
    file: "durable-objects/account/activityLog.ts",
    find: "const added = this.#unwritten;\n    this.#unwritten = [];",
    replace: "const added = this.#unwritten;\n    this.#unwritten = added.slice(-1);",
  },
];
