import { expect, test } from "vitest";
import { filtered, NO_FILTER, readFilter, startOfDay } from "./filter.ts";
import { csvOf, plainNumber, shownColumns, type ListColumn } from "./list.ts";
import { sortRows } from "../../design/components/sortRows.ts";

interface Row {
  readonly symbol: string;
  readonly side: string;
  readonly at: number;
}

const DAY = new Date(2026, 10, 30, 12).getTime();
const ROWS: readonly Row[] = [
  { symbol: "AAPL", side: "buy", at: DAY },
  { symbol: "MSFT", side: "sell", at: DAY - 86_400_000 },
  { symbol: "AAPL", side: "sell", at: DAY + 86_400_000 },
];
const facts = (row: Row) => ({
  words: `${row.symbol} ${row.side}`,
  symbol: row.symbol,
  side: row.side,
  at: row.at,
});
const find = (change: Partial<typeof NO_FILTER>) => filtered(ROWS, { ...NO_FILTER, ...change }, facts);

test("UI-91: without a filter the same rows are given", () => {
  expect(find({})).toBe(ROWS);
});

test("UI-91: every word of the search must occur, in any sequence and case", () => {
  expect(find({ text: "SELL aap" })).toEqual([ROWS[2]]);
  expect(find({ text: "sell goog" })).toEqual([]);
});

test("UI-91: symbol, side and days narrow together; the last day is within", () => {
  expect(find({ symbol: "AAPL", side: "buy" })).toEqual([ROWS[0]]);
  expect(find({ from: "2026-11-30", to: "2026-11-30" })).toEqual([ROWS[0]]);
  expect(find({ to: "2026-11-29" })).toEqual([ROWS[1]]);
});

test("a day that is not finished being typed is no bound", () => {
  expect(startOfDay("2026-11")).toBeNull();
  expect(find({ from: "2026-1" })).toEqual(ROWS);
});

test("a stored filter that is not understood is none", () => {
  expect(readFilter(null)).toEqual(NO_FILTER);
  expect(readFilter({ text: 7, symbol: "AAPL" })).toEqual({ ...NO_FILTER, symbol: "AAPL" });
});

const column = (id: string, extra: Partial<ListColumn<Row>> = {}): ListColumn<Row> => ({
  id,
  title: id,
  cell: () => null,
  value: (row) => String(row[id as keyof Row]),
  ...extra,
});
const { value: _, ...controls } = column("actions");
const COLUMNS: readonly ListColumn<Row>[] = [
  column("symbol"),
  column("side"),
  column("at", { optional: true }),
  controls,
];

test("UI-90: optional columns are shown when chosen, others unless hidden, controls always", () => {
  expect(shownColumns(COLUMNS, {}).map(({ id }) => id)).toEqual(["symbol", "side", "actions"]);
  expect(shownColumns(COLUMNS, { at: true, side: false }).map(({ id }) => id)).toEqual(["symbol", "at", "actions"]);
});

test("UI-92: a file has the columns that are shown, without controls", () => {
  expect(csvOf(ROWS.slice(0, 2), shownColumns(COLUMNS, {}))).toBe("symbol,side\r\nAAPL,buy\r\nMSFT,sell\r\n");
});

test("numbers in a file have no exponent and no noise", () => {
  expect([0.1 + 0.2, 1e-9, -0, 1_000_000, 12.5].map((value) => plainNumber(value))).toEqual([
    "0.3",
    "0",
    "0",
    "1000000",
    "12.5",
  ]);
  expect(plainNumber(null)).toBe("");
  expect(plainNumber(Number.NaN)).toBe("");
});

test("equal rows stay in their sequence, in both directions", () => {
  const by = (row: Row): string => row.symbol;
  expect(sortRows(ROWS, by, false)).toEqual([ROWS[0], ROWS[2], ROWS[1]]);
  expect(sortRows(ROWS, by, true)).toEqual([ROWS[1], ROWS[0], ROWS[2]]);
});
