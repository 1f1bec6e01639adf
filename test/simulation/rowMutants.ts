import type { Mutant } from "./mutants.ts";

/** Faults of rows that have many updates or audit lines. */
export const rowMutants: readonly Mutant[] = [
  {
    name: "rows: of an order's later updates in a row the status is left out",
    file: "durable-objects/account/updateRows.ts",
    find: "if (after[name] !== before[name]) changes",
    replace: 'if (name !== "status" && after[name] !== before[name]) changes',
  },
  {
    name: "rows: of the audit lines of a commit the last one is missing",
    file: "durable-objects/audit/chainStore.ts",
    find: 'lines: this.#parts.join("") });',
    replace: 'lines: this.#parts.slice(0, Math.max(4, this.#parts.length - 5)).join("") });',
  },
  {
    name: "rows: audit lines that were drained are in the next batch read from the disk",
    file: "durable-objects/audit/eventRows.ts",
    find: 'this.#sql.exec("DELETE FROM event_runs WHERE last <= ?", last.seq);',
    replace: 'this.#sql.exec("DELETE FROM event_runs WHERE last < ?", last.seq);',
  },
];
