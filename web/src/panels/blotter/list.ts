/** Columns that a list shows, and the file of what it shows. */
import type { Column } from "../../design/components/DataTable.tsx";
import { csvText } from "../../format/csv.ts";

export interface ListColumn<Row> extends Column<Row> {
  /** Its value in a file: numbers with a point and times in ISO 8601. Left out: a column of controls. */
  readonly value?: (row: Row) => string;
  /** Shown only when it is chosen. */
  readonly optional?: true;
}

/** Columns that are shown: controls always, others unless the user has hidden them, optional ones when chosen. */
export function shownColumns<Row>(
  columns: readonly ListColumn<Row>[],
  chosen: Readonly<Record<string, boolean>>,
): readonly ListColumn<Row>[] {
  return columns.filter((column) => column.value === undefined || (chosen[column.id] ?? column.optional !== true));
}

/** The file of these rows: the columns that are shown, in their sequence. */
export function csvOf<Row>(rows: readonly Row[], columns: readonly ListColumn<Row>[]): string {
  const written = columns.flatMap(({ title, value }) => (value === undefined ? [] : [{ title, value }]));
  return csvText(
    written.map(({ title }) => title),
    rows.map((row) => written.map(({ value }) => value(row))),
  );
}

/** A number for sorting; what is not there comes first. */
export function sortable(text: string | number | null | undefined): number {
  return text === null || text === undefined ? Number.NEGATIVE_INFINITY : Number(text);
}

/** A number in a file: without exponent and without the noise of binary fractions; empty when there is none. */
export function plainNumber(value: number | null | undefined, decimals = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "";
  const fixed = value.toFixed(decimals);
  const text = fixed.includes(".") ? fixed.replace(/0+$/, "").replace(/\.$/, "") : fixed;
  return text === "-0" ? "0" : text;
}
