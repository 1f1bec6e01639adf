/** Realised gains of a tax year as rows of CSV, and as a report on paper. */
import type { GainLine, GainsReport, TermTotals, UnlistedSale } from "../../../domain/account/statements/gains.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../../domain/decimal.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { newYorkDate } from "../../../protocol/mapping/clock.ts";
import type { Row } from "../export/csv.ts";
import { money } from "./monthReport.ts";
import type { Column, Report, Section } from "./report.ts";

export const TAX_COLUMNS = [
  "symbol",
  "lot",
  "qty",
  "acquired",
  "sold",
  "proceeds",
  "cost_basis",
  "gain",
  "term",
  "wash_sale",
  "wash_sale_qty",
  "disallowed",
] as const;

const dollars = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);
const shares = (symbol: string, qty: number): string => formatDecimal(qty, assetOf(symbol).qtyDecimals);

/** The row of a lot. Dates are those of New York. */
export function gainRow(line: GainLine): Row {
  const { symbol, lotId, quantity, washSaleQuantity, disallowed } = line;
  const washed = { wash_sale: "yes", wash_sale_qty: shares(symbol, washSaleQuantity), disallowed: dollars(disallowed) };
  return {
    symbol,
    lot: lotId,
    qty: shares(symbol, quantity),
    acquired: newYorkDate(line.acquiredAt),
    sold: newYorkDate(line.soldAt),
    proceeds: dollars(line.proceeds),
    cost_basis: dollars(line.cost),
    gain: dollars(line.gain),
    term: line.term,
    ...(washSaleQuantity === 0 ? { wash_sale: "no" } : washed),
  };
}

/** The row of a sale whose lots are not recorded: its cost is not known here. */
export function unlistedRow({ symbol, qty, cash, tradedAt }: UnlistedSale): Row {
  return { symbol, qty: shares(symbol, qty), sold: newYorkDate(tradedAt), proceeds: dollars(cash), term: "unknown" };
}

const COLUMNS: readonly Column[] = [
  { name: "Symbol", width: 8 },
  { name: "Quantity", width: 9, amount: true },
  { name: "  Acquired", width: 9 },
  { name: "Sold", width: 8 },
  { name: "Proceeds", width: 11, amount: true },
  { name: "Cost basis", width: 11, amount: true },
  { name: "Gain or loss", width: 11, amount: true },
  { name: "  Term", width: 6 },
  { name: "Wash sale", width: 8 },
  { name: "Disallowed", width: 9, amount: true },
];
const TOTAL_COLUMNS: readonly Column[] = [
  { name: "Term", width: 6 },
  { name: "Proceeds", width: 5, amount: true },
  { name: "Cost basis", width: 5, amount: true },
  { name: "Gain or loss", width: 5, amount: true },
  { name: "Disallowed", width: 5, amount: true },
];

/** The report on paper, with at most so many lines; the CSV file has the others. */
export function taxReport(
  report: GainsReport,
  linesMax: number,
  facts: {
    readonly year: number;
    readonly accountNumber: string;
    readonly isOver: boolean;
    readonly generatedAt: number;
  },
): Report {
  const { lines, unlisted, short, long } = report;
  const left = lines.length - linesMax;
  const notes = [
    ...(left > 0 ? [`${left} more lots are in the CSV file of this report.`] : []),
    ...(lines.length === 0 ? ["None."] : []),
  ];
  const { year, accountNumber } = facts;
  return {
    title: `Realised gains and losses ${year}`,
    facts: [
      `Account ${accountNumber}`,
      "Sales by trade date (New York). Proceeds are less fees; cost includes fees.",
      "A wash sale is flagged, and its cost basis is not adjusted. Not tax advice.",
      ...(facts.isOver ? [] : ["The year is not over: this report will change."]),
    ],
    sections: [
      {
        heading: "Totals",
        columns: TOTAL_COLUMNS,
        rows: [totalRow("Short-term", short), totalRow("Long-term", long), totalRow("All", sumOf(short, long))],
        notes: [],
      },
      { heading: "Lots", columns: COLUMNS, rows: lines.slice(0, linesMax).map(paperRow), notes },
      ...unlistedSection(unlisted),
    ],
    footer: `Account ${accountNumber}, realised gains ${year}, made ${new Date(facts.generatedAt).toISOString()}.`,
  };
}

function totalRow(name: string, { proceeds, cost, gain, disallowed }: TermTotals): string[] {
  return [name, ...[proceeds, cost, gain, disallowed].map(money)];
}

function sumOf(a: TermTotals, b: TermTotals): TermTotals {
  return {
    proceeds: a.proceeds + b.proceeds,
    cost: a.cost + b.cost,
    gain: a.gain + b.gain,
    disallowed: a.disallowed + b.disallowed,
  };
}

function paperRow(line: GainLine): string[] {
  const { symbol, quantity, acquiredAt, soldAt, washSaleQuantity } = line;
  return [
    symbol,
    shares(symbol, quantity),
    `  ${newYorkDate(acquiredAt)}`,
    newYorkDate(soldAt),
    ...[line.proceeds, line.cost, line.gain].map(money),
    `  ${line.term}`,
    washSaleQuantity === 0 ? "" : "W",
    washSaleQuantity === 0 ? "" : money(line.disallowed),
  ];
}

function unlistedSection(unlisted: readonly UnlistedSale[]): Section[] {
  if (unlisted.length === 0) return [];
  const columns = [
    { name: "Symbol", width: 1 },
    { name: "Quantity", width: 1, amount: true },
    { name: "  Sold", width: 1 },
    { name: "Proceeds before fees", width: 1, amount: true },
  ] as const;
  const rows = unlisted.map((sale) => {
    return [sale.symbol, shares(sale.symbol, sale.qty), `  ${newYorkDate(sale.tradedAt)}`, money(sale.cash)];
  });
  const notes = ["These sales are not in the totals: the audit trail has their cost."];
  return [{ heading: "Sales whose lots are not recorded here", columns, rows, notes }];
}
