/** A monthly statement as rows of CSV, and as a report on paper. */
import { descriptionOf } from "../../../protocol/mapping/activityText.ts";
import type { MonthStatement, StatementBalance, StatementTotals } from "../../../domain/account/statements/month.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../../domain/decimal.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { isoDate } from "../../../domain/market/newYork.ts";
import { newYorkDate } from "../../../protocol/mapping/clock.ts";
import type { StoredActivity } from "../../../protocol/rpc/activities.ts";
import type { Row } from "../export/csv.ts";
import type { Column, Report, Section } from "./report.ts";

/** What a statement says beside its amounts. */
export interface StatementFacts {
  /** `2026-11`. */
  readonly month: string;
  readonly accountNumber: string;
  /** When the record of the account begins, if that is within the month. */
  readonly recordFrom: number | null;
  /** False for the present month. */
  readonly isOver: boolean;
  readonly generatedAt: number;
}

export const MONTH_COLUMNS = [
  "section",
  "date",
  "activity_id",
  "type",
  "symbol",
  "side",
  "qty",
  "price",
  "amount",
  "fees",
  "cost_basis",
  "value",
  "description",
] as const;

const dollars = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);
const shares = (symbol: string, qty: number): string => formatDecimal(qty, assetOf(symbol).qtyDecimals);

/** The rows of the balance at the beginning or the end. */
export function balanceRows(section: "opening" | "closing", { day, cash, positions, total }: StatementBalance): Row[] {
  const date = isoDate(day);
  return [
    { section, date, type: "cash", amount: dollars(cash), value: dollars(cash) },
    ...positions.map(({ symbol, qty, price, value, cost }) => {
      const amounts = {
        qty: shares(symbol, qty),
        price: dollars(price),
        cost_basis: dollars(cost),
        value: dollars(value),
      };
      return { section, date, type: "position", symbol, ...amounts };
    }),
    { section, date, type: "total", value: dollars(total) },
  ];
}

export function monthActivityRow(activity: StoredActivity): Row {
  const common = { section: "activity", date: newYorkDate(activity.at), activity_id: activity.id, type: activity.type };
  if (activity.type !== "FILL") {
    const { symbol, qty, cash, cost } = activity;
    const description = descriptionOf(activity);
    const moved = symbol === null || qty === 0 ? {} : { qty: shares(symbol, qty), cost_basis: dollars(cost) };
    return { ...common, symbol, ...moved, amount: dollars(cash), description };
  }
  const { symbol, side, qty, price, cash, fees } = activity;
  const charged = fees.reduce((sum, { amount }) => sum + amount, 0);
  const amounts = { qty: shares(symbol, qty), price: dollars(price), amount: dollars(side === "buy" ? -cash : cash) };
  return { ...common, symbol, side, ...amounts, fees: charged === 0 ? null : dollars(charged) };
}

const TOTALS: readonly (readonly [keyof StatementTotals, string, sign: 1 | -1])[] = [
  ["deposits", "Deposits", 1],
  ["withdrawals", "Withdrawals", -1],
  ["journalled", "Cash journals", 1],
  ["sold", "Sales", 1],
  ["bought", "Purchases", -1],
  ["fees", "Fees", -1],
];

/** What changed the cash, with its sign; realised gains; interest, of which there is none. */
export function totalRows(day: number, totals: StatementTotals): Row[] {
  const common = { section: "total", date: isoDate(day) };
  return [
    ...TOTALS.map(([type, , sign]) => ({ ...common, type, amount: dollars(sign * totals[type]) })),
    { ...common, type: "realised_gains", amount: dollars(totals.realised) },
    { ...common, type: "interest", amount: "0" },
  ];
}

const POSITION_COLUMNS: readonly Column[] = [
  { name: "Symbol", width: 3 },
  { name: "Quantity", width: 3, amount: true },
  { name: "Price", width: 3, amount: true },
  { name: "Value", width: 3, amount: true },
  { name: "Cost basis", width: 3, amount: true },
  { name: "Unrealised", width: 3, amount: true },
];
const ACTIVITY_COLUMNS: readonly Column[] = [
  { name: "Date", width: 10 },
  { name: "Type", width: 10 },
  { name: "Symbol", width: 9 },
  { name: "Quantity", width: 11, amount: true },
  { name: "Price", width: 11, amount: true },
  { name: "Amount", width: 13, amount: true },
  { name: "Fees", width: 8, amount: true },
  { name: "  Description", width: 24 },
];
const CASH_COLUMNS: readonly Column[] = [
  { name: "", width: 8 },
  { name: "U.S. dollars", width: 4, amount: true },
  { name: "", width: 8 },
];

/** The statement on paper, with these activities; `left`: there are more, which the CSV file has. */
export function monthReport(
  statement: MonthStatement,
  activities: readonly StoredActivity[],
  left: boolean,
  facts: StatementFacts,
): Report {
  const { opening, closing, totals } = statement;
  const rows = activities.map((activity) => paperRow(monthActivityRow(activity)));
  const more = left ? [`The first ${rows.length} activities. The CSV file of this statement has all of them.`] : [];
  return {
    title: `Account statement ${facts.month}`,
    facts: [
      `Account ${facts.accountNumber}`,
      `From the close of ${isoDate(opening.day)} (20:00 New York) to ${facts.isOver ? `that of ${isoDate(closing.day)}` : "now"}`,
      ...(facts.isOver ? [] : ["The month is not over: this statement will change."]),
      ...(facts.recordFrom === null
        ? []
        : [
            `The record of this account begins on ${newYorkDate(facts.recordFrom)}: it opens with what there was then.`,
          ]),
    ],
    sections: [
      { heading: "Summary", columns: CASH_COLUMNS, rows: summaryRows(opening, closing, totals), notes: [] },
      positionSection("Positions at the beginning", opening),
      positionSection("Positions at the end", closing),
      { heading: "Activity", columns: ACTIVITY_COLUMNS, rows, notes: rows.length === 0 ? ["None."] : more },
    ],
    footer: `Account ${facts.accountNumber}, statement ${facts.month}, made ${new Date(facts.generatedAt).toISOString()}.`,
  };
}

function summaryRows(opening: StatementBalance, closing: StatementBalance, totals: StatementTotals): string[][] {
  const line = (name: string, amount: number): string[] => [name, money(amount)];
  return [
    line("Cash at the beginning", opening.cash),
    ...TOTALS.map(([field, name, sign]) => line(name, sign * totals[field])),
    line("Interest", 0),
    line("Cash at the end", closing.cash),
    ["", ""],
    line("Account value at the beginning", opening.total),
    line("Account value at the end", closing.total),
    line("Realised gains and losses", totals.realised),
  ];
}

function positionSection(heading: string, { positions }: StatementBalance): Section {
  const rows = positions.map(({ symbol, qty, price, value, cost }) => {
    return [symbol, shares(symbol, qty), money(price), money(value), money(cost), money(value - cost)];
  });
  return { heading, columns: POSITION_COLUMNS, rows, notes: rows.length === 0 ? ["None."] : [] };
}

function paperRow(row: Row): string[] {
  const text = (field: string): string => (typeof row[field] === "string" ? row[field] : "");
  const type = [text("type"), text("side")].filter((word) => word !== "").join(" ");
  const amounts = [
    text("qty"),
    ...["price", "amount", "fees"].map((field) => (text(field) === "" ? "" : grouped(text(field)))),
  ];
  return [text("date"), type, text("symbol"), ...amounts, `  ${text("description")}`];
}

/** Dollars with two decimals at least, and a comma between thousands. */
export function money(amount: number): string {
  return grouped(dollars(amount));
}

function grouped(decimal: string): string {
  const [whole = "", fraction = ""] = decimal.split(".");
  return `${whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ",")}.${fraction.padEnd(2, "0")}`;
}
