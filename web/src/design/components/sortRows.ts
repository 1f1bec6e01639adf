/** Rows by a value, which is taken once of each; equal ones stay in their sequence. */
export function sortRows<Row>(
  rows: readonly Row[],
  by: (row: Row) => number | string,
  descending: boolean,
): readonly Row[] {
  const sign = descending ? -1 : 1;
  return rows
    .map((row) => [by(row), row] as const)
    .sort(([a], [b]) => (a < b ? -sign : a > b ? sign : 0))
    .map(([, row]) => row);
}
