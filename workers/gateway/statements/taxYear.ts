/** Realised gains of a tax year, from the fills of the account. */
import { Gains, type GainsReport, LATER_DAYS } from "../../../domain/account/statements/gains.ts";
import { dayOf, newYorkDay, newYorkInstant, yearOf } from "../../../domain/market/newYork.ts";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { ACTIVITIES_PAGE_MAX } from "../../../protocol/rpc/activities.ts";
import { openAccountOf } from "../accounts.ts";
import type { AppContext } from "../context.ts";
import { csvHeader, csvRow } from "../export/csv.ts";
import { pagesOfActivities } from "./activityPages.ts";
import { pdfOf } from "./pdf.ts";
import { takePaper } from "./takePaper.ts";
import { gainRow, TAX_COLUMNS, taxReport, unlistedRow } from "./taxReport.ts";

/** Lots on paper: some forty pages. */
const PAPER_LINES_MAX = 2_000;
/** Lines of the CSV file that are encoded at once. */
const LINES_AT_ONCE = 1_000;

export interface TaxYear {
  readonly report: GainsReport;
  readonly facts: Parameters<typeof taxReport>[2];
}

/** The report of a year. The request ends with 404 when the account was opened later, or the year has not begun. */
export async function loadTaxYear(c: AppContext, year: number, nowMs: number): Promise<TaxYear> {
  const { accountNumber, createdAt } = await openAccountOf(c);
  const present = yearOf(newYorkDay(nowMs));
  if (year > present || year < yearOf(newYorkDay(createdAt))) throw new ApiFault({ reason: "statement_not_found" });
  const gains = new Gains(year);
  const [first, end] = [
    newYorkInstant(dayOf(year, 1, 1), 0),
    newYorkInstant(dayOf(year + 1, 1, 1) + LATER_DAYS + 1, 0),
  ];
  const bounds = { afterMicros: first * 1_000 - 1, untilMicros: end * 1_000 };
  for await (const page of pagesOfActivities(c, { types: ["FILL"], ...bounds, limit: ACTIVITIES_PAGE_MAX })) {
    for (const fill of page) gains.add(fill);
  }
  return { report: gains.report(), facts: { year, accountNumber, isOver: year < present, generatedAt: nowMs } };
}

/** The lines of the report as CSV. */
export async function* taxCsv({ report }: TaxYear): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(csvHeader(TAX_COLUMNS));
  for (let from = 0; from < report.lines.length; from += LINES_AT_ONCE) {
    const rows = report.lines.slice(from, from + LINES_AT_ONCE).map(gainRow);
    yield encoder.encode(rows.map((row) => csvRow(row, TAX_COLUMNS)).join(""));
  }
  yield encoder.encode(report.unlisted.map((sale) => csvRow(unlistedRow(sale), TAX_COLUMNS)).join(""));
}

/** The report on paper. */
export async function taxPdf(c: AppContext, { report, facts }: TaxYear): Promise<Uint8Array> {
  const paper = taxReport(report, PAPER_LINES_MAX, facts);
  await takePaper(c, paper);
  return pdfOf(paper);
}
