import type { JSX } from "solid-js";
import { money, price, quantity } from "../../format/numbers.ts";
import { day } from "../../format/times.ts";
import { PlainTable } from "../../portfolio/PlainTable.tsx";
import { ACTIVITY } from "../../text/en/blotter.ts";
import { STATEMENTS } from "../../text/en/accounts.ts";
import { type FileRow, usedColumns } from "./files.ts";

const DOLLARS = new Set(["amount", "fees", "cost_basis", "value", "proceeds", "gain", "disallowed_loss", "cost"]);
const NUMERIC = new Set([...DOLLARS, "qty", "price", "lot", "lot_id"]);
const DAY = /^\d{4}-\d\d-\d\d$/;

const words = (name: string): string => {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** A value of a statement as people read it; what is not understood is as the file has it. */
function fileText(column: string, value: string): string {
  if (value === "") return "";
  if (DOLLARS.has(column) && !Number.isNaN(Number(value))) return money(value);
  if (column === "price" && !Number.isNaN(Number(value))) return price(Number(value));
  if (column === "qty" && !Number.isNaN(Number(value))) return quantity(value);
  if (DAY.test(value)) return day(`${value}T12:00:00`);
  if (column === "type") return ACTIVITY.types[value] ?? words(value);
  return column === "side" || column === "term" ? words(value) : value;
}

/** Rows of a file; columns in which nothing is written are left out. */
export function FileTable(props: {
  readonly label: string;
  readonly rows: readonly FileRow[];
  readonly without?: readonly string[];
}): JSX.Element {
  const columns = (): readonly string[] => usedColumns(props.rows, new Set(props.without));
  return (
    <PlainTable
      label={props.label}
      tall
      titles={columns().map((column) => ({
        text: STATEMENTS.columns[column] ?? words(column),
        numeric: NUMERIC.has(column),
      }))}
      rows={props.rows.map((row) => columns().map((column) => fileText(column, row[column] ?? "")))}
    />
  );
}
