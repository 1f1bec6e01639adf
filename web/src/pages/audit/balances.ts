/** Compares an account as it runs with the newest balances that the trail has of it. */
import type { Audited, TrailEvent } from "./trail.ts";

export interface Compared {
  readonly item: "cash" | "cash_held" | "qty" | "qty_held";
  /** Empty for cash. */
  readonly symbol: string;
  readonly running: string;
  /** Null: not among the events that were read. */
  readonly trail: string | null;
}

export const isEqual = ({ running, trail }: Compared): boolean => trail === null || Number(running) === Number(trail);

/** Each balance of the account beside that of the trail. `events`: newest first. */
export function compareBalances(account: Audited, events: readonly TrailEvent[]): readonly Compared[] {
  const afters = events.flatMap(({ after }) => (after === null ? [] : [after]));
  const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
  const newest = afters[0];
  const rows: Compared[] = [
    { item: "cash", symbol: "", running: account.cash, trail: text(newest?.["cash"]) },
    { item: "cash_held", symbol: "", running: account.cash_held, trail: text(newest?.["cash_held"]) },
  ];
  for (const { symbol, qty, qty_held: held } of account.positions) {
    const after = afters.find((one) => one["symbol"] === symbol);
    rows.push({ item: "qty", symbol, running: qty, trail: text(after?.["qty"]) });
    rows.push({ item: "qty_held", symbol, running: held, trail: text(after?.["qty_held"]) });
  }
  return rows;
}
