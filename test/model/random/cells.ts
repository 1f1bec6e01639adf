import type { TimeInForce } from "../../../domain/order/timeInForce.ts";
import type { OrderType } from "../../../domain/order/orderType.ts";
import { refusedAlways } from "../../../domain/order/combinations.ts";
import { combines } from "../../../domain/order/instructions.ts";
import { ORDER_CLASSES } from "../../../domain/order/orderClass.ts";
import { TIMES_IN_FORCE } from "../../../domain/order/timeInForce.ts";
import { ORDER_TYPES } from "../../../domain/order/orderType.ts";
import type { OrderInstruction as MatrixCondition } from "../../../domain/order/instructions.ts";
import type { OrderClass } from "../../../domain/order/orderClass.ts";

/** Instructions of an order besides its type and time in force. */
export type Condition = "none" | "post_only" | "reserve" | "hidden" | "min_qty" | "all_or_none" | "primary" | "mid";

/** A combination that the book accepts in some phase. */
export interface Cell {
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  readonly condition: Condition;
}

/** The instructions of the order matrix for each of them. */
const ASKED: Readonly<Record<Exclude<Condition, "none">, MatrixCondition>> = {
  post_only: "post_only",
  reserve: "display_qty",
  hidden: "hidden",
  min_qty: "min_qty",
  all_or_none: "all_or_none",
  primary: "peg",
  mid: "peg",
};

const CONDITIONS: readonly Condition[] = ["none", ...(Object.keys(ASKED) as (keyof typeof ASKED)[])];

/** Every combination that the order matrix accepts. */
export const CELLS: readonly Cell[] = ORDER_TYPES.flatMap((type) =>
  TIMES_IN_FORCE.flatMap((timeInForce) =>
    ORDER_CLASSES.flatMap((orderClass) =>
      CONDITIONS.map((condition) => ({ type, timeInForce, orderClass, condition })).filter(isTaken),
    ),
  ),
);

function isTaken({ type, timeInForce, orderClass, condition }: Cell): boolean {
  if (condition === "none") return refusedAlways(type, timeInForce, orderClass) === null;
  return combines(ASKED[condition], type, timeInForce, orderClass);
}

export const nameOf = ({ type, timeInForce, orderClass, condition }: Cell): string =>
  `${type} ${timeInForce} ${orderClass} ${condition}`;

/** Counters by row and column. */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();

  count(row: string, column: string, times = 1): void {
    const counts = this.#counts.get(row) ?? new Map<string, number>();
    this.#counts.set(row, counts.set(column, (counts.get(column) ?? 0) + times));
  }

  add(other: Tally): void {
    for (const [row, columns] of other.#counts) for (const [column, times] of columns) this.count(row, column, times);
  }

  of(row: string, column: string): number {
    return this.#counts.get(row)?.get(column) ?? 0;
  }

  /** The counters as text with columns of fixed width. */
  table(rows: readonly string[], columns: readonly string[]): string {
    const width = Math.max(...rows.map((row) => row.length));
    const widths = columns.map((column) => Math.max(column.length, 8));
    const line = (head: string, values: readonly string[]) =>
      `${head.padEnd(width)} ${values.map((value, nth) => value.padStart(widths[nth] ?? 0)).join(" ")}`;
    const body = rows.map((row) =>
      line(
        row,
        columns.map((column) => String(this.of(row, column))),
      ),
    );
    return [line("", columns), ...body].join("\n");
  }

  rows(): string[] {
    return [...this.#counts.keys()].sort();
  }
}
