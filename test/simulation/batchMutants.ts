import type { Mutant } from "./mutants.ts";

/** Faults of requests that are decided together. */
export const batchMutants: readonly Mutant[] = [
  {
    name: "batch: every command is decided on the state before the batch",
    file: "domain/account/entry/decideBatch.ts",
    find: "  return requests.map((request) => {\n    const { entries, outcome } = request.decide(state, now);\n    if (entries.length > 0) apply(entries);\n    return outcome;\n  });",
    replace:
      "  const decisions = requests.map((request) => request.decide(state, now));\n  for (const { entries } of decisions) apply(entries);\n  return decisions.map(({ outcome }) => outcome);",
  },
  {
    name: "batch: of all or none those that are not refused are executed",
    file: "domain/account/entry/decideBatch.ts",
    find: "  if (outcomes.every(({ ok }) => ok)) {\n    apply(decided);",
    replace: "  if (outcomes.some(({ ok }) => ok)) {\n    apply(decided);",
  },
  {
    name: "batch: the draft of a batch that is not executed has changed the account's orders",
    file: "domain/account/state/draft.ts",
    find: "[id, { ...order }] as const",
    replace: "[id, order] as const",
  },
  {
    name: "batch: the draft of a batch that is not executed has changed the account's balances",
    file: "domain/account/state/draft.ts",
    find: "    ledger: new Map(state.ledger),\n",
    replace: "    ledger: state.ledger,\n",
  },
  {
    name: "batch: repeats of executed commands are told that they were not executed",
    file: "domain/account/entry/decideBatch.ts",
    find: "alone.entries.length === 0\n",
    replace: "alone.entries.length < 0\n",
  },
  {
    name: "batch: answers wait for the first book only",
    file: "durable-objects/account/orderService.ts",
    find: "await Promise.all(Array.from(symbols, (symbol) =>",
    replace: "await Promise.all(Array.from([...symbols].slice(0, 1), (symbol) =>",
  },
  {
    name: "batch: a client order id stays free when rows are written after a batch has looked it up",
    file: "durable-objects/account/store.ts",
    find: "    this.#unwrittenByClientId.clear();\n    this.#absent.clear();\n",
    replace: "    this.#unwrittenByClientId.clear();\n",
  },
  {
    name: "batch: every client order id of a batch counts as free",
    file: "durable-objects/account/store.ts",
    find: "this.#absent.delete(String(id));",
    replace: "void id;",
  },
];
