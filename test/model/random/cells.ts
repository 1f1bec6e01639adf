import type { OrderType, TimeInForce } from "../../../domain/account/order.ts";
import type { OrderClass } from "../../../domain/matching/terms.ts";

/** What an order may ask for beside its type and time in force. */
export type Condition = "none" | "post_only" | "reserve" | "hidden" | "min_qty" | "all_or_none" | "primary" | "mid";

/** A combination that the book takes, whatever the phase. */
export interface Cell {
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  readonly condition: Condition;
}

const LASTING: readonly TimeInForce[] = ["day", "gtc", "gtd"];
const QUANTITY: readonly Condition[] = ["none", "min_qty", "all_or_none"];
const RESTING: readonly Condition[] = [...QUANTITY, "post_only", "reserve", "hidden"];

/** Every combination, by the rows of one table. */
export const CELLS: readonly Cell[] = [
  ...cells(["limit"], LASTING, ["simple"], [...RESTING, "primary", "mid"]),
  ...cells(["stop_limit"], LASTING, ["simple"], RESTING),
  ...cells(["limit", "market"], ["ioc"], ["simple"], QUANTITY),
  ...cells(["limit", "market"], ["fok", "opg", "cls"], ["simple"], ["none"]),
  ...cells(["market", "stop", "trailing_stop", "market_if_touched"], LASTING, ["simple"], QUANTITY),
  ...cells(["limit"], LASTING, ["bracket", "oto"], RESTING),
  ...cells(["market", "stop", "stop_limit"], LASTING, ["bracket", "oto"], ["none"]),
  ...cells(["limit"], LASTING, ["oco"], ["none", "post_only", "reserve", "hidden"]),
];

function cells(
  types: readonly OrderType[],
  times: readonly TimeInForce[],
  classes: readonly OrderClass[],
  conditions: readonly Condition[],
): Cell[] {
  return types.flatMap((type) =>
    times.flatMap((timeInForce) =>
      classes.flatMap((orderClass) => conditions.map((condition) => ({ type, timeInForce, orderClass, condition }))),
    ),
  );
}

export const nameOf = ({ type, timeInForce, orderClass, condition }: Cell): string =>
  `${type} ${timeInForce} ${orderClass} ${condition}`;

/** How often each row was counted in each column. */
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

  /** Fixed-width text, rows and columns as given. */
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
